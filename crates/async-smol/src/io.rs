//! The `Io` of smol: its sockets, its timers and its blocking pool.

use std::time::Duration;

use futures_util::future::Either;
use smol::net::TcpStream;
use smol::net::unix::UnixStream;
use workloads::{Address, Io};

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

    async fn sleep(&self, duration: Duration) {
        smol::Timer::after(duration).await;
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        smol::unblock(call).await
    }

    async fn yield_now(&self) {
        smol::future::yield_now().await;
    }
}
