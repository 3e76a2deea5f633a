//! Where the processes of a model may run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The processors of a model's processes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// Wherever the system puts them
    #[default]
    Free,
    /// All of them on one processor
    OneCpu,
}

impl Placement {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::OneCpu => "one-cpu",
        }
    }
}
