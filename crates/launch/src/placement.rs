//! Restricts the processors on which a model's processes may run. The tool restricts its own thread
//! while it starts the program, which inherits that, and lifts it again: services and the tool itself
//! may run everywhere.

use results::Placement;

/// Calls `start` on the processors of a placement. The error says why this system cannot do that.
pub(crate) fn start_at<T>(placement: Placement, start: impl FnOnce() -> T) -> Result<T, String> {
    match placement {
        Placement::Free => Ok(start()),
        Placement::OneCpu => system::on_first(1, start),
    }
}

/// Calls something whose threads and programs run on so many of the processors that this thread may use.
///
/// # Errors
/// Why this system cannot do that.
pub fn on_processors<T>(count: u64, call: impl FnOnce() -> T) -> Result<T, String> {
    system::on_first(usize::try_from(count).unwrap_or(usize::MAX), call)
}

#[cfg(target_os = "linux")]
mod system {
    use nix::errno::Errno;
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    /// The calling thread, for which the system calls take 0.
    const THIS_THREAD: Pid = Pid::from_raw(0);

    pub(super) fn on_first<T>(count: usize, start: impl FnOnce() -> T) -> Result<T, String> {
        let all = sched_getaffinity(THIS_THREAD).map_err(why)?;
        let first = first_of(&all, count)?;
        sched_setaffinity(THIS_THREAD, &first).map_err(why)?;
        let started = start();
        // An error ends what was started too: everything after it would run on these processors.
        sched_setaffinity(THIS_THREAD, &all).map_err(why)?;
        Ok(started)
    }

    fn why(errno: Errno) -> String {
        format!("placement is unavailable: {}", errno.desc())
    }

    /// The first so many processors of a set.
    fn first_of(set: &CpuSet, count: usize) -> Result<CpuSet, String> {
        let allowed = (0..CpuSet::count()).filter(|cpu| set.is_set(*cpu) == Ok(true));
        let mut first = CpuSet::new();
        let mut found = 0;
        for cpu in allowed.take(count) {
            first.set(cpu).map_err(why)?;
            found += 1;
        }
        if found < count.max(1) {
            return Err(format!(
                "placement is unavailable: {count} processors are asked for, and {found} are allowed"
            ));
        }
        Ok(first)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(super) fn on_first<T>(_count: usize, _start: impl FnOnce() -> T) -> Result<T, String> {
        Err("placement is unavailable: only Linux lets a program choose its processors".to_owned())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn allowed() -> String {
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("Cpus_allowed_list:"));
        line.unwrap()["Cpus_allowed_list:".len()..]
            .trim()
            .to_owned()
    }

    #[test]
    fn what_is_started_has_one_processor_and_the_tool_all_of_its_own_again() {
        let before = allowed();
        let within = start_at(Placement::OneCpu, allowed).unwrap();
        assert!(within.parse::<usize>().is_ok(), "{within}");
        assert_eq!(allowed(), before);
        assert_eq!(start_at(Placement::Free, allowed).unwrap(), before);
    }

    #[test]
    fn as_many_processors_as_are_asked_for_are_left_and_more_than_there_are_is_an_error() {
        let before = allowed();
        assert_eq!(on_processors(1, host::machine::processors).unwrap(), 1);
        let words = on_processors(5000, allowed).unwrap_err();
        assert!(words.contains("5000 processors"), "{words}");
        assert_eq!(allowed(), before);
    }
}
