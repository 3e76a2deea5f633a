//! A blocking `Io` under an interpreter lock. Computation holds the lock and offers it to other
//! threads between its slices; everything that blocks is done without it. The rest of a thread's
//! work (parsing, checksums of responses) is done with the lock, because its units run attached.

use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use workloads::blocking::run_ready;
use workloads::serve::ServeIo;
use workloads::{Address, Io, Scratch, Slices};

use crate::interpreter::Interpreter;
use crate::stream::GilStream;

/// The blocking `Io` `inner`, with its threads under the lock of one interpreter.
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

    /// Polls a future that blocks, without the lock.
    fn blocking<T>(&self, future: impl Future<Output = T>) -> T {
        self.interpreter.detach(|| run_ready(future))
    }
}

impl<I: Io> Io for GilIo<I> {
    const BLOCKS: bool = I::BLOCKS;

    type Stream = GilStream<I::Stream>;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        // The inner future is made inside the outer one, and so without the lock: an `Io` that
        // blocks may connect when it is called and not only when it is polled.
        let stream = self.blocking(async { self.inner.connect(to).await })?;
        Ok(GilStream::new(stream, self.interpreter.clone()))
    }

    async fn sleep(&self, duration: Duration) {
        self.blocking(async { self.inner.sleep(duration).await });
    }

    async fn sleep_while(&self, first: Duration, rest: impl FnMut() -> Option<Duration> + Send) {
        // All sleeps together are one blocking call. A thread that only checks whether to sleep
        // again runs none of the interpreter's code and does not need the lock.
        self.blocking(async { self.inner.sleep_while(first, rest).await });
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        self.blocking(async { self.inner.unblock(call).await })
    }

    async fn yield_now(&self) {
        self.blocking(async { self.inner.yield_now().await });
    }

    fn compute(
        &self,
        mut slices: Slices,
        scratch: &mut Scratch,
    ) -> impl Future<Output = u64> + Send {
        std::future::ready(if slices.is_one_native_call() {
            // Stands for a call into a native library that releases the lock, as CPython's hash
            // functions do for large inputs.
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

    fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        let _attached = self.interpreter.attach();
        std::future::ready(compute())
    }
}

impl<I: ServeIo> ServeIo for GilIo<I> {
    type Listener = I::Listener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        self.inner.listener(bound)
    }

    async fn accept(&self, listener: &Self::Listener) -> std::io::Result<Self::Stream> {
        let stream = self.blocking(async { self.inner.accept(listener).await })?;
        Ok(GilStream::new(stream, self.interpreter.clone()))
    }
}
