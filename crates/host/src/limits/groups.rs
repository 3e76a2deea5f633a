//! The control groups that this process is in, in which Linux keeps limits of memory and processes.

use std::fs;
use std::path::Path;

/// The folder in which control groups lie, with version 2 itself and with a controller of version 1 in
/// a folder of its name.
const GROUPS: &str = "/sys/fs/cgroup";

/// The folders of the control groups that have this controller, with all above them, by
/// `/proc/self/cgroup`.
pub(super) fn groups_of(cgroup: &str, controller: &str) -> Vec<String> {
    let mut folders = Vec::new();
    for line in cgroup.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else {
            continue;
        };
        let root = match controllers {
            "" => GROUPS.to_owned(),
            _ if controllers.split(',').any(|one| one == controller) => {
                format!("{GROUPS}/{controller}")
            }
            _ => continue,
        };
        // The root has no limit of its own, and what seems to be the root of a container may have.
        for above in Path::new(path).ancestors() {
            folders.push(format!("{root}{}", above.display()));
        }
    }
    folders
}

/// The number that a file of the system holds; `None` where it holds a word, such as `max`.
pub(super) fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_both_versions_are_found() {
        let cgroup = "9:name=systemd:/\n8:pids:/a\n7:cpu,cpuacct:/x\n0::/b/c\n";
        let expected = [
            "/sys/fs/cgroup/pids/a",
            "/sys/fs/cgroup/pids/",
            "/sys/fs/cgroup/b/c",
            "/sys/fs/cgroup/b",
            "/sys/fs/cgroup/",
        ];
        assert_eq!(groups_of(cgroup, "pids"), expected);
        assert!(groups_of("nonsense\n", "pids").is_empty());
    }
}
