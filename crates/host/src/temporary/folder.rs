//! A temporary folder: private to this user, in the folder of this tool, and removed when it is dropped.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use terminal::output;

use super::directory::{UnfitDirectory, chosen};
use super::names::own_names;
use crate::ownership::open_itself;

/// The most folders that one tool has at once.
const MOST_FOLDERS: u32 = 100;
/// The variables that name the directory for temporary files: `TMPDIR` is POSIX's, and programs that come
/// from elsewhere read the others.
const VARIABLES: [&str; 3] = ["TMPDIR", "TMP", "TEMP"];

/// The folder of this tool, while any folder in it is used.
static TOOL: Mutex<Option<ToolFolder>> = Mutex::new(None);

/// The folder in which this tool's temporary folders are.
#[derive(Debug)]
pub(super) struct ToolFolder {
    pub(super) path: PathBuf,
    /// Held while the tool lives, whatever ends it: a process id alone says nothing to a tool in another
    /// container that shares the directory.
    _lock: Option<Flock<File>>,
    /// How many folders there are in it.
    used: u32,
}

/// An empty folder that only this user can enter. Dropping it removes it with all that is in it.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// Makes one. Its name is `prefix` and two digits, the smallest number that is free: runs that follow
    /// each other get the same path, because the length of the environment moves a program's stack.
    ///
    /// # Errors
    ///
    /// Where the directory for temporary files does not serve.
    pub fn make(prefix: &str) -> Result<TemporaryFolder, UnfitDirectory> {
        let mut tool = lock();
        let parent = match tool.take() {
            Some(folder) => folder,
            None => ToolFolder::make(&chosen()?)?,
        };
        let parent = tool.insert(parent);
        let made = make_one(&parent.path, prefix);
        match made.map_err(|error| UnfitDirectory::not_written(&parent.path, &error)) {
            Ok(path) => {
                parent.used += 1;
                Ok(TemporaryFolder { path })
            }
            Err(error) => {
                release(&mut tool, 0);
                Err(error)
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names it to a program as the directory for its temporary files.
    pub fn put(&self, command: &mut Command) {
        for name in VARIABLES {
            command.env(name, &self.path);
        }
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.path) {
            output::notice(&format!(
                "{} cannot be removed: {error}",
                self.path.display()
            ));
        }
        release(&mut lock(), 1);
    }
}

impl ToolFolder {
    pub(super) fn make(directory: &Path) -> Result<ToolFolder, UnfitDirectory> {
        let mut refusal = io::Error::from(ErrorKind::AlreadyExists);
        for name in own_names() {
            match ToolFolder::named(&directory.join(name)) {
                Ok(made) => return Ok(made),
                Err(error) => refusal = error,
            }
            if refusal.kind() != ErrorKind::AlreadyExists {
                break;
            }
        }
        Err(UnfitDirectory::not_written(directory, &refusal))
    }

    /// Makes and locks one of this name; `AlreadyExists` where another tool was faster, be it to make it or to sweep it
    /// away before it was locked.
    fn named(path: &Path) -> io::Result<ToolFolder> {
        make_private(path)?;
        let Ok(folder) = open_itself(path, OFlag::O_DIRECTORY) else {
            return Err(ErrorKind::AlreadyExists.into());
        };
        let made = folder.metadata()?;
        let lock = match Flock::lock(folder, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Some(lock),
            Err((_, Errno::EWOULDBLOCK)) => return Err(ErrorKind::AlreadyExists.into()),
            // A filesystem without locks.
            Err(_) => None,
        };
        let named = path.symlink_metadata();
        if !named.is_ok_and(|named| (named.dev(), named.ino()) == (made.dev(), made.ino())) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        Ok(ToolFolder {
            path: path.to_owned(),
            _lock: lock,
            used: 0,
        })
    }
}

/// Gives folders of the tool's back, and removes the tool's own after the last of them.
fn release(tool: &mut Option<ToolFolder>, folders: u32) {
    let Some(folder) = tool else { return };
    folder.used = folder.used.saturating_sub(folders);
    if folder.used == 0 {
        // One that cannot be removed now is swept by the next tool.
        let _ = fs::remove_dir(&folder.path);
        *tool = None;
    }
}

fn lock() -> MutexGuard<'static, Option<ToolFolder>> {
    TOOL.lock().unwrap_or_else(PoisonError::into_inner)
}

fn make_one(parent: &Path, prefix: &str) -> io::Result<PathBuf> {
    for number in 0..MOST_FOLDERS {
        let path = parent.join(format!("{prefix}{number:02}"));
        match make_private(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
    Err(io::Error::other(format!(
        "{MOST_FOLDERS} temporary folders are in use"
    )))
}

/// Made with its mode, not changed afterwards: nobody else gets a moment to open it.
fn make_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Removes a folder with all that is in it. Links in it are removed and not followed.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        // A program may have removed the folder that it was given.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_folder_is_private_and_goes_with_all_that_is_in_it() {
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("kept"), "").unwrap();
        let folder = TemporaryFolder::make("").unwrap();
        let path = folder.path().to_owned();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o700);
        assert_eq!(
            path.parent().unwrap().metadata().unwrap().mode() & 0o777,
            0o700
        );
        fs::create_dir_all(path.join("a/b")).unwrap();
        symlink(elsewhere.path(), path.join("a/link")).unwrap();
        drop(folder);
        assert!(!path.exists());
        assert!(
            elsewhere.path().join("kept").exists(),
            "no link is followed"
        );
    }

    #[test]
    fn tools_of_one_process_id_that_started_together_have_folders_of_their_own() {
        let directory = tempfile::tempdir().unwrap();
        // Here they are one process, as two are that have a namespace of process ids each.
        let [first, second] = [(); 2].map(|()| ToolFolder::make(directory.path()).unwrap());
        assert_ne!(first.path, second.path);
        assert!(first.path.exists() && second.path.exists());
    }

    #[test]
    fn folders_in_use_have_paths_of_their_own() {
        let [first, second] = [(); 2].map(|()| TemporaryFolder::make("").unwrap());
        assert_ne!(first.path(), second.path());
        assert_eq!(first.path().parent(), second.path().parent());
        let with_prefix = TemporaryFolder::make("with space ").unwrap();
        let name = with_prefix
            .path()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(name.starts_with("with space "), "{name}");
    }

    #[test]
    fn a_program_is_told_of_it_by_every_name() {
        let folder = TemporaryFolder::make("").unwrap();
        let mut command = Command::new("true");
        folder.put(&mut command);
        for (name, value) in command.get_envs() {
            assert_eq!(value, Some(folder.path().as_os_str()), "{name:?}");
        }
        assert_eq!(command.get_envs().count(), VARIABLES.len());
    }
}
