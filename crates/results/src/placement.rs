//! The processors that the processes of a model may run on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The processors that the processes of a model may run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// All of them: the system places the processes.
    #[default]
    Free,
    /// One, which all processes of the model share.
    OneCpu,
}

impl Placement {
    /// The name in flags and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::OneCpu => "one-cpu",
        }
    }
}
