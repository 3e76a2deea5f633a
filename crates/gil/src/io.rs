//! A blocking `Io` under an interpreter lock: computation holds the lock and offers it between its
//! slices; everything that blocks is done without it. Everything else that a thread does (the glue
//! of lanes, parsing, checksums of responses) it does as it runs, so units run attached.

use std::future::Future;
use std::time::Duration;

use workloads::blocking::run_ready;
use workloads::{Address, Io, Scratch, Slices};

use crate::interpreter::Interpreter;
use crate::stream::GilStream;

/// `inner`, whose calls must block, with its threads under the lock of one interpreter.
#[derive(Clone, Debug)]
pub struct GilIo<I> {
    inner: I,
    interpreter: Interpreter,
}

impl<I: Io> GilIo<I> {
    /// Puts `inner` under the lock of `interpreter`.
    pub fn new(inner: I, interpreter: Interpreter) -> Self {
        Self { inner, interpreter }
    }

    /// Does what blocks without the lock: a future that does its work when it is polled.
    fn blocking<T>(&self, future: impl Future<Output = T>) -> T {
        self.interpreter.detach(|| run_ready(future))
    }
}

impl<I: Io> Io for GilIo<I> {
    type Stream = GilStream<I::Stream>;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        // Made where it is polled: an `Io` that blocks may connect before it gives a future.
        let stream = self.blocking(async { self.inner.connect(to).await })?;
        Ok(GilStream::new(stream, self.interpreter.clone()))
    }

    async fn sleep(&self, duration: Duration) {
        self.blocking(async { self.inner.sleep(duration).await });
    }

    /// One call that blocks: who only looks whether to sleep again does not ask for the lock.
    async fn sleep_while(&self, rest: impl FnMut() -> Option<Duration> + Send) {
        self.blocking(async { self.inner.sleep_while(rest).await });
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        self.blocking(async { self.inner.unblock(call).await })
    }

    async fn yield_now(&self) {
        self.blocking(async { self.inner.yield_now().await });
    }

    /// A kernel that is one call into a library which lets go of the lock runs without it; every
    /// other holds it, and offers it after each slice.
    fn compute(
        &self,
        mut slices: Slices,
        scratch: &mut Scratch,
    ) -> impl Future<Output = u64> + Send {
        std::future::ready(if slices.is_one_native_call() {
            self.interpreter.detach(|| slices.finish(scratch))
        } else {
            let _attached = self.interpreter.attach();
            loop {
                match slices.advance(scratch) {
                    Some(value) => break value,
                    None => self.interpreter.check(),
                }
            }
        })
    }
}
