//! Run-queue wait: how long threads of this process were ready to run and had no processor.

use std::time::Duration;

/// The sum over the threads that are alive, since each began; `None` where the system does not
/// report it. The share of a thread is lost when it ends.
pub(crate) fn run_queue_wait() -> Option<Duration> {
    let mut sum = None;
    for thread in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        // A thread may have ended since the folder was listed; then it has no file, which is no
        // error.
        if let Ok(text) = std::fs::read_to_string(thread.path().join("schedstat")) {
            *sum.get_or_insert(Duration::ZERO) += waited(&text)?;
        }
    }
    sum
}

/// The second of the three numbers of a `schedstat` file: nanoseconds of running, nanoseconds of
/// waiting in the run queue, and the number of times that the thread was run.
fn waited(schedstat: &str) -> Option<Duration> {
    let nanos = schedstat.split_whitespace().nth(1)?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_number_is_the_wait() {
        assert_eq!(waited("12 34 5\n"), Some(Duration::from_nanos(34)));
        assert_eq!(waited("12\n"), None);
        assert_eq!(waited(""), None);
    }
}
