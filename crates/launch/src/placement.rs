//! Restricts the processors on which a model's processes may run. The tool restricts its own thread
//! while it starts the program, which inherits that, and lifts it again: services and the tool itself
//! may run everywhere.

use results::Placement;

/// Calls `start` on the processors of a placement. The error says why this system cannot do that.
pub(crate) fn start_at<T>(placement: Placement, start: impl FnOnce() -> T) -> Result<T, String> {
    match placement {
        Placement::Free => Ok(start()),
        Placement::OneCpu => system::on_one_cpu(start),
    }
}

#[cfg(target_os = "linux")]
mod system {
    use nix::errno::Errno;
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    /// The calling thread, for which the system calls take 0.
    const THIS_THREAD: Pid = Pid::from_raw(0);

    pub(super) fn on_one_cpu<T>(start: impl FnOnce() -> T) -> Result<T, String> {
        let all = sched_getaffinity(THIS_THREAD).map_err(why)?;
        let first = first_of(&all).ok_or("placement is unavailable: no processor is allowed")?;
        let mut one = CpuSet::new();
        one.set(first).map_err(why)?;
        sched_setaffinity(THIS_THREAD, &one).map_err(why)?;
        let started = start();
        // An error ends what was started too: the rest of the comparison would run on one processor.
        sched_setaffinity(THIS_THREAD, &all).map_err(why)?;
        Ok(started)
    }

    fn why(errno: Errno) -> String {
        format!("placement is unavailable: {}", errno.desc())
    }

    fn first_of(set: &CpuSet) -> Option<usize> {
        (0..CpuSet::count()).find(|cpu| set.is_set(*cpu) == Ok(true))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(super) fn on_one_cpu<T>(_start: impl FnOnce() -> T) -> Result<T, String> {
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
}
