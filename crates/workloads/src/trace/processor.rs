//! The processor time that each thread used in the measured phase, as the kernel counts it. What threads used beside
//! running tasks went to the runtime and to calls during which tasks wait.

use std::collections::BTreeMap;

use rustix::time::{ClockId, clock_gettime};

/// The id that the system gave a thread.
pub(super) type ThreadId = i32;

/// The processor time of the threads of this process, at both ends of the measured phase.
#[derive(Debug, Default)]
pub(super) struct ProcessorTime {
    pub(super) before: Times,
    pub(super) after: Times,
}

/// The processor time, in nanoseconds, of each thread since it began.
#[derive(Debug, Default)]
pub(super) struct Times(BTreeMap<ThreadId, u64>);

impl Times {
    /// Looks at all threads but those that were looked at already.
    pub(super) fn look(&mut self) {
        for (id, ns) in of_threads() {
            self.0.entry(id).or_insert(ns);
        }
    }

    /// Looks at the calling thread alone: it does more between two looks at all threads than the measured phase.
    pub(super) fn look_at_this_thread(&mut self) {
        self.0.insert(this_thread(), of_this_thread());
    }

    /// Whether nobody has looked.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The threads that there were.
    pub(super) fn threads(&self) -> impl Iterator<Item = ThreadId> {
        self.0.keys().copied()
    }
}

impl ProcessorTime {
    /// What a thread used. One that ended earlier has said itself how much it had used by then.
    pub(super) fn used(&self, id: ThreadId, by_its_end_ns: Option<u64>) -> Option<u64> {
        let end_ns = by_its_end_ns.or_else(|| self.after.0.get(&id).copied())?;
        let begin_ns = self.before.0.get(&id).copied().unwrap_or(0);
        Some(end_ns.saturating_sub(begin_ns))
    }
}

/// The id of the calling thread.
pub(super) fn this_thread() -> ThreadId {
    rustix::thread::gettid().as_raw_nonzero().get()
}

/// The processor time that the calling thread has used since it began.
pub(super) fn of_this_thread() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// What the system calls a thread; nothing where it has ended.
pub(super) fn name_of(id: ThreadId) -> String {
    let name = std::fs::read_to_string(format!("/proc/self/task/{id}/comm"));
    name.unwrap_or_default().trim_end().to_owned()
}

/// The processor time of each thread since it began. A thread that ends meanwhile is left out.
fn of_threads() -> Vec<(ThreadId, u64)> {
    let Ok(folder) = std::fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    let threads = folder.flatten().filter_map(|thread| {
        let id = thread.file_name().to_str()?.parse().ok()?;
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        Some((id, ran(&text)?))
    });
    threads.collect()
}

/// The first of the three numbers of a `schedstat` file: nanoseconds of running.
fn ran(schedstat: &str) -> Option<u64> {
    schedstat.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_is_the_time_of_running() {
        assert_eq!(ran("12 34 5\n"), Some(12));
        assert_eq!(ran("\n"), None);
    }

    #[test]
    fn what_a_thread_used_is_the_difference_and_one_that_began_later_used_all() {
        let time = ProcessorTime {
            before: Times([(1, 100)].into()),
            after: Times([(1, 250), (2, 30)].into()),
        };
        assert_eq!(time.used(1, None), Some(150));
        assert_eq!(time.used(2, None), Some(30));
        assert_eq!(time.used(1, Some(180)), Some(80));
        assert_eq!(time.used(3, None), None);
    }

    #[test]
    fn a_thread_that_looked_at_itself_is_not_looked_at_again() {
        let mut times = Times([(this_thread(), 7)].into());
        times.look();
        assert_eq!(times.0[&this_thread()], 7);
        times.look_at_this_thread();
        assert!(times.0[&this_thread()] > 7);
        assert!(times.threads().any(|id| id == this_thread()));
    }
}
