//! The processes that a program of a model leaves behind: this tool adopts them, finds them once the
//! program has ended, and ends them.

use std::fs;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::ledger::{Known, Ledger};
use crate::process_tree::{children, stat_fields};

/// Time between two looks at what is left.
const INTERVAL: Duration = Duration::from_millis(2);
/// The longest wait for processes that were killed.
const LONGEST_KILL: Duration = Duration::from_secs(2);
/// The most characters of a command line that are shown.
const LONGEST_COMMAND: usize = 80;

/// Makes this tool the parent of all orphans among its descendants (a "child subreaper"). Where the
/// system has no such thing they are adopted by the system's first process, and are not found.
pub(crate) fn adopt() {
    // The only error is that of a kernel before 3.4, which leaves things as they are elsewhere.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
}

/// Waits until all orphans of a program that has ended have ended too, for `patience` at most, and kills
/// those that have not. Returns what these were, in words. Those that are dead are reaped, so that the
/// kernel counts what they used as used by children of this tool.
pub(crate) fn end_adopted(program: Known, ledger: &Ledger, patience: Duration) -> Vec<String> {
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
fn living(program: Known, ledger: &Ledger) -> Vec<Known> {
    let mut left = Vec::new();
    for pid in children(std::process::id()) {
        let known = Known::of(pid);
        // A server that a build has started, such as a compiler's cache, is older than the program.
        if pid == program.pid || known.start < program.start || ledger.has(pid) {
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

/// Whether a process has ended and only waits to be reaped, or is gone.
fn is_dead(pid: u32) -> bool {
    let state = stat_fields(pid).and_then(|fields| fields.into_iter().next());
    state.is_none_or(|state| state == "Z" || state == "X")
}

fn pid_of(known: Known) -> Pid {
    Pid::from_raw(i32::try_from(known.pid).unwrap_or(i32::MAX))
}

/// `sleep 1000 (process 4711)`.
fn in_words(pid: u32) -> String {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<_> = line
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(String::from_utf8_lossy)
        .collect();
    let command: String = words.join(" ").chars().take(LONGEST_COMMAND).collect();
    format!("{command} (process {pid})")
}
