//! The `Io` that own work is given: a call that panics on another thread panics in its task, so that every
//! model ends with the same words.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use protocol::WaitsFor;
use workloads::{Address, Io, Scratch, Slices, trace};

/// `I`, whose calls bring their panics back.
#[derive(Clone, Debug)]
pub(crate) struct Caught<I>(pub(crate) I);

/// A call that gives what it panicked with, instead of panicking.
fn caught<T>(call: impl FnOnce() -> T) -> impl FnOnce() -> std::thread::Result<T> {
    // What the call owned is gone with its panic, and what it shares is the concern of whoever wrote it.
    move || catch_unwind(AssertUnwindSafe(call))
}

fn value_of<T>(outcome: std::thread::Result<T>) -> T {
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

impl<I: Io> Io for Caught<I> {
    const BLOCKS: bool = I::BLOCKS;

    type Stream = I::Stream;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        trace::may_wait_for(WaitsFor::Socket);
        self.0.connect(to).await
    }

    async fn sleep(&self, duration: Duration) {
        trace::may_wait_for(WaitsFor::Timer);
        self.0.sleep(duration).await;
        // What is not marked otherwise is most likely a stream of the user's.
        trace::may_wait_for(WaitsFor::Socket);
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        trace::may_wait_for(WaitsFor::Pool);
        let outcome = self.0.unblock(trace::part(caught(call))).await;
        trace::may_wait_for(WaitsFor::Socket);
        value_of(outcome)
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        self.0.yield_now()
    }

    fn compute(&self, slices: Slices, scratch: &mut Scratch) -> impl Future<Output = u64> + Send {
        self.0.compute(slices, scratch)
    }

    async fn run<T: Send + 'static>(&self, compute: impl FnOnce() -> T + Send + 'static) -> T {
        trace::may_wait_for(WaitsFor::Pool);
        let outcome = self.0.run(caught(compute)).await;
        trace::may_wait_for(WaitsFor::Socket);
        value_of(outcome)
    }
}
