//! Which machine this is, so that a folder that several machines share can tell what is of which.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use results::HostRecord;
use serde::{Deserialize, Serialize};

use crate::machine::{cpu_model, first_line};

/// The variable by which a scheduler names the machine: in a container the host name is the container's own.
const NODE: &str = "MANYWAYS_NODE";

/// This machine, as results are stored with it.
pub fn identity() -> HostRecord {
    let named = std::env::var(NODE).ok().filter(|name| !name.is_empty());
    HostRecord {
        boot_id: boot_id(),
        node: named.or_else(|| first_line("/proc/sys/kernel/hostname")),
        cpu: cpu_model().map(|model| model.trim().to_owned()),
        kernel: first_line("/proc/sys/kernel/osrelease"),
    }
}

/// Where process ids mean something: one start of one machine, and there one namespace of process ids. Two
/// containers share the start of their machine, and may both have a process 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PidSpace {
    /// `None` where the system does not tell.
    pub(crate) boot_id: Option<String>,
    /// The number of the namespace; `None` where the system has none.
    pub(crate) namespace: Option<u64>,
}

impl PidSpace {
    /// The one that this process is in.
    pub(crate) fn here() -> PidSpace {
        PidSpace {
            boot_id: boot_id(),
            namespace: namespace_of("self"),
        }
    }

    /// A short text that is another one in another space, for names of files.
    pub(crate) fn tag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// The number of the namespace of process ids that a process is in: `pid:[4026531836]`.
pub(crate) fn namespace_of(process: &str) -> Option<u64> {
    let link = fs::read_link(format!("/proc/{process}/ns/pid")).ok()?;
    let text = link.to_string_lossy();
    let number = text.strip_prefix("pid:[")?.strip_suffix(']')?;
    number.parse().ok()
}

/// A number that is drawn anew whenever a Linux machine starts.
fn boot_id() -> Option<String> {
    first_line("/proc/sys/kernel/random/boot_id")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_the_same_twice() {
        assert_eq!(identity(), identity());
        assert!(identity().boot_id.is_some_and(|id| id.len() == 36));
    }

    #[test]
    fn other_starts_and_other_namespaces_are_other_spaces() {
        let here = PidSpace::here();
        assert_eq!(here.tag(), PidSpace::here().tag());
        let other_start = PidSpace {
            boot_id: Some("other".to_owned()),
            ..here.clone()
        };
        let other_namespace = PidSpace {
            namespace: Some(7),
            ..here.clone()
        };
        assert_ne!(here.tag(), other_start.tag());
        assert_ne!(here.tag(), other_namespace.tag());
    }
}
