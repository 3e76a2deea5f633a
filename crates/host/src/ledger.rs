//! The ledger: a file that names the living child processes of this tool, so that the next tool can
//! find and end those that a killed one left behind.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use nix::fcntl::OFlag;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::identity::PidSpace;
use crate::process_tree::stat_fields;
use crate::unstarted::Unstarted;

/// A process, told apart from a later one of the same number by when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its process id.
    pub pid: u32,
    /// Clock ticks since the machine's start; `None` where the system does not tell.
    pub start: Option<u64>,
    /// Whether it ends by itself once its tool is gone, and cleans up before: nobody else may end it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cleans_up: bool,
}

/// The content of one tool's file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entries {
    /// Where its process ids mean something; another one's ids are of other processes. Everywhere, in files
    /// from before it was stored.
    #[serde(default)]
    pub(crate) space: PidSpace,
    pub(crate) tool: Known,
    pub(crate) children: Vec<Known>,
}

/// The living children of this tool; its file is gone when it is dropped.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Runs may be started from several threads.
    entries: Mutex<Entries>,
}

impl Ledger {
    /// Opens this process's ledger in the `live` folder of the results, which is made where it is
    /// missing.
    ///
    /// # Errors
    ///
    /// The folder cannot be made, or the file cannot be written.
    pub fn open(results: &Path) -> anyhow::Result<Ledger> {
        let folder = live_folder(results);
        // For this user alone: what is in it decides which processes the next tool ends.
        fs::create_dir_all(results)
            .and_then(|()| {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(&folder)
            })
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        let tool = Known::of(process::id());
        let space = PidSpace::here();
        // Two tools may have one process id, where machines or containers share the folder.
        let path = folder.join(format!("{}-{}", tool.pid, space.tag()));
        let ledger = Ledger {
            path,
            entries: Entries {
                space,
                tool,
                children: Vec::new(),
            }
            .into(),
        };
        ledger.write(&ledger.lock())?;
        Ok(ledger)
    }

    /// Starts a process in a process group of its own, and records it.
    ///
    /// Nobody sees the process before it is recorded: else another thread could take it for an orphan.
    pub fn start(&self, command: &mut Command) -> Result<process::Child, Unstarted> {
        let mut entries = self.lock();
        let mut started = command.process_group(0).spawn()?;
        let known = Known::of(started.id());
        entries.children.push(known);
        if let Err(error) = self.write(&entries) {
            // No process lives unrecorded, or nobody would find it once this tool is killed.
            let _ = killpg(known.raw(), Signal::SIGKILL);
            let _ = started.wait();
            entries.children.pop();
            return Err(Unstarted::Tool(error));
        }
        Ok(started)
    }

    /// Marks a child that cleans up by itself, and so is never ended as an orphan.
    pub fn leave_alone(&self, pid: u32) -> Result<(), Unstarted> {
        let mut entries = self.lock();
        for known in &mut entries.children {
            known.cleans_up |= known.pid == pid;
        }
        self.write(&entries).map_err(Unstarted::Tool)
    }

    /// Whether a process is a living child that this tool started.
    pub(crate) fn has(&self, pid: u32) -> bool {
        let entries = self.lock();
        entries.children.iter().any(|known| known.pid == pid)
    }

    /// Removes a child that has ended.
    pub fn remove(&self, pid: u32) {
        let mut entries = self.lock();
        entries.children.retain(|known| known.pid != pid);
        // A file that cannot be written any more names a dead process at worst, and an orphan is
        // checked against its start time before it is ended.
        let _ = self.write(&entries);
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the file. The entries stay locked meanwhile, or an older state could come last.
    fn write(&self, entries: &Entries) -> anyhow::Result<()> {
        let text = serde_json::to_string(entries)?;
        // A rename is atomic: a tool that is killed while it writes leaves the whole former file.
        let next = self.path.with_extension("next");
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&next)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        written
            .and_then(|()| fs::rename(&next, &self.path))
            .with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Known {
    /// The process that has this number now.
    pub fn of(pid: u32) -> Known {
        Known {
            pid,
            start: start_of(pid),
            cleans_up: false,
        }
    }

    /// Its number as system calls take it.
    pub fn raw(self) -> Pid {
        Pid::from_raw(i32::try_from(self.pid).unwrap_or(i32::MAX))
    }

    /// Whether this process, and not a later one of the same number, is still there.
    pub(crate) fn is_alive(self) -> bool {
        self.start.is_some() && start_of(self.pid) == self.start
    }
}

/// The folder of the ledgers of all tools that share these results.
pub(crate) fn live_folder(results: &Path) -> PathBuf {
    results.join("live")
}

/// When a process started, in clock ticks since the machine's start: field 22 of its `stat`.
fn start_of(pid: u32) -> Option<u64> {
    stat_fields(pid)?.get(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_lives_and_one_that_started_at_another_time_does_not() {
        let known = Known::of(process::id());
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
