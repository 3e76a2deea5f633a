//! What a model tells of itself by names.

use std::collections::BTreeMap;

/// What a run counted besides its latencies, by name.
pub type Counts = BTreeMap<String, u64>;

/// Settings of a model as they took effect, by name.
pub type Knobs = BTreeMap<String, String>;
