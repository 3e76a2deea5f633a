//! A comparison on disk: rows as they come, and one file that says what was compared. What is
//! shown is made from these alone, by `report`.

mod folder;
mod rows;
mod run_file;
pub(crate) mod schema;
mod stored;
pub(crate) mod time;

pub(crate) use folder::Folder;
pub(crate) use rows::{Arm, Block, Failed, Measured, Outcome, Pass, Row, Run};
pub(crate) use run_file::{FORMAT, Options, RunFile, SeenDigest, VariantRecord, WorkloadRecord};
pub(crate) use stored::Stored;
