//! The `Io` of compio: its sockets, its timers and its blocking pool.
//!
//! None of compio's futures can move to another thread, and none of ours does: a unit runs on the
//! thread that it was started for, and begins there what it waits for. `SendWrapper` holds this to
//! be true at every poll, at the price of comparing two numbers.

use std::future::Future;
use std::net::TcpListener as StdListener;
use std::time::Duration;

use compio::net::{TcpListener, TcpStream, UnixStream};
use compio_send_wrapper::SendWrapper;
use futures_util::future::Either;
use workloads::serve::ServeIo;
use workloads::{Address, Io, sleep_while};

use crate::stream::Stream;

/// The runtime of the calling thread.
#[derive(Clone, Copy)]
pub(crate) struct CompioIo;

impl Io for CompioIo {
    type Stream = Either<Stream<TcpStream>, Stream<UnixStream>>;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        match to {
            Address::Tcp(address) => {
                let stream = SendWrapper::new(TcpStream::connect(*address)).await?;
                stream.set_nodelay(true)?;
                Ok(Either::Left(Stream::new(stream)))
            }
            Address::Unix(path) => {
                let stream = SendWrapper::new(UnixStream::connect(path)).await?;
                Ok(Either::Right(Stream::new(stream)))
            }
        }
    }

    async fn sleep(&self, duration: Duration) {
        asleep(duration).await;
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        sleep_while(asleep, first, rest)
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        compio::runtime::spawn_blocking(call)
            .await
            .expect("a blocking call does not panic")
    }

    async fn yield_now(&self) {
        futures_lite::future::yield_now().await;
    }
}

impl ServeIo for CompioIo {
    type Listener = SendWrapper<TcpListener>;

    fn listener(&self, bound: StdListener) -> std::io::Result<Self::Listener> {
        Ok(SendWrapper::new(TcpListener::from_std(bound)?))
    }

    fn accept(
        &self,
        listener: &Self::Listener,
    ) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        SendWrapper::new(async move {
            let own = listener
                .get()
                .ok_or_else(|| std::io::Error::other("a listener of another thread's runtime"))?;
            let (stream, _) = own.accept().await?;
            stream.set_nodelay(true)?;
            Ok(Either::Left(Stream::new(stream)))
        })
    }
}

fn asleep(duration: Duration) -> SendWrapper<impl Future<Output = ()>> {
    SendWrapper::new(compio::time::sleep(duration))
}
