//! A wrapper that lets other tasks run between the slices of a kernel: the `+yield` variants. How a
//! runtime yields is left to the `Io` that is wrapped.

use std::future::Future;
use std::time::Duration;

use crate::io::{Address, Io};
use crate::kernel::{Scratch, Slices};

/// `inner`, with a yield between every two slices.
#[derive(Clone, Debug)]
pub struct Yielding<I> {
    inner: I,
}

impl<I: Io> Yielding<I> {
    /// Wraps `inner`.
    pub fn new(inner: I) -> Self {
        Self { inner }
    }
}

impl<I: Io> Io for Yielding<I> {
    type Stream = I::Stream;

    fn connect(&self, to: &Address) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        self.inner.connect(to)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.inner.sleep(duration)
    }

    fn unblock<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        self.inner.unblock(call)
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        self.inner.yield_now()
    }

    async fn compute(&self, mut slices: Slices, scratch: &mut Scratch) -> u64 {
        loop {
            if let Some(value) = slices.advance(scratch) {
                return value;
            }
            self.inner.yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use protocol::{Compute, Kernel};

    use super::*;
    use crate::blocking::{BlockingIo, run_ready};

    /// Counts how often somebody yields.
    #[derive(Clone, Default)]
    struct Counting(Arc<AtomicU64>);

    impl Io for Counting {
        type Stream = <BlockingIo as Io>::Stream;

        async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
            BlockingIo.connect(to).await
        }

        async fn sleep(&self, duration: Duration) {
            BlockingIo.sleep(duration).await;
        }

        async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
            call()
        }

        async fn yield_now(&self) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    #[test]
    fn it_yields_between_slices_and_computes_the_same() {
        let counting = Counting::default();
        let (kernel, size) = (Kernel::SumSquares, 1 << 20);
        let slices = || Slices::new(&Compute { kernel, size }, 5);
        let mut scratch = Scratch::default();
        let value = run_ready(Yielding::new(counting.clone()).compute(slices(), &mut scratch));
        assert_eq!(value, slices().finish(&mut scratch));
        let mut steps = slices();
        let pauses = std::iter::from_fn(|| steps.advance(&mut scratch).is_none().then_some(()));
        assert_eq!(counting.0.load(Relaxed), pauses.count() as u64);
    }
}
