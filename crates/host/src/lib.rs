//! The machine that the tool runs on: what it is and how busy, what it allows (limits, the inherited
//! environment), and what the tool leaves on it: temporary folders, and processes, which a ledger names so that
//! whoever starts next can end them.

mod environment;
mod identity;
mod inherited;
mod ledger;
mod limits;
pub mod machine;
mod orphans;
mod others;
mod ownership;
mod process_tree;
mod processor_state;
mod temporary;
mod unstarted;

pub use environment::environment;
pub use identity::identity;
pub use inherited::{remove_from, removed_variables, stored_variables};
pub use ledger::{Known, Ledger};
pub use limits::{
    Allowance, OpenFiles, allowed_by_mappings, allowed_by_memory, allowed_threads, open_files,
    raise_open_files,
};
pub use orphans::{
    Descendant, Family, RunMark, adopt_orphans, children, descendants_except, end_descendant,
    end_strays, is_dead, name_tool, orphans_since, reap_orphans,
};
pub use others::Reading;
pub use process_tree::{Process, command_of, processes_below, tree};
pub use temporary::{
    TemporaryFolder, UnfitDirectory, check_temporary_directory, sweep_temporary_folders,
};
pub use unstarted::Unstarted;
