//! Ends the processes that have lost whoever started them (orphans): those of a killed tool, found in its
//! ledger, and those of a model's program that has ended, which this tool adopts.

mod adopted;
mod descendants;
mod ledgers;
mod mark;
mod strays;

pub use adopted::{Family, adopt_orphans, orphans_since};
pub use descendants::{Descendant, children, descendants_except, end_descendant};
pub use ledgers::reap_orphans;
pub use mark::RunMark;
pub use strays::{end_strays, name_tool};

use crate::process_tree::stat_fields;

/// Whether a process has ended and only waits to be reaped, or is gone.
pub fn is_dead(pid: u32) -> bool {
    let state = stat_fields(pid).and_then(|fields| fields.into_iter().next());
    state.is_none_or(|state| state == "Z" || state == "X")
}

/// Lets the tests of one process have orphans one after the other: this tool cannot tell whose one is that
/// bears no mark.
#[cfg(test)]
pub(crate) fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    ALONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
