//! Ends the processes that have lost whoever started them (orphans): those of a killed tool, found in its
//! ledger, and those of a model's program that has ended, which this tool adopts.

mod adopted;
mod ledgers;

pub(crate) use adopted::{adopt, end_adopted};
pub use ledgers::reap_orphans;
