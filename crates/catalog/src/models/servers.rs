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
        let is_mine = |server: &OwnServer| model.variants.iter().any(|one| one.name == server.name);
        model.folder == self.folder && self.list.iter().any(is_mine)
    }
}
