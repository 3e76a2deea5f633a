//! The servers that stand in a workload file.

use std::path::PathBuf;

use protocol::OwnServer;

use super::model::Model;

/// The servers of a workload file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Servers {
    /// The folder of the file, in which they are started.
    pub folder: PathBuf,
    /// The servers.
    pub list: Vec<OwnServer>,
}

impl Servers {
    /// Whether it has this server.
    pub fn have(&self, model: &Model) -> bool {
        model.folder == self.folder && self.list.iter().any(|server| is_named(model, server))
    }
}

/// Whether a model has the name of a server.
pub(super) fn is_named(model: &Model, server: &OwnServer) -> bool {
    let mut variants = model.variants.iter();
    variants.any(|variant| variant.name == server.name)
}
