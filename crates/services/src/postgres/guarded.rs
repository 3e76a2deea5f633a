//! Files in folders that another user may write, such as the temporary folder: opened without following
//! a link, without waiting for a pipe's other end, and read up to a bound.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};

/// Opens a folder itself, never what a link in its place points to.
pub(super) fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    open_folder_in(CWD, path)
}

/// The same, of a folder within an open one.
pub(super) fn open_folder_in(parent: impl AsFd, name: impl AsRef<Path>) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(parent, name.as_ref(), flags, Mode::empty())?)
}

/// Opens a regular file of an open folder for reading; anything else under this name is an error.
pub(super) fn open_file_in(folder: impl AsFd, name: &str) -> io::Result<File> {
    open_regular(folder, name.as_ref(), OFlags::NOFOLLOW)
}

/// Opens a regular file that this user has named, and that may be a link.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    open_regular(CWD, path, OFlags::empty())
}

fn open_regular(folder: impl AsFd, path: &Path, more: OFlags) -> io::Result<File> {
    // Without NONBLOCK, opening a FIFO waits until somebody writes to it.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | more;
    let file = openat(folder, path, flags, Mode::empty())?;
    match FileType::from_raw_mode(fstat(&file)?.st_mode) {
        FileType::RegularFile => Ok(file.into()),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        )),
    }
}

/// The beginning of a file as text, at most `most` bytes of it.
pub(super) fn beginning(file: &File, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_only_their_beginning_is_read() {
        let made = tempfile::tempdir().unwrap();
        let path = |name: &str| made.path().join(name);
        fs::write(path("file"), "0123456789").unwrap();
        symlink("/dev/zero", path("endless")).unwrap();
        symlink(path("file"), path("link")).unwrap();
        fs::create_dir(path("folder")).unwrap();
        symlink(path("folder"), path("linked folder")).unwrap();
        let fifo = Command::new("mkfifo").arg(path("fifo")).status();
        assert!(fifo.unwrap().success());

        let folder = open_folder(made.path()).unwrap();
        let file = open_file_in(&folder, "file").unwrap();
        assert_eq!(beginning(&file, 4).unwrap(), "0123");
        for name in ["endless", "link", "folder", "fifo", "missing"] {
            assert!(open_file_in(&folder, name).is_err(), "{name}");
        }
        assert!(open_folder_in(&folder, "folder").is_ok());
        for name in ["file", "linked folder", "fifo", "missing"] {
            assert!(open_folder_in(&folder, name).is_err(), "{name}");
        }
    }
}
