//! Whether the system allows what a run needs: open files, threads, processes and memory. A run that needs more is not
//! started, because its model would be blamed for the machine.

use catalog::{Chosen, Selected, Unit};
use host::{
    Allowance, OpenFiles, allowed_by_mappings, allowed_by_memory, allowed_threads, open_files,
};
use results::{Failure, Kind, Share};
use schedule::Wanted;

/// Needs are reckoned, so that they are told in round numbers.
const ROUND: u64 = 100;
/// What a thread that waits takes at least: 16 KiB of the kernel's stack, what it keeps of it besides, and
/// the first pages of its own two stacks.
const BYTES_OF_THREAD: u64 = 40 << 10;
/// What a process takes at least that it shares with no other.
const BYTES_OF_PROCESS: u64 = 1 << 20;

/// What a task that waits takes at least, in any program.
const BYTES_OF_TASK: u64 = 200;
/// There is memory for fewer tasks than this on every machine.
const MANY_TASKS: u64 = 100_000;

/// Whether a run of so many lanes has what it needs.
///
/// # Errors
///
/// `Kind::Unavailable` with what is needed and what is allowed.
pub(crate) fn check(
    selected: &Selected,
    chosen: &Chosen,
    share: Share,
    wanted: &Wanted,
) -> Result<(), Failure> {
    let workload = &chosen.workload;
    if let Some(files) = open_files() {
        let needed = catalog::open_files(workload, share.in_flight, wanted.workers);
        enough_files(needed, files)?;
    }
    if let Some(most) = selected.variant.most_in_flight {
        few_enough(&selected.name(), share.in_flight, most)?;
    }
    if chosen.levels.is_some() {
        let most = selected.variant.capacity.lanes(wanted.workers);
        all_at_once(&selected.name(), most, wanted.lanes(workload))?;
    }
    match selected.variant.unit {
        // Asking the system takes milliseconds, which only the variants pay that may be refused.
        Some(unit) => enough(unit.plural(), share.in_flight, allowed(unit).as_ref()),
        None if share.in_flight < MANY_TASKS => Ok(()),
        None => {
            let tasks = format!("tasks of {BYTES_OF_TASK} bytes at least");
            let allowed = allowed_by_memory(BYTES_OF_TASK);
            enough(&tasks, share.in_flight, allowed.as_ref())
        }
    }
}

/// What the lowest limit leaves.
fn allowed(unit: Unit) -> Option<Allowance> {
    let limits = match unit {
        Unit::Thread => [
            allowed_threads(),
            allowed_by_mappings(),
            allowed_by_memory(BYTES_OF_THREAD),
        ],
        Unit::Process => [allowed_threads(), allowed_by_memory(BYTES_OF_PROCESS), None],
    };
    let known = limits.into_iter().flatten();
    known.min_by_key(|allowance| allowance.free)
}

/// What a model says of itself, so that it need not be tried on a machine's memory.
fn few_enough(name: &str, lanes: u64, most: u64) -> Result<(), Failure> {
    if lanes <= most {
        return Ok(());
    }
    let message = format!(
        "{lanes} in flight, and {name} does {most} at most by its model.toml: run fewer in flight"
    );
    Err(Failure::new(Kind::Unavailable, message))
}

/// Levels are numbers in flight: what a task costs among fewer says nothing of them.
fn all_at_once(name: &str, most: u64, asked: u64) -> Result<(), Failure> {
    if most >= asked {
        return Ok(());
    }
    let message = format!("needs {asked} in flight, and {name} has {most} at most");
    Err(Failure::new(Kind::Unavailable, message))
}

fn enough_files(needed: u64, files: OpenFiles) -> Result<(), Failure> {
    if needed <= files.soft {
        return Ok(());
    }
    let about = needed.div_ceil(ROUND).saturating_mul(ROUND);
    let allowed = files.soft;
    let message = format!(
        "needs about {about} open files, {allowed} allowed: raise the hard limit (`ulimit -Hn {about}`) \
         or run fewer in flight"
    );
    Err(Failure::new(Kind::Unavailable, message))
}

fn enough(units: &str, lanes: u64, allowed: Option<&Allowance>) -> Result<(), Failure> {
    let Some(Allowance { free, by }) = allowed.filter(|allowed| allowed.free < lanes) else {
        return Ok(());
    };
    let message = format!(
        "needs {lanes} {units}, {free} more allowed by {by}: raise that or run fewer in flight"
    );
    Err(Failure::new(Kind::Unavailable, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_unavailable_and_says_what_is_missing() {
        let files = OpenFiles {
            soft: 1024,
            hard: 1024,
        };
        assert_eq!(enough_files(1024, files), Ok(()));
        let failure = enough_files(1052, files).unwrap_err();
        assert_eq!(failure.kind, Kind::Unavailable);
        let words = "needs about 1100 open files, 1024 allowed";
        assert!(failure.message.starts_with(words), "{failure}");
        let allowed = Allowance {
            free: 900,
            by: "pids.max".to_owned(),
        };
        assert_eq!(enough("threads", 900, Some(&allowed)), Ok(()));
        assert_eq!(enough("threads", 900, None), Ok(()));
        let failure = enough("threads", 901, Some(&allowed)).unwrap_err();
        let words = "needs 901 threads, 900 more allowed by pids.max";
        assert!(failure.message.starts_with(words), "{failure}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn no_machine_has_memory_for_a_million_million_tasks() {
        let allowed = allowed_by_memory(BYTES_OF_TASK);
        let failure = enough("tasks", 1_000_000_000_000, allowed.as_ref()).unwrap_err();
        assert_eq!(failure.kind, Kind::Unavailable, "{failure}");
    }

    #[test]
    fn what_a_model_says_of_itself_is_held_to() {
        assert_eq!(few_enough("m/v", 1000, 1000), Ok(()));
        let failure = few_enough("m/v", 1001, 1000).unwrap_err();
        assert_eq!(failure.kind, Kind::Unavailable);
        let words = "1001 in flight, and m/v does 1000 at most";
        assert!(failure.message.starts_with(words), "{failure}");
    }

    #[test]
    fn a_level_is_for_those_who_have_all_of_it_in_flight() {
        assert_eq!(all_at_once("m/v", 64, 64), Ok(()));
        let failure = all_at_once("m/v", 64, 1000).unwrap_err();
        assert_eq!(failure.kind, Kind::Unavailable);
        assert_eq!(
            failure.message,
            "needs 1000 in flight, and m/v has 64 at most"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn no_linux_starts_a_hundred_million_threads_or_processes() {
        for unit in [Unit::Thread, Unit::Process] {
            let failure = enough(unit.plural(), 100_000_000, allowed(unit).as_ref()).unwrap_err();
            assert_eq!(failure.kind, Kind::Unavailable, "{failure}");
        }
    }
}
