//! The `Io` of a worker's event loop: sockets and timers of async-io, with blocking calls in the
//! pool of the `blocking` crate.

use std::future::Future;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use async_io::{Async, Timer};
use futures_util::FutureExt;
use futures_util::future::Either;
use workloads::serve::ServeIo;
use workloads::{Address, Io, sleep_while};

/// async-io, whose reactor each worker process has one of.
#[derive(Clone, Copy)]
pub(crate) struct EventLoopIo;

impl Io for EventLoopIo {
    type Stream = Either<Async<TcpStream>, Async<UnixStream>>;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        match to {
            Address::Tcp(address) => {
                let stream = Async::<TcpStream>::connect(*address).await?;
                stream.get_ref().set_nodelay(true)?;
                Ok(Either::Left(stream))
            }
            Address::Unix(path) => Ok(Either::Right(Async::<UnixStream>::connect(path).await?)),
        }
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        Timer::after(duration).map(drop)
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        sleep_while(Timer::after, first, rest)
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        blocking::unblock(call).await
    }

    async fn yield_now(&self) {
        futures_lite::future::yield_now().await;
    }
}

impl ServeIo for EventLoopIo {
    type Listener = Async<TcpListener>;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        Async::new(bound)
    }

    async fn accept(&self, listener: &Self::Listener) -> std::io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.get_ref().set_nodelay(true)?;
        Ok(Either::Left(stream))
    }
}
