//! The processes that a program of a model leaves behind: this tool adopts them, finds them once the
//! program has ended, and ends them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};

use super::is_dead;
use super::mark::RunMark;
use crate::ledger::{Known, Ledger};
use crate::process_tree::{children, command_of};

/// Time between two looks at what is left.
const INTERVAL: Duration = Duration::from_millis(2);
/// The longest wait for processes that were killed.
const LONGEST_KILL: Duration = Duration::from_secs(2);
/// The most characters of a command line that are shown.
const LONGEST_COMMAND: usize = 80;

/// The programs whose orphans end with them and that run now, and how many there ever were. Of several at
/// a time, an orphan without a mark cannot be told to be of one.
static FAMILIES: Mutex<Families> = Mutex::new(Families {
    living: 0,
    begun: 0,
    since: 0,
});

#[derive(Debug)]
struct Families {
    living: u64,
    begun: u64,
    /// When the first of those that live side by side was started, in clock ticks.
    since: u64,
}

/// A program whose orphans end with it.
#[derive(Debug)]
pub struct Family {
    program: Known,
    mark: RunMark,
    /// How many there were when it began, itself included; `None` where another one was alive.
    began_alone: Option<u64>,
}

impl Family {
    /// That of a program which has just been started with this mark.
    pub fn begin(program: Known, mark: RunMark) -> Family {
        let mut all = families();
        all.living += 1;
        all.begun += 1;
        if all.living == 1 {
            all.since = program.start.unwrap_or(0);
        }
        Family {
            program,
            mark,
            began_alone: (all.living == 1).then_some(all.begun),
        }
    }

    /// Waits until all orphans of the program, which has ended, have ended too, for `patience` at most, and
    /// kills those that have not. Returns what these were, in words. Those that are dead are reaped, so
    /// that the kernel counts what they used as used by children of this tool.
    pub fn end_orphans(&self, ledger: &Ledger, patience: Duration) -> Vec<String> {
        let is_alone = self.began_alone == Some(families().begun);
        self.end_adopted(ledger, patience, is_alone.then_some(self.since()))
    }

    /// Ends what is left, and gives the family up. The last of several that lived side by side also ends
    /// the orphans of which nobody knows whose they are.
    pub fn end(self, ledger: &Ledger) {
        let everything_since = {
            let mut all = families();
            all.living -= 1;
            (all.living == 0).then_some(all.since)
        };
        self.end_adopted(ledger, Duration::ZERO, everything_since);
    }

    /// Ends its orphans: those with its mark or, where no other program can have left them, all that were
    /// started since a time in clock ticks.
    fn end_adopted(
        &self,
        ledger: &Ledger,
        patience: Duration,
        everything_since: Option<u64>,
    ) -> Vec<String> {
        if !adopts() {
            return Vec::new();
        }
        let deadline = Instant::now() + patience;
        let mut left = self.living(ledger, everything_since);
        while !left.is_empty() && Instant::now() < deadline {
            std::thread::sleep(INTERVAL);
            left = self.living(ledger, everything_since);
        }
        let names = left.iter().map(|known| in_words(known.pid)).collect();
        let deadline = Instant::now() + LONGEST_KILL;
        // What is killed has children, who are adopted in turn.
        while !left.is_empty() && Instant::now() < deadline {
            for known in &left {
                let _ = kill(known.raw(), Signal::SIGKILL);
            }
            std::thread::sleep(INTERVAL);
            left = self.living(ledger, everything_since);
        }
        names
    }

    fn since(&self) -> u64 {
        self.program.start.unwrap_or(0)
    }

    /// Its orphans that still run; the others are reaped.
    fn living(&self, ledger: &Ledger, everything_since: Option<u64>) -> Vec<Known> {
        let since = everything_since.unwrap_or(self.since());
        orphans(ledger)
            // A server that a build has started, such as a compiler's cache, is older.
            .filter(|known| known.pid != self.program.pid && known.start >= Some(since))
            .filter(|known| !is_reaped(*known))
            .filter(|known| everything_since.is_some() || self.mark.is_of(known.pid))
            .collect()
    }
}

fn families() -> MutexGuard<'static, Families> {
    FAMILIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The orphans that were started since a process was, and still run, in words.
pub fn orphans_since(process: Known, ledger: &Ledger) -> Vec<String> {
    if !adopts() {
        return Vec::new();
    }
    orphans(ledger)
        .filter(|known| known.pid != process.pid && known.start >= process.start)
        .filter(|known| !is_reaped(*known))
        .map(|known| in_words(known.pid))
        .collect()
}

/// Makes this tool the parent of all orphans among its descendants (a "child subreaper"). Where the
/// system has no such thing they are adopted by the system's first process, and are not found.
pub fn adopt_orphans() {
    // The only error is that of a kernel before 3.4, which leaves things as they are elsewhere.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
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

/// The children of this tool that it has not started itself.
fn orphans(ledger: &Ledger) -> impl Iterator<Item = Known> {
    children(std::process::id())
        .into_iter()
        .filter(|pid| !ledger.has(*pid))
        .map(Known::of)
}

/// Whether a process has ended; then it is reaped.
fn is_reaped(known: Known) -> bool {
    let is_over = is_dead(known.pid);
    if is_over {
        let _ = waitpid(known.raw(), Some(WaitPidFlag::WNOHANG));
    }
    is_over
}

/// `sleep 1000 (process 4711)`.
fn in_words(pid: u32) -> String {
    let command: String = command_of(pid).chars().take(LONGEST_COMMAND).collect();
    format!("{command} (process {pid})")
}
