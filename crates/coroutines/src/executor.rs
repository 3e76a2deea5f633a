//! may's scheduler as an executor: every unit is a coroutine.

use std::future::{Future, ready};
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use may::coroutine::JoinHandle;
use may::go;
use may::sync::Semphore;
use may::sync::mpsc::{Receiver, Sender, channel};
use runner::{Driver, Executor, Message, Primitives};
use workloads::blocking::run_ready;

/// The scheduler, of which a process has one.
#[derive(Clone, Copy)]
pub(crate) struct Coroutines;

impl Coroutines {
    /// Starts the threads of the scheduler, unless the process has them already.
    pub(crate) fn running() -> Self {
        let first = go!(|| ());
        first.wait();
        Self
    }
}

impl Executor for Coroutines {
    fn spawn(&self, unit: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        // Dropping the handle detaches the coroutine, which goes on.
        drop(go!(move || run_ready(unit)));
        Ok(())
    }

    fn drive(&self, driver: Driver) {
        // A coroutine of its own, because starting another from outside wakes a worker.
        let unit = go!(move || wait_for(driver, By::Coroutine));
        unit.join().unwrap_or_else(|panic| resume_unwind(panic));
    }
}

impl Primitives for Coroutines {
    type Handle = JoinHandle<u64>;
    type Sender = Sender<Message>;
    type Receiver = Receiver<Message>;

    fn start(
        &self,
        unit: impl Future<Output = u64> + Send + 'static,
    ) -> std::io::Result<Self::Handle> {
        Ok(go!(move || run_ready(unit)))
    }

    async fn join(&self, handle: Self::Handle) -> Option<u64> {
        handle.join().ok()
    }

    fn channel(&self) -> Result<(Self::Sender, Self::Receiver), &'static str> {
        // may's channels have no bound.
        Ok(channel())
    }

    fn send(&self, to: &Self::Sender, message: Message) -> impl Future<Output = bool> + Send {
        // Sent before the future exists, which can move to another thread while the sender cannot be
        // shared with one.
        ready(to.send(message).is_ok())
    }

    async fn receive(&self, from: &mut Self::Receiver) -> Option<Message> {
        from.recv().ok()
    }
}

/// Wakes a coroutine that waits for a future.
///
/// `coroutine::park` would need no counter, but may's worker spins for ever where a coroutine is woken while it parks,
/// ends at once, and nobody else holds its handle: the worker runs it within the call that parks it, and dropping
/// the coroutine waits for the end of that call. A semaphore is dropped by the coroutine itself, which can yield.
struct Post {
    count: Semphore,
    by: By,
}

/// Who posts. That may have to wait until the worker that parks the waiting coroutine is done with that, and the worker may
/// run this coroutine within.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Who wakes, where that holds no lock.
    Waker,
    /// A coroutine for that alone. Who wakes may hold a lock that the woken needs, as `event-listener` does: if it posted, both would
    /// wait for ever.
    Coroutine,
}

impl Wake for Post {
    fn wake(self: Arc<Self>) {
        match self.by {
            By::Waker => self.count.post(),
            By::Coroutine => drop(go!(move || self.count.post())),
        }
    }
}

/// Stops the calling coroutine until a call on a thread for such calls is over.
pub(crate) fn wait_for_call<T>(call: impl Future<Output = T>) -> T {
    wait_for(call, By::Waker)
}

/// Stops the calling coroutine until a future is ready.
fn wait_for<T>(future: impl Future<Output = T>, by: By) -> T {
    let mut waiting = pin!(future);
    let post = Arc::new(Post {
        count: Semphore::new(0),
        by,
    });
    let waker = Waker::from(Arc::clone(&post));
    loop {
        match waiting.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => post.count.wait(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With stacks on which a panic can be told.
    fn running() -> Coroutines {
        crate::configured(1, 2);
        Coroutines::running()
    }

    #[test]
    fn a_coroutine_waits_for_what_another_thread_does() {
        let (sender, receiver) = async_channel::bounded(1);
        let thread = std::thread::spawn(move || sender.send_blocking(5));
        let value = running().block_on(async move { receiver.recv().await });
        assert_eq!(value, Ok(5));
        assert!(thread.join().unwrap().is_ok());
    }

    #[test]
    fn a_coroutine_may_be_woken_while_it_stops_and_end_at_once() {
        let coroutines = running();
        for round in 0..20_000 {
            let (sender, receiver) = async_channel::bounded(1);
            let thread = std::thread::spawn(move || sender.send_blocking(round));
            let received = coroutines.block_on(async move { receiver.recv().await });
            assert_eq!(received, Ok(round));
            assert!(thread.join().unwrap().is_ok());
        }
    }

    #[test]
    fn a_coroutine_that_panics_is_missed_and_ends_nothing_else() {
        let coroutines = running();
        let panics = coroutines
            .start(async { panic!("in a coroutine") })
            .unwrap();
        assert_eq!(run_ready(coroutines.join(panics)), None);
        let goes_on = coroutines.start(async { 5 }).unwrap();
        assert_eq!(run_ready(coroutines.join(goes_on)), Some(5));
    }
}
