//! Where the folders of clusters may be, how they are named, and how they are removed.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::process::start_of;

/// What the names of our folders begin with; the process and when it started follow.
const PREFIX: &str = "manyways-pg-";
/// The most processes that are believed to have the same id and start time at once.
const MOST_NAMES: u32 = 100;

/// Where folders may be made, without links in their paths.
pub(super) fn temporary() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for folder in [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()] {
        if let Ok(canonical) = fs::canonicalize(folder)
            && !folders.contains(&canonical)
        {
            folders.push(canonical);
        }
    }
    folders
}

/// The usual name of this process's folder.
pub(super) fn name_of_ours() -> String {
    let me = std::process::id();
    format!("{PREFIX}{me}-{}", start_of(me).unwrap_or(0))
}

/// Other names that it may have. Nodes and containers that share the folder above may have a process of the same id
/// that started in the same clock tick.
pub(super) fn other_names_of_ours() -> impl Iterator<Item = String> {
    let usual = name_of_ours();
    (1..MOST_NAMES).map(move |number| format!("{usual}.{number}"))
}

/// The process, and when it started, out of a folder's name.
pub(super) fn of_process(name: &str) -> Option<(u32, u64)> {
    let (pid, rest) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let (start, number) = rest.split_once('.').unwrap_or((rest, "0"));
    number.parse::<u32>().ok()?;
    Some((pid.parse().ok()?, start.parse().ok()?))
}

/// Whether everybody can make folders in a folder and remove them, and can go through all above it.
pub(super) fn is_open(folder: &Path) -> bool {
    let can_enter = folder.ancestors().all(|above| grants(above, 0o001));
    can_enter && grants(folder, 0o002)
}

fn grants(folder: &Path, right: u32) -> bool {
    let mode = fs::metadata(folder).map(|data| data.permissions().mode());
    mode.is_ok_and(|mode| mode & right != 0)
}

/// Removes a folder with all that is in it. A server that was ended a moment ago may still write: then
/// it is tried once more.
pub(super) fn remove(folder: &Path) -> std::io::Result<()> {
    remove_once(folder).or_else(|_| {
        std::thread::sleep(Duration::from_millis(100));
        remove_once(folder)
    })
}

fn remove_once(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        // The keeper's shell removes it too, and may have been first.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_they_are() {
        let (pid, start) = of_process(&name_of_ours()).unwrap();
        assert_eq!(pid, std::process::id());
        assert_eq!(start, start_of(pid).unwrap_or(0));
        let other = other_names_of_ours().next().unwrap();
        assert_eq!(of_process(&other), Some((pid, start)));
        assert_eq!(of_process(&format!("{PREFIX}12-34")), Some((12, 34)));
        for name in [
            "manyways-pg-",
            "manyways-pg-12",
            "manyways-pg-12-",
            "manyways-pg-x-1",
            "pg-1-2",
        ] {
            assert_eq!(of_process(name), None, "{name}");
        }
    }
}
