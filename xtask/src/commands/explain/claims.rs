//! What the ledger says of a claim: its words, its tests and their thresholds. Whether it holds is left
//! to the command `claims`.

use super::Source;

/// Every numbered claim.
pub(super) struct Claims;

impl Source for Claims {
    fn names(&self) -> Vec<String> {
        claims::ids()
    }

    fn text(&self, name: &str) -> Option<String> {
        claims::explain(name)
    }
}
