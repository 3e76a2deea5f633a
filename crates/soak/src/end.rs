//! What is left once a comparison is complete: processes and files, of which there are to be none.

use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use host::descendants_except;
use terminal::progress;

/// How long processes may take to end: a PostgreSQL server that lost its tool first shuts down.
const PATIENCE: Duration = Duration::from_secs(180);
/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(50);

/// What is left, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) processes: u64,
    pub(crate) folders: u64,
    pub(crate) sockets: u64,
    pub(crate) files: u64,
}

/// The processes that still run below this one, once those that end by themselves have had time to.
pub(crate) fn processes() -> Vec<String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = descendants_except(&[], 0);
        if left.is_empty() || Instant::now() >= deadline {
            return left
                .into_iter()
                .map(|one| format!("{} (process {})", one.command, one.pid))
                .collect();
        }
        progress::tick();
        std::thread::sleep(INTERVAL);
    }
}

/// Counts what lies below a folder, and appends the paths.
pub(crate) fn files(folder: &Path, left: &mut Left, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        paths.push(path.display().to_string());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                left.folders += 1;
                files(&path, left, paths);
            }
            Ok(kind) if kind.is_socket() => left.sockets += 1,
            _ => left.files += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_is_left_is_counted_by_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("file"), "").unwrap();
        let _socket = UnixListener::bind(inner.join("socket")).unwrap();
        let (mut left, mut paths) = (Left::default(), Vec::new());
        files(folder.path(), &mut left, &mut paths);
        let expected = Left {
            processes: 0,
            folders: 1,
            sockets: 1,
            files: 1,
        };
        assert_eq!((left, paths.len()), (expected, 3));
    }
}
