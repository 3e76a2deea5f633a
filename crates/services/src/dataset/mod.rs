//! Data sets on disk: made once, checked whenever they are asked for, made again where damaged. This
//! file has what both kinds share: the lock, the folder, and files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

pub mod files;
mod manifest;
pub mod sqlite;

/// `path` with something behind its whole name: `rows-10.sqlite` and `.lock`.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The folder with no symbolic links or `..` in it, made where it is missing.
fn make_folder(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder).map_err(Error::path("create the folder", folder))?;
    fs::canonicalize(folder).map_err(Error::path("find the folder", folder))
}

/// Waits until no other service checks or makes this data set. The lock ends with the value, and
/// with the process however that ends.
///
/// A folder that cannot be written has nothing to lock: a whole data set in it can be used, and
/// making one fails by itself.
fn lock(dataset: &Path) -> Result<Option<File>> {
    let path = with_suffix(dataset, ".lock");
    let file = match File::options().create(true).append(true).open(&path) {
        Err(error) if is_unwritable(&error) => return Ok(None),
        opened => opened.map_err(Error::path("open the lock", &path))?,
    };
    file.lock().map_err(Error::path("lock", &path))?;
    Ok(Some(file))
}

/// Takes the pages of a file out of memory, so that the next who reads it has them from the disk: what is read from memory costs by how its
/// pages came there. Files of 100 KiB took a pool 9.0 µs of CPU each just after they were written, and 12 to 14.8 µs where they were read from the disk
/// (`compare` with `-L bytes=102400 -L tasks=8000`). Every comparison finds them read.
#[cfg(target_os = "linux")]
fn evict(file: &File) {
    // Advice: where nobody follows it, the pages stay as they are.
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn evict(_: &File) {}

fn is_unwritable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
    )
}

/// Writes a file under `temporary`, syncs it and gives it its name, so that `path` never names half
/// a file. What failed is removed: a full disk is not made fuller.
///
/// The temporary name needs no process number, because the data set is locked; being the same
/// every time, what a killed process left is written over.
fn place(
    temporary: &Path,
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<()> {
    let placed = File::create(temporary)
        .and_then(|mut file| {
            write(&mut file)?;
            // Before the rename: a crash could otherwise leave the name on a file without bytes.
            file.sync_all()
        })
        .and_then(|()| fs::rename(temporary, path));
    placed.map_err(|error| {
        // It may never have been there.
        let _ = fs::remove_file(temporary);
        Error::path("write", path)(error)
    })
}

/// Makes the renames within a folder last.
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|opened| opened.sync_all())
        .map_err(Error::path("sync the folder", folder))
}

fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(Error::path("remove", path)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_that_could_not_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (temporary, path) = (folder.path().join("half"), folder.path().join("whole"));
        let failed = place(&temporary, &path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::from(ErrorKind::StorageFull))
        });
        assert!(failed.unwrap_err().to_string().contains("cannot write"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn a_lock_is_held_as_long_as_its_value() {
        let folder = tempfile::tempdir().unwrap();
        let dataset = folder.path().join("rows");
        let held = lock(&dataset).unwrap().unwrap();
        let second = File::open(with_suffix(&dataset, ".lock")).unwrap();
        assert!(second.try_lock().is_err());
        drop(held);
        second.try_lock().unwrap();
    }
}
