//! The `Io` of async-std: its sockets, its timers and its blocking pool.

use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use async_std::net::TcpStream;
use async_std::os::unix::net::UnixStream;
use futures_util::future::Either;
use workloads::serve::ServeIo;
use workloads::{Address, Io, sleep_while};

/// async-std's reactor and blocking pool, of which a process has one each.
#[derive(Clone, Copy)]
pub(crate) struct AsyncStdIo;

impl Io for AsyncStdIo {
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
        async_std::task::sleep(duration)
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        sleep_while(async_std::task::sleep, first, rest)
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        async_std::task::spawn_blocking(call).await
    }

    async fn yield_now(&self) {
        async_std::task::yield_now().await;
    }
}

impl ServeIo for AsyncStdIo {
    type Listener = async_std::net::TcpListener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        Ok(bound.into())
    }

    async fn accept(&self, listener: &Self::Listener) -> std::io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(Either::Left(stream))
    }
}
