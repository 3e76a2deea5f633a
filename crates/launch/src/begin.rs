//! What every command that starts programs does first.

use std::cell::OnceCell;
use std::path::Path;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use terminal::{counted, interrupt, output};

use host::Ledger;
use host::raise_open_files;
use host::removed_variables;
use host::{adopt_orphans, end_strays, reap_orphans};
use host::{check_temporary_directory, sweep_temporary_folders};

/// Watches the signals that ask this tool to stop, makes it the parent of what its programs leave behind, lets
/// none of them leave a core file, raises the limit of open files for itself and for them, opens its ledger
/// in a folder of results, ends the processes that a killed tool left behind there, and removes the
/// temporary folders of such. People are told how many these were.
///
/// # Errors
///
/// Signals cannot be watched (also where they already are), the ledger cannot be written, or no temporary
/// folder can be made.
pub fn begin(results: &Path) -> anyhow::Result<Ledger> {
    // Signals come first: from here on an interrupt ends this tool in order, and its children with it.
    interrupt::watch()?;
    leave_no_core_files();
    adopt_orphans();
    raise_open_files();
    check_temporary_directory()?;
    let ledger = Ledger::open(results)?;
    let ended = reap_orphans(results) + end_strays(results);
    if ended > 0 {
        output::notice(&format!(
            "ended {} that an earlier run left behind",
            counted(ended as u64, "process")
        ));
    }
    let removed = removed_variables();
    if !removed.is_empty() {
        output::notice(&format!(
            "not passed on to models, whose speed must not depend on the shell that starts them: {} (`env` in a \
             model.toml sets a variable on purpose)",
            removed.join(", ")
        ));
    }
    // Only now do no processes use them any more.
    let removed = sweep_temporary_folders();
    if removed > 0 {
        output::notice(&format!(
            "removed {} that an earlier run left behind",
            counted(removed as u64, "temporary folder")
        ));
    }
    Ok(ledger)
}

/// Keeps a program that crashes from writing its memory to a file where it runs: the limit of this tool is that
/// of all programs that it starts. A program may raise it again.
fn leave_no_core_files() {
    // Where that is refused, files are left as the user has set it.
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_CORE) {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, most);
    }
}

/// The ledger of a command that may have to start programs before it is known to be right: only then
/// does it [`begin`] early, so that wrong usage leaves nothing behind.
#[derive(Debug)]
pub struct LazyLedger<'a> {
    results: &'a Path,
    pub(crate) ledger: OnceCell<Ledger>,
}

impl<'a> LazyLedger<'a> {
    /// The ledger in a folder of results, not opened yet.
    #[must_use]
    pub fn new(results: &'a Path) -> LazyLedger<'a> {
        LazyLedger {
            results,
            ledger: OnceCell::new(),
        }
    }

    /// The ledger, opened by [`begin`] at the first call.
    ///
    /// # Errors
    ///
    /// Those of [`begin`].
    pub fn get(&self) -> anyhow::Result<&Ledger> {
        if let Some(ledger) = self.ledger.get() {
            return Ok(ledger);
        }
        let ledger = begin(self.results)?;
        Ok(self.ledger.get_or_init(|| ledger))
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_started_leaves_no_core_file() {
        leave_no_core_files();
        let limit = Command::new("sh").args(["-c", "ulimit -c"]).output();
        assert_eq!(limit.unwrap().stdout, b"0\n");
    }
}
