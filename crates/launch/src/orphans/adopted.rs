//! The processes that a program of a model leaves behind: this tool adopts them, finds them once the
//! program has ended, and ends them.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use super::is_dead;
use crate::ledger::{Known, Ledger};
use crate::process_tree::{children, command_of};

/// Time between two looks at what is left.
const INTERVAL: Duration = Duration::from_millis(2);
/// The longest wait for processes that were killed.
const LONGEST_KILL: Duration = Duration::from_secs(2);
/// The most characters of a command line that are shown.
const LONGEST_COMMAND: usize = 80;

/// The variable by which the processes of one run are told from those of another beside it.
const MARK: &str = "MANYWAYS_RUN";

/// A program whose orphans end with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program {
    pub(crate) known: Known,
    /// The mark of its run.
    pub(crate) mark: RunMark,
}

/// The mark of one run, which all its processes find in their environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunMark(u64);

impl RunMark {
    /// Marks the environment of a program that is about to start.
    pub(crate) fn put(command: &mut Command) -> RunMark {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let mark = RunMark(RUNS.fetch_add(1, Ordering::Relaxed));
        command.env(MARK, mark.value());
        mark
    }

    /// As long for every run: the size of the environment moves the program's stack.
    fn value(self) -> String {
        format!("{:08}", self.0)
    }

    /// Whether a process is marked as one of another run.
    fn is_of_another_run(self, pid: u32) -> bool {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let prefix = format!("{MARK}=");
        environment
            .split(|byte| *byte == 0)
            .find_map(|entry| entry.strip_prefix(prefix.as_bytes()))
            .is_some_and(|value| value != self.value().as_bytes())
    }
}

/// Makes this tool the parent of all orphans among its descendants (a "child subreaper"). Where the
/// system has no such thing they are adopted by the system's first process, and are not found.
pub fn adopt_orphans() {
    // The only error is that of a kernel before 3.4, which leaves things as they are elsewhere.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
}

/// Waits until all orphans of a program that has ended have ended too, for `patience` at most, and kills
/// those that have not. Returns what these were, in words. Those that are dead are reaped, so that the
/// kernel counts what they used as used by children of this tool.
pub(crate) fn end_adopted(program: Program, ledger: &Ledger, patience: Duration) -> Vec<String> {
    if !adopts() {
        return Vec::new();
    }
    let deadline = Instant::now() + patience;
    let mut left = living(program, ledger);
    while !left.is_empty() && Instant::now() < deadline {
        std::thread::sleep(INTERVAL);
        left = living(program, ledger);
    }
    let names = left.iter().map(|known| in_words(known.pid)).collect();
    let deadline = Instant::now() + LONGEST_KILL;
    // What is killed has children, who are adopted in turn.
    while !left.is_empty() && Instant::now() < deadline {
        for known in &left {
            let _ = kill(pid_of(*known), Signal::SIGKILL);
        }
        std::thread::sleep(INTERVAL);
        left = living(program, ledger);
    }
    names
}

fn adopts() -> bool {
    #[cfg(target_os = "linux")]
    {
        nix::sys::prctl::get_child_subreaper().unwrap_or(false)
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

/// The orphans of a program that still run; the others are reaped.
fn living(program: Program, ledger: &Ledger) -> Vec<Known> {
    let mut left = Vec::new();
    for pid in children(std::process::id()) {
        let known = Known::of(pid);
        // A server that a build has started, such as a compiler's cache, is older than the program.
        if pid == program.known.pid || known.start < program.known.start || ledger.has(pid) {
            continue;
        }
        // A program that clears its environment does not hide what it leaves behind.
        if program.mark.is_of_another_run(pid) {
            continue;
        }
        if is_dead(pid) {
            let _ = waitpid(pid_of(known), Some(WaitPidFlag::WNOHANG));
        } else {
            left.push(known);
        }
    }
    left
}

fn pid_of(known: Known) -> Pid {
    Pid::from_raw(i32::try_from(known.pid).unwrap_or(i32::MAX))
}

/// `sleep 1000 (process 4711)`.
fn in_words(pid: u32) -> String {
    let command: String = command_of(pid).chars().take(LONGEST_COMMAND).collect();
    format!("{command} (process {pid})")
}
