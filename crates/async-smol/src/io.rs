//! The `Io` of smol: its sockets, its timers and its blocking pool.

use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Either;
use smol::net::TcpStream;
use smol::net::unix::UnixStream;
use workloads::serve::ServeIo;
use workloads::{Address, Io, sleep_while};

/// smol's reactor and blocking pool, of which a process has one each.
#[derive(Clone, Copy)]
pub(crate) struct SmolIo;

impl Io for SmolIo {
    type Stream = Either<TcpStream, UnixStream>;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        match to {
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                Ok(Either::Left(stream))
            }
            Address::Unix(path) => Ok(Either::Right(UnixStream::connect(path).await?)),
        }
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        smol::Timer::after(duration).map(drop)
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        sleep_while(smol::Timer::after, first, rest)
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        smol::unblock(call).await
    }

    async fn yield_now(&self) {
        smol::future::yield_now().await;
    }
}

impl ServeIo for SmolIo {
    type Listener = smol::net::TcpListener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        Ok(smol::Async::new(bound)?.into())
    }

    async fn accept(&self, listener: &Self::Listener) -> std::io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(Either::Left(stream))
    }
}
