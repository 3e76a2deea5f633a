//! A wrapper around an [`Io`] that computes otherwise than inline: [`Yielding`] lets other tasks run
//! between slices (the `+yield` variants), [`Offload`] moves kernels off the threads that wait
//! (`+offload`) to a pool of the model's.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_channel::oneshot;

use crate::io::{Address, Io};
use crate::kernel::{Scratch, Slices};
use crate::serve::ServeIo;
use crate::trace;

/// A way of computing a kernel to its end.
pub trait Computes: Clone + Send + Sync + 'static {
    /// Computes it, in a task that may use `io` meanwhile.
    fn compute<I: Io>(
        &self,
        io: &I,
        slices: Slices,
        scratch: &mut Scratch,
    ) -> impl Future<Output = u64> + Send;

    /// Carries out a computation that cannot be cut into slices.
    fn run<I: Io, T: Send + 'static>(
        &self,
        io: &I,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        io.run(compute)
    }
}

/// `inner`, with every kernel computed in another way.
#[derive(Clone, Debug)]
pub struct Computing<I, C> {
    inner: I,
    computes: C,
}

impl<I: Io, C: Computes> Computing<I, C> {
    /// Wraps `inner`.
    pub fn new(inner: I, computes: C) -> Self {
        Self { inner, computes }
    }
}

impl<I: Io, C: Computes> Io for Computing<I, C> {
    const BLOCKS: bool = I::BLOCKS;

    type Stream = I::Stream;

    fn connect(&self, to: &Address) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        self.inner.connect(to)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.inner.sleep(duration)
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        self.inner.sleep_while(first, rest)
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

    fn compute(&self, slices: Slices, scratch: &mut Scratch) -> impl Future<Output = u64> + Send {
        self.computes.compute(&self.inner, slices, scratch)
    }

    fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        self.computes.run(&self.inner, compute)
    }
}

impl<I: ServeIo, C: Computes> ServeIo for Computing<I, C> {
    type Listener = I::Listener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        self.inner.listener(bound)
    }

    fn accept(
        &self,
        listener: &Self::Listener,
    ) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        self.inner.accept(listener)
    }
}

/// Computes in the task, with a yield between every two slices.
#[derive(Clone, Copy, Debug)]
pub struct Yielding;

impl Computes for Yielding {
    async fn compute<I: Io>(&self, io: &I, mut slices: Slices, scratch: &mut Scratch) -> u64 {
        loop {
            if let Some(value) = slices.advance(scratch) {
                return value;
            }
            // Between two slices only, not after the last: a task of one slice yields nothing.
            io.yield_now().await;
        }
    }
}

/// A piece of computation on its way to a pool.
pub type Job = Box<dyn FnOnce() + Send>;

/// Computes in a pool.
#[derive(Clone)]
pub struct Offload {
    pool: Arc<dyn Fn(Job) + Send + Sync>,
}

impl Offload {
    /// Computes in `pool`, which must carry out every job that it is given.
    pub fn new(pool: impl Fn(Job) + Send + Sync + 'static) -> Self {
        Self {
            pool: Arc::new(pool),
        }
    }
}

impl Offload {
    /// Carries out `compute` in the pool.
    async fn carry_out<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let (sender, receiver) = oneshot::channel();
        // Ends before the value is sent, after which the run may be over.
        let part = trace::part(compute);
        (self.pool)(Box::new(move || {
            // A receiver that is gone belongs to a run that was given up.
            let _ = sender.send(part());
        }));
        receiver.await.expect("the pool carries out every job")
    }
}

impl Computes for Offload {
    async fn compute<I: Io>(&self, _: &I, slices: Slices, scratch: &mut Scratch) -> u64 {
        // The buffers travel with the job, and come back with its value: a pool's own would be cold
        // in its caches, and would price the allocation instead of the hand-over.
        let mut moved = std::mem::take(scratch);
        let (value, returned) = self
            .carry_out(move || {
                let value = slices.finish(&mut moved);
                (value, moved)
            })
            .await;
        *scratch = returned;
        value
    }

    fn run<I: Io, T: Send + 'static>(
        &self,
        _: &I,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        self.carry_out(compute)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use protocol::{Compute, Kernel};

    use super::*;
    use crate::blocking::{BlockingIo, run_ready};

    /// Counts how often somebody yields, and how often somebody sleeps while there is a rest.
    #[derive(Clone, Default)]
    struct Counting(Arc<[AtomicU64; 2]>);

    impl Io for Counting {
        type Stream = <BlockingIo as Io>::Stream;

        async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
            BlockingIo.connect(to).await
        }

        async fn sleep(&self, duration: Duration) {
            BlockingIo.sleep(duration).await;
        }

        async fn sleep_while(&self, _: Duration, _: impl FnMut() -> Option<Duration> + Send) {
            self.0[1].fetch_add(1, Relaxed);
        }

        async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
            call()
        }

        async fn yield_now(&self) {
            self.0[0].fetch_add(1, Relaxed);
        }
    }

    fn slices() -> Slices {
        let (kernel, size) = (Kernel::SumSquares, 1 << 20);
        Slices::new(&Compute { kernel, size }, 5)
    }

    #[test]
    fn it_yields_between_slices_and_computes_the_same() {
        let counting = Counting::default();
        let yielding = Computing::new(counting.clone(), Yielding);
        let mut scratch = Scratch::default();
        let value = run_ready(yielding.compute(slices(), &mut scratch));
        assert_eq!(value, slices().finish(&mut scratch));
        let mut steps = slices();
        let pauses = std::iter::from_fn(|| steps.advance(&mut scratch).is_none().then_some(()));
        assert_eq!(counting.0[0].load(Relaxed), pauses.count() as u64);
    }

    #[test]
    fn a_pool_computes_the_same_and_everything_else_stays() {
        let counting = Counting::default();
        let jobs = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&jobs);
        let pool = Offload::new(move |job: Job| {
            counted.fetch_add(1, Relaxed);
            job();
        });
        let offloaded = Computing::new(counting.clone(), pool);
        let mut scratch = Scratch::default();
        let value = run_ready(offloaded.compute(slices(), &mut scratch));
        assert_eq!(value, slices().finish(&mut scratch));
        assert_eq!(jobs.load(Relaxed), 1);
        assert_eq!(run_ready(offloaded.run(|| 5)), 5);
        assert_eq!(jobs.load(Relaxed), 2);
        let never = || panic!("the inner one does not ask");
        run_ready(offloaded.sleep_while(Duration::ZERO, never));
        assert_eq!(counting.0[1].load(Relaxed), 1);
    }
}
