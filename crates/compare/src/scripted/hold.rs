//! Where a script waits, so that a test can do something to a comparison that has come just so far.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use serde::Deserialize;
use terminal::interrupt::{self, Interrupted};

/// Time between two looks for the file.
const PAUSE: Duration = Duration::from_millis(20);

/// No run of this block or a later one begins before there is a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hold {
    from_block: u64,
    until: PathBuf,
}

impl Hold {
    /// Waits in this block, or returns at once in an earlier one.
    pub(super) fn wait(&self, block: u64) -> Result<(), Interrupted> {
        while block >= self.from_block && !self.until.exists() {
            interrupt::check()?;
            sleep(PAUSE);
        }
        Ok(())
    }
}
