//! The directory in which temporary folders are made, and whether it serves: it is there, can be written to,
//! and its path leaves room for the sockets that programs put there.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use super::names::own_name;

/// The most bytes in the path of a Unix socket: the size of `sun_path` without the zero at its end.
const MOST_OF_SOCKET: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
/// What a program adds to the path of its folder for a socket, at most: Python's fork server adds this,
/// and ipc-channel adds `/.tmpxxxxxx/socket`.
const OF_PROGRAM: usize = "/pymp-xxxxxxxx/listener-xxxxxxxx".len();
/// The directory where none is named.
const USUAL: &str = "/tmp";

/// Why no temporary folder can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}: {remedy}")]
pub struct UnfitDirectory {
    /// What is wrong with the directory.
    pub problem: String,
    /// What helps.
    pub remedy: String,
}

impl UnfitDirectory {
    fn new(problem: String, other: &str) -> UnfitDirectory {
        UnfitDirectory {
            problem,
            remedy: format!("set TMPDIR to {other}, such as TMPDIR={USUAL}"),
        }
    }

    /// It is missing, or is no folder, or cannot be written to.
    pub(super) fn not_written(path: &Path, error: &io::Error) -> UnfitDirectory {
        let problem = format!(
            "no temporary folder can be made in {}: {error}",
            path.display()
        );
        UnfitDirectory::new(problem, "a folder in which you may write")
    }
}

/// The directory of temporary files that `TMPDIR` names, or else the usual one, if sockets have room in it.
pub(super) fn chosen() -> Result<PathBuf, UnfitDirectory> {
    let named = env::var_os("TMPDIR").filter(|named| !named.is_empty());
    let directory = named.map_or_else(|| PathBuf::from(USUAL), PathBuf::from);
    // Programs start in another working directory than this tool.
    let absolute = std::path::absolute(&directory)
        .map_err(|error| UnfitDirectory::not_written(&directory, &error))?;
    let own = "/".len() + own_name().len() + ".00/00".len();
    fit(&absolute, MOST_OF_SOCKET - OF_PROGRAM - own)?;
    Ok(absolute)
}

/// Whether a path can be that of the directory.
fn fit(path: &Path, most: usize) -> Result<(), UnfitDirectory> {
    let shown = path.display();
    let bytes = path.as_os_str().len();
    if path.to_str().is_none() {
        let problem =
            format!("the path of the directory for temporary files, {shown}, is no UTF-8");
        return Err(UnfitDirectory::new(problem, "another folder"));
    }
    if bytes > most {
        let problem = format!(
            "the path of the directory for temporary files, {shown}, has {bytes} bytes: at most {most} are \
             allowed, because that of a socket in it has at most {MOST_OF_SOCKET}"
        );
        return Err(UnfitDirectory::new(problem, "a folder with a shorter path"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_path_has_to_leave_room() {
        assert_eq!(fit(Path::new("/tmp"), 4), Ok(()));
        let words = fit(Path::new("/tmp/"), 4).unwrap_err().to_string();
        for part in ["/tmp/", "5 bytes", "at most 4", "TMPDIR"] {
            assert!(words.contains(part), "{words}");
        }
        let bytes = Path::new(OsStr::from_bytes(b"/\xff"));
        assert!(fit(bytes, 4).unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn the_usual_directory_fits_with_the_longest_numbers() {
        let longest = "/manyways-4194304-9999999999.00/00".len();
        assert!(USUAL.len() <= MOST_OF_SOCKET - OF_PROGRAM - longest);
    }

    #[test]
    fn a_socket_at_the_longest_path_can_be_had() {
        let folder = tempfile::tempdir().unwrap();
        let rest = MOST_OF_SOCKET - folder.path().as_os_str().len() - "/".len();
        let path = |length| folder.path().join("x".repeat(length));
        assert!(UnixListener::bind(path(rest)).is_ok());
        assert!(UnixListener::bind(path(rest + 1)).is_err());
    }
}
