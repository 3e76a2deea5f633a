//! What every command that starts programs does first.

use std::cell::OnceCell;
use std::path::Path;

use terminal::{interrupt, output};

use crate::inherited::removed_variables;
use crate::ledger::Ledger;
use crate::orphans::{adopt, reap_orphans};

/// Watches SIGINT and SIGTERM, makes this tool the parent of what its programs leave behind, opens its
/// ledger in a folder of results, and ends the processes that a killed tool left behind there. People are told how many these were.
///
/// # Errors
///
/// Signals cannot be watched (also where they already are), or the ledger cannot be written.
pub fn begin(results: &Path) -> anyhow::Result<Ledger> {
    // Signals come first: from here on an interrupt ends this tool in order, and its children with it.
    interrupt::watch()?;
    adopt();
    let ledger = Ledger::open(results)?;
    let ended = reap_orphans(results);
    if ended > 0 {
        output::notice(&format!(
            "ended {ended} processes that an earlier run left behind"
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
