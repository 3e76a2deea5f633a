//! Own work: the package that a workload file names, the programs that it is built into, and the models as
//! they are with those programs.

mod generated;
mod package;
mod registry;

pub use generated::Generated;
pub(crate) use package::Package;
