//! The `Io` of may: calls that stop the coroutine that makes them, so that every future is ready on
//! its first poll.

use std::future::{Future, ready};
use std::io::{ErrorKind, Read, Result, Write};
use std::net::TcpListener;
use std::time::Duration;

use futures_util::io::AllowStdIo;
use may::coroutine;
use may::io::{CoIo, WaitIo};
use may::net::TcpStream;
use may::os::unix::net::UnixStream;
use runner::protocol::WaitsFor;
use workloads::serve::ServeIo;
use workloads::{Address, Io, trace};

use crate::executor::wait_for_call;

/// Sockets and timers of may. For calls that block, which would stop a worker, may has nothing: the
/// pool is the one that smol and async-std use.
#[derive(Clone, Copy)]
pub(crate) struct MayIo;

impl Io for MayIo {
    const BLOCKS: bool = true;

    type Stream = AllowStdIo<MayStream>;

    fn connect(&self, to: &Address) -> impl Future<Output = Result<Self::Stream>> + Send {
        let opened = trace::waiting(WaitsFor::Socket, || MayStream::open(to));
        ready(opened.map(AllowStdIo::new))
    }

    async fn sleep(&self, duration: Duration) {
        trace::waiting(WaitsFor::Timer, || {
            coroutine::sleep(duration);
            // The thread of the timers would run whatever comes next, one thread more than there are
            // workers, and with it would hold up all other timers.
            coroutine::yield_now();
        });
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        trace::waiting(WaitsFor::Pool, || wait_for_call(blocking::unblock(call)))
    }

    async fn yield_now(&self) {
        trace::yielding(coroutine::yield_now);
    }
}

/// may's own listener can be made of nothing that is bound already, and a socket of any other type can wait as its
/// sockets do.
impl ServeIo for MayIo {
    type Listener = CoIo<TcpListener>;

    fn listener(&self, bound: TcpListener) -> Result<Self::Listener> {
        CoIo::new(bound).map_err(Into::into)
    }

    fn accept(
        &self,
        listener: &Self::Listener,
    ) -> impl Future<Output = Result<Self::Stream>> + Send {
        let accepted = trace::waiting(WaitsFor::Socket, || MayStream::accept(listener));
        ready(accepted.map(AllowStdIo::new))
    }
}

/// A connection of may.
pub(crate) enum MayStream {
    /// TCP, without Nagle's algorithm.
    Tcp(TcpStream),
    /// The same, where the other side has opened it.
    Accepted(CoIo<std::net::TcpStream>),
    /// A Unix socket.
    Unix(UnixStream),
}

impl MayStream {
    fn open(to: &Address) -> Result<Self> {
        match to {
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                Ok(Self::Tcp(stream))
            }
            Address::Unix(path) => UnixStream::connect(path).map(Self::Unix),
        }
    }
}

impl MayStream {
    /// Stops the coroutine until there is a connection.
    fn accept(listener: &CoIo<TcpListener>) -> Result<Self> {
        loop {
            match listener.inner().accept() {
                Ok((stream, _)) => {
                    stream.set_nodelay(true)?;
                    return Ok(Self::Accepted(CoIo::new(stream)?));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // One that came in between ends the wait at once.
                    listener.wait_io();
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Read for MayStream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        trace::waiting(WaitsFor::Socket, || match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Accepted(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        })
    }
}

impl Write for MayStream {
    fn write(&mut self, buffer: &[u8]) -> Result<usize> {
        trace::waiting(WaitsFor::Socket, || match self {
            Self::Tcp(stream) => stream.write(buffer),
            Self::Accepted(stream) => stream.write(buffer),
            Self::Unix(stream) => stream.write(buffer),
        })
    }

    fn flush(&mut self) -> Result<()> {
        // Sockets have no buffer on this side: what was written is with the kernel.
        Ok(())
    }
}
