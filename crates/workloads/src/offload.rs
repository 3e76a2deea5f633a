//! A wrapper that moves computation off the threads that wait: the `+offload` variants. Which
//! pool computes is left to the model.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_channel::oneshot;

use crate::io::{Address, Io};
use crate::kernel::{Scratch, Slices};

/// A piece of computation on its way to a pool.
pub type Job = Box<dyn FnOnce() + Send>;

/// `inner`, with every kernel computed by a pool.
#[derive(Clone)]
pub struct Offload<I> {
    inner: I,
    pool: Arc<dyn Fn(Job) + Send + Sync>,
}

impl<I: Io> Offload<I> {
    /// Wraps `inner`; `pool` must carry out every job that it is given.
    pub fn new(inner: I, pool: impl Fn(Job) + Send + Sync + 'static) -> Self {
        Self {
            inner,
            pool: Arc::new(pool),
        }
    }
}

impl<I: Io> Io for Offload<I> {
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

    async fn compute(&self, slices: Slices, scratch: &mut Scratch) -> u64 {
        let (sender, receiver) = oneshot::channel();
        let mut moved = std::mem::take(scratch);
        (self.pool)(Box::new(move || {
            let value = slices.finish(&mut moved);
            // A receiver that is gone belongs to a run that was given up.
            let _ = sender.send((value, moved));
        }));
        let (value, returned) = receiver.await.expect("the pool carries out every job");
        *scratch = returned;
        value
    }
}
