//! What every command that starts programs does first.

use std::cell::OnceCell;
use std::path::Path;

use terminal::{interrupt, output};

use crate::ledger::Ledger;
use crate::limits::raise_open_files;
use crate::orphans::{adopt, reap_orphans};
use crate::temporary::{check_temporary_directory, sweep_temporary_folders};

/// Watches the signals that ask this tool to stop, makes it the parent of what its programs leave behind,
/// raises the limit of open files for itself and for them,
/// opens its ledger in a folder of results, ends the processes that a killed tool left behind there, and
/// removes the temporary folders of such. People are told how many these were.
///
/// # Errors
///
/// Signals cannot be watched (also where they already are), the ledger cannot be written, or no temporary
/// folder can be made.
pub fn begin(results: &Path) -> anyhow::Result<Ledger> {
    // Signals come first: from here on an interrupt ends this tool in order, and its children with it.
    interrupt::watch()?;
    adopt();
    raise_open_files();
    check_temporary_directory()?;
    let ledger = Ledger::open(results)?;
    let ended = reap_orphans(results);
    if ended > 0 {
        output::notice(&format!(
            "ended {ended} processes that an earlier run left behind"
        ));
    }
    // Only now do no processes use them any more.
    let removed = sweep_temporary_folders();
    if removed > 0 {
        output::notice(&format!(
            "removed {removed} temporary folders that an earlier run left behind"
        ));
    }
    Ok(ledger)
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
