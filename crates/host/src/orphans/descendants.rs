//! The processes below this one: which are alive, and the end of those that a program left behind.

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use super::is_dead;
use crate::process_tree::{children_by_parent, command_of, tree_among};

/// A process that is alive below this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descendant {
    /// Its process id.
    pub pid: u32,
    /// Its command line, as far as the system tells.
    pub command: String,
}

/// The direct children of this process.
pub fn children() -> Vec<u32> {
    let mut children = children_by_parent();
    children.remove(&std::process::id()).unwrap_or_default()
}

/// The processes below this one that are alive, without `program` itself and without the trees of the
/// children `known`. Adopted processes that have ended are reaped.
pub fn descendants_except(known: &[u32], program: u32) -> Vec<Descendant> {
    let own = std::process::id();
    let mut children = children_by_parent();
    if let Some(ours) = children.get_mut(&own) {
        ours.retain(|child| !known.contains(child));
    }
    let below = tree_among(own, children).into_iter().skip(1);
    below
        .filter(|pid| *pid != program && !reap_if_ended(*pid))
        .map(|pid| Descendant {
            pid,
            command: command_of(pid),
        })
        .collect()
}

/// Kills a process below this one that a program left behind, and reaps it.
pub fn end_descendant(descendant: &Descendant) {
    let pid = raw(descendant.pid);
    let _ = kill(pid, Signal::SIGKILL);
    let _ = waitpid(pid, None);
}

/// Whether a process is over; a zombie is reaped where it is a child of this one.
fn reap_if_ended(pid: u32) -> bool {
    let is_over = is_dead(pid);
    if is_over {
        let _ = waitpid(raw(pid), Some(WaitPidFlag::WNOHANG));
    }
    is_over
}

fn raw(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).unwrap_or(i32::MAX))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::orphans::{adopt_orphans, alone};

    /// The process that sleeps. It is the shell's own for a moment, until it has become another program.
    fn sleeper_among(known: &[u32]) -> Descendant {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let mut left = descendants_except(known, 0).into_iter();
            if let Some(sleeper) = left.find(|one| one.command == "sleep 1000") {
                return sleeper;
            }
            assert!(
                Instant::now() < deadline,
                "the shell has ended, and what it started has not"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn an_orphan_is_found_and_ended() {
        let _alone = alone();
        adopt_orphans();
        let known = children();
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 1000 &"]);
        let output = shell.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(output.unwrap().success());
        let sleeper = sleeper_among(&known);
        end_descendant(&sleeper);
        let again = descendants_except(&known, 0);
        assert!(
            !again.iter().any(|one| one.command == "sleep 1000"),
            "{again:?}"
        );
    }
}
