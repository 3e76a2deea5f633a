//! Ends the processes that a killed tool left behind. Only a process whose number and start time both
//! agree with a ledger is ended, never one of a tool that still runs, and none that cleans up by itself.

use std::fs;
use std::path::Path;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::ledger::{Entries, live_folder};

/// Ends every process in the ledgers of a folder of results whose tool is gone, and returns how many
/// these were.
pub fn reap_orphans(results: &Path) -> usize {
    let files = fs::read_dir(live_folder(results))
        .into_iter()
        .flatten()
        .flatten();
    files.map(|file| reap_file(&file.path())).sum()
}

fn reap_file(path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap_or_default();
    // A torn file is the half-written successor of a whole one, or was abandoned by a killed tool.
    let Ok(entries) = serde_json::from_str::<Entries>(&text) else {
        remove_abandoned(path);
        return 0;
    };
    if entries.tool.is_alive() {
        return 0;
    }
    let ended = entries
        .children
        .iter()
        .filter(|known| known.is_alive() && !known.cleans_up)
        .filter(|known| {
            // Children lead process groups of their own, so that their descendants end with them.
            let group = i32::try_from(known.pid).map(Pid::from_raw);
            group.is_ok_and(|group| killpg(group, Signal::SIGKILL).is_ok())
        })
        .count();
    let _ = fs::remove_file(path);
    ended
}

/// Removes a file that a killed tool had only begun: one that is written now is replaced within
/// microseconds, and this one is older than a minute.
fn remove_abandoned(path: &Path) {
    let age = path
        .metadata()
        .and_then(|data| data.modified())
        .map(|time| time.elapsed());
    if matches!(age, Ok(Ok(age)) if age.as_secs() > 60) {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::ledger::Known;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_left_is_ended_unless_it_puts_something_right() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("cat");
        command.stdin(Stdio::piped()).process_group(0);
        let mut left = command.spawn().unwrap();
        let known = Known::of(left.id());
        // No process has this number.
        let dead = Known {
            pid: u32::MAX,
            start: Some(1),
            cleans_up: false,
        };
        let reaped = |cleans_up| {
            let child = Known { cleans_up, ..known };
            let entries = Entries {
                tool: dead,
                children: vec![child],
            };
            let path = folder.path().join("ledger");
            fs::write(&path, serde_json::to_string(&entries).unwrap()).unwrap();
            let ended = reap_file(&path);
            assert!(!path.exists());
            ended
        };
        assert_eq!(reaped(true), 0);
        assert!(left.try_wait().unwrap().is_none(), "it still runs");
        assert_eq!(reaped(false), 1);
        assert!(!left.wait().unwrap().success());
    }
}
