//! The unit of a task that only waits: what each of a million sleeping tasks holds, which is why
//! its future is written by hand.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use workloads::Error;

/// What comes after a wait.
pub(crate) trait Follows<T> {
    /// Goes on with what the wait gave; an error is what it panicked with.
    fn follow(self: Arc<Self>, outcome: workloads::Result<T>);
}

pin_project! {
    /// The wait of one task, and what follows it.
    // An async block would hold its state besides, in a word of its own.
    pub(crate) struct Waiting<L, F> {
        links: Option<Arc<L>>,
        #[pin]
        wait: F,
    }
}

impl<L, F> Waiting<L, F> {
    pub(crate) fn new(links: Arc<L>, wait: F) -> Self {
        let links = Some(links);
        Self { links, wait }
    }
}

impl<L: Follows<F::Output>, F: Future> Future for Waiting<L, F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        // A panic would end the unit and tell nobody: other lanes may wait for this one.
        let polled = catch_unwind(AssertUnwindSafe(|| this.wait.poll(context)));
        let outcome = match polled {
            Ok(poll) => Ok(ready!(poll)),
            Err(panic) => Err(Error::panicked(&*panic)),
        };
        if let Some(links) = this.links.take() {
            links.follow(outcome);
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::task::Waker;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl Follows<u64> for Heard {
        fn follow(self: Arc<Self>, outcome: workloads::Result<u64>) {
            let text = outcome.map_or_else(|error| error.to_string(), |value| value.to_string());
            self.0.lock().unwrap().push(text);
        }
    }

    fn poll(wait: impl Future<Output = u64>, heard: &Arc<Heard>) -> Poll<()> {
        let unit = std::pin::pin!(Waiting::new(Arc::clone(heard), wait));
        unit.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_wait_is_followed_once_it_is_over_also_by_a_panic() {
        let heard = Arc::new(Heard::default());
        assert!(poll(std::future::pending(), &heard).is_pending());
        assert!(heard.0.lock().unwrap().is_empty());
        assert!(poll(std::future::ready(5), &heard).is_ready());
        assert!(poll(async { panic!("in a timer") }, &heard).is_ready());
        assert_eq!(*heard.0.lock().unwrap(), ["5", "panicked: in a timer"]);
    }
}
