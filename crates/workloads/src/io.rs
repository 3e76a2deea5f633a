//! The [`Io`] trait: what a model supplies so that the work can be written once. The wrappers around
//! it and the blocking implementation live beside it; runtimes' implementations in their models.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::io::{AsyncRead, AsyncWrite};

use crate::kernel::{Scratch, Slices};

/// Where a service listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// TCP. Every `Io` turns Nagle's algorithm off.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl Address {
    /// Reads `ip:port`, or the path of a Unix socket, which begins with `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('/') {
            Some(Self::Unix(text.into()))
        } else {
            // Numbers only: looking up a name would be a call that blocks, in every lane.
            text.parse().ok().map(Self::Tcp)
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(to),
            Self::Unix(path) => path.display().fmt(to),
        }
    }
}

/// How a model reaches the world. Blocking models implement it with calls that block, so that
/// every future is ready on its first poll.
pub trait Io: Clone + Send + Sync + 'static {
    /// Whether every call is done when it returns: then a future that is not ready on its first poll waits
    /// for something that this cannot wait for.
    const BLOCKS: bool = false;

    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Opens a connection.
    fn connect(&self, to: &Address) -> impl Future<Output = std::io::Result<Self::Stream>> + Send;

    /// Waits at least this long on the model's own timer.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;

    /// Sleeps for `first`, and then as often as `rest` gives a time for it, until it gives none.
    /// Models that await their sleeps do it by [`sleep_while`], whose future is smaller than this.
    fn sleep_while(
        &self,
        first: Duration,
        mut rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        async move {
            let mut next = Some(first);
            while let Some(duration) = next {
                self.sleep(duration).await;
                next = rest();
            }
        }
    }

    /// Carries out a call that blocks where it does not stop other tasks.
    fn unblock<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send;

    /// Lets other tasks run, by the runtime's own means.
    fn yield_now(&self) -> impl Future<Output = ()> + Send;

    /// Computes a kernel to its end; inline unless a wrapper moves it elsewhere.
    fn compute(&self, slices: Slices, scratch: &mut Scratch) -> impl Future<Output = u64> + Send {
        // Computed before the future exists, which then holds only the value: the future of every
        // task in flight has room for whatever this one keeps.
        std::future::ready(slices.finish(scratch))
    }

    /// Carries out a computation that cannot be cut into slices; inline unless a wrapper moves it elsewhere.
    fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        // As in `compute`, so that the future holds only the value.
        std::future::ready(compute())
    }
}
