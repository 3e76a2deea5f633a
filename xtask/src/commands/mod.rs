//! The commands, a file each: what is typed goes in, an exit code comes out.

pub(crate) mod ab;
pub(crate) mod bench;
pub(crate) mod calibrate;
pub(crate) mod ci;
pub(crate) mod claims;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod conformance;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod new_work;
pub(crate) mod predict;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod site;
mod step;
pub(crate) mod test;
pub(crate) mod tidy;
pub(crate) mod trace;
pub(crate) mod trust;
pub(crate) mod version;
