//! The `Io` of tokio: its sockets, its timers and its blocking pool.

use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use futures_util::future::Either;
use tokio::net::{TcpStream, UnixStream};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};
use workloads::serve::ServeIo;
use workloads::{Address, Io, sleep_while};

/// The runtime that the calling task runs in.
#[derive(Clone, Copy)]
pub(crate) struct TokioIo;

impl Io for TokioIo {
    type Stream = Either<Compat<TcpStream>, Compat<UnixStream>>;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        match to {
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                Ok(Either::Left(stream.compat()))
            }
            Address::Unix(path) => Ok(Either::Right(UnixStream::connect(path).await?.compat())),
        }
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        sleep_while(tokio::time::sleep, first, rest)
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        tokio::task::spawn_blocking(call)
            .await
            .expect("a blocking call does not panic")
    }

    async fn yield_now(&self) {
        tokio::task::yield_now().await;
    }
}

impl ServeIo for TokioIo {
    type Listener = tokio::net::TcpListener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        bound.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(bound)
    }

    async fn accept(&self, listener: &Self::Listener) -> std::io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(Either::Left(stream.compat()))
    }
}
