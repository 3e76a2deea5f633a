//! The [`Io`] of models that block: every call is done when it returns, so its future is ready on
//! the first poll, and [`run_ready`] needs no executor.

use std::future::{Future, poll_fn, ready};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::io::AllowStdIo;
use protocol::WaitsFor;

use crate::io::{Address, Io};
use crate::serve::ServeIo;
use crate::trace;

/// Calls that block the thread they are made on.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockingIo;

impl Io for BlockingIo {
    const BLOCKS: bool = true;

    type Stream = AllowStdIo<BlockingStream>;

    fn connect(&self, to: &Address) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        let opened = trace::waiting(WaitsFor::Socket, || BlockingStream::open(to));
        ready(opened.map(AllowStdIo::new))
    }

    async fn sleep(&self, duration: Duration) {
        trace::waiting(WaitsFor::Timer, || std::thread::sleep(duration));
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        call()
    }

    async fn yield_now(&self) {
        trace::yielding(std::thread::yield_now);
    }
}

impl ServeIo for BlockingIo {
    type Listener = TcpListener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<TcpListener> {
        Ok(bound)
    }

    fn accept(
        &self,
        listener: &TcpListener,
    ) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        let accepted = trace::waiting(WaitsFor::Socket, || listener.accept());
        let stream = accepted.and_then(|(stream, _)| {
            stream.set_nodelay(true)?;
            Ok(BlockingStream::Tcp(stream))
        });
        ready(stream.map(AllowStdIo::new))
    }
}

/// Runs a future of a blocking model to its end.
///
/// # Panics
/// If the future waits for something: then its `Io` does not block, which is a bug.
pub fn run_ready<T>(future: impl Future<Output = T>) -> T {
    // A waker that does nothing is enough: nobody polls a second time.
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a future over a blocking Io was not ready on its first poll"),
    }
}

/// Polls a future once: what it gave, or nothing where it waits for something.
pub async fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    let mut pinned = pin!(future);
    poll_fn(|context| match pinned.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// A connection that blocks.
#[derive(Debug)]
pub enum BlockingStream {
    /// TCP, without Nagle's algorithm.
    Tcp(TcpStream),
    /// A Unix socket.
    Unix(UnixStream),
}

impl BlockingStream {
    fn open(to: &Address) -> std::io::Result<Self> {
        match to {
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address)?;
                // A request is one small write: Nagle's algorithm would let the second on a
                // connection wait for the acknowledgement of the first.
                stream.set_nodelay(true)?;
                Ok(Self::Tcp(stream))
            }
            Address::Unix(path) => UnixStream::connect(path).map(Self::Unix),
        }
    }
}

impl Read for BlockingStream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        trace::waiting(WaitsFor::Socket, || match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        })
    }
}

impl Write for BlockingStream {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        trace::waiting(WaitsFor::Socket, || match self {
            Self::Tcp(stream) => stream.write(buffer),
            Self::Unix(stream) => stream.write(buffer),
        })
    }

    fn flush(&mut self) -> std::io::Result<()> {
        // Sockets have no buffer on this side: what was written is with the kernel.
        Ok(())
    }
}
