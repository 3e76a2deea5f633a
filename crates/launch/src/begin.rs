//! What every command that starts programs does first.

use std::path::Path;

use terminal::{interrupt, output};

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
        output::complain(&format!(
            "ended {ended} processes that an earlier run left behind"
        ));
    }
    Ok(ledger)
}
