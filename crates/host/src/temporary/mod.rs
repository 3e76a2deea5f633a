//! Temporary folders for the programs that this tool starts: each is private to this user, and is removed
//! once its program has ended. They lie in one folder of this tool, which the next tool finds and removes
//! where this one is killed.

mod abandoned;
mod directory;
mod folder;
mod names;

use std::path::PathBuf;

pub use self::abandoned::sweep_temporary_folders;
pub use self::directory::UnfitDirectory;
pub use self::folder::TemporaryFolder;

/// Makes a temporary folder, removes it again, and returns the directory that it was in.
///
/// # Errors
///
/// What is wrong with the directory, and what helps.
pub fn check_temporary_directory() -> Result<PathBuf, UnfitDirectory> {
    let chosen = directory::chosen()?;
    TemporaryFolder::make("")?;
    Ok(chosen)
}
