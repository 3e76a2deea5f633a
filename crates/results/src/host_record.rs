//! The machine that a comparison ran on, by which machines are told apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A machine, from one start to the next. Facts that the system does not tell are `None`.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct HostRecord {
    /// A number that Linux draws whenever a machine starts. Containers and namespaces of one machine have the
    /// same.
    pub boot_id: Option<String>,
    /// The name that a scheduler gave it, or the host name.
    pub node: Option<String>,
    /// The model of its processor.
    pub cpu: Option<String>,
    /// The version of its kernel.
    pub kernel: Option<String>,
}

impl HostRecord {
    /// A name for people: that of the node, or the begin of the boot id.
    #[must_use]
    pub fn name(&self) -> &str {
        match (&self.node, &self.boot_id) {
            (Some(node), _) => node,
            (None, Some(id)) => id.split('-').next().unwrap_or(id),
            (None, None) => "unknown",
        }
    }
}
