//! The facts of a machine that figures are stored with.

use std::collections::BTreeMap;

use crate::limits::open_files;
use crate::machine::{cpu_model, first_line, governor, kernel, processors, version_of};
use crate::processor_state;

/// What must be known of the machine to compare figures with those of another day or machine, by
/// name. Facts that the system does not tell are left out.
pub fn environment() -> BTreeMap<String, String> {
    let facts = [
        ("cpu", cpu_model()),
        ("processors", Some(processors().to_string())),
        ("os", Some(std::env::consts::OS.to_owned())),
        ("architecture", Some(std::env::consts::ARCH.to_owned())),
        ("kernel", kernel()),
        ("host", first_line("/proc/sys/kernel/hostname")),
        (
            "memory",
            first_line("/proc/meminfo").map(|line| line.replace("MemTotal:", "")),
        ),
        ("governor", governor()),
        ("rustc", version_of("rustc")),
        ("cargo", version_of("cargo")),
        (
            "open files",
            open_files().map(|files| files.soft.to_string()),
        ),
        ("pid_max", first_line("/proc/sys/kernel/pid_max")),
        ("max_map_count", first_line("/proc/sys/vm/max_map_count")),
    ];
    facts
        .into_iter()
        .chain(processor_state::facts())
        .filter_map(|(name, fact)| Some((name.to_owned(), fact?.trim().to_owned())))
        .collect()
}
