//! Which processes live, on disk: what a tool that was killed leaves behind can be found and ended
//! by the next one.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// A process, told apart from a later one of the same number by when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) pid: u32,
    /// In clock ticks since the machine's start; `None` where the system does not tell.
    pub(super) start: Option<u64>,
    /// It ends by itself once its tool is gone, and puts something right before: nobody else may end it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) cleans_up: bool,
}

/// What the file of one tool says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entries {
    pub(super) tool: Known,
    pub(super) children: Vec<Known>,
}

/// The living children of this tool; its file is gone when it is dropped.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    entries: RefCell<Entries>,
}

impl Ledger {
    /// A ledger in the `live` folder of the results, which is made.
    pub fn open(results: &Path) -> anyhow::Result<Ledger> {
        let folder = live_folder(results);
        fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        let tool = Known::of(std::process::id());
        let path = folder.join(tool.pid.to_string());
        let ledger = Ledger {
            path,
            entries: Entries {
                tool,
                children: Vec::new(),
            }
            .into(),
        };
        ledger
            .write()
            .with_context(|| format!("{} cannot be written", ledger.path.display()))?;
        Ok(ledger)
    }

    pub(super) fn add(&self, pid: u32) -> std::io::Result<()> {
        self.entries.borrow_mut().children.push(Known::of(pid));
        self.write()
    }

    /// From now on the process is not ended as an orphan.
    pub(super) fn leave_alone(&self, pid: u32) -> std::io::Result<()> {
        let mut entries = self.entries.borrow_mut();
        let its = entries.children.iter_mut().filter(|known| known.pid == pid);
        its.for_each(|known| known.cleans_up = true);
        drop(entries);
        self.write()
    }

    /// A file that cannot be written any more names a dead process at worst, and no orphan is
    /// ended before it was looked at.
    pub(super) fn remove(&self, pid: u32) {
        self.entries
            .borrow_mut()
            .children
            .retain(|known| known.pid != pid);
        let _ = self.write();
    }

    fn write(&self) -> std::io::Result<()> {
        let text = serde_json::to_string(&*self.entries.borrow())?;
        let next = self.path.with_extension("next");
        fs::write(&next, text)?;
        fs::rename(&next, &self.path)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Known {
    pub(super) fn of(pid: u32) -> Known {
        Known {
            pid,
            start: start_of(pid),
            cleans_up: false,
        }
    }

    /// Whether this very process is still there.
    pub(super) fn is_alive(self) -> bool {
        self.start.is_some() && start_of(self.pid) == self.start
    }
}

pub(super) fn live_folder(results: &Path) -> PathBuf {
    results.join("live")
}

/// When a process started, from field 22 of its `stat`; field 2 may hold anything, even spaces.
fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let after_name = &stat[stat.rfind(')')? + 1..];
    after_name.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_lives_and_one_that_started_at_another_time_does_not() {
        let known = Known::of(std::process::id());
        assert!(known.is_alive());
        assert!(
            !Known {
                start: known.start.map(|start| start + 1),
                ..known
            }
            .is_alive()
        );
    }
}
