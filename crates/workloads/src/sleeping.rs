//! Sleeping again and again in a future that is hardly larger than one sleep: every task that waits
//! has room for it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

/// Sleeps for `first`, and then as often as `rest` gives a time for it, until it gives none; each
/// by a future of `sleep`.
pub fn sleep_while<F: Future + Send>(
    sleep: impl Fn(Duration) -> F + Send,
    first: Duration,
    rest: impl FnMut() -> Option<Duration> + Send,
) -> impl Future<Output = ()> + Send {
    let sleeping = sleep(first);
    SleepWhile {
        sleep,
        rest,
        sleeping,
    }
}

pin_project! {
    // An async block would hold its state besides, in a word of its own.
    struct SleepWhile<S, R, F> {
        sleep: S,
        rest: R,
        #[pin]
        sleeping: F,
    }
}

impl<S, R, F> Future for SleepWhile<S, R, F>
where
    S: Fn(Duration) -> F,
    R: FnMut() -> Option<Duration>,
    F: Future,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        loop {
            ready!(this.sleeping.as_mut().poll(context));
            let Some(duration) = (this.rest)() else {
                return Poll::Ready(());
            };
            this.sleeping.set((this.sleep)(duration));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::blocking::run_ready;

    #[test]
    fn it_sleeps_while_there_is_a_rest_and_is_as_small_as_its_parts() {
        let slept = Mutex::new(Vec::new());
        let sleep = |duration: Duration| {
            slept.lock().unwrap().push(duration.as_millis());
            std::future::ready(())
        };
        let mut rests = vec![Duration::from_millis(5), Duration::from_millis(3)];
        run_ready(sleep_while(sleep, Duration::from_millis(9), || rests.pop()));
        assert_eq!(*slept.lock().unwrap(), [9, 3, 5]);
        let future = sleep_while(|_| std::future::pending::<()>(), Duration::ZERO, || None);
        assert_eq!(size_of_val(&future), 0);
    }
}
