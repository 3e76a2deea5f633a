//! The limit of open files, which this tool raises as far as it is allowed to, for itself and all that it starts.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// The most that is asked for: what a Linux kernel gives a process unless it is told otherwise. Programs
/// that walk through all numbers of files would take long with more.
const MOST: u64 = 1 << 20;
/// What macOS gives where it calls its hard limit unlimited (`OPEN_MAX`).
const MOST_OF_MACOS: u64 = 10_240;

/// The limits of open files of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFiles {
    /// The limit that holds.
    pub soft: u64,
    /// The limit up to which a process may raise its own.
    pub hard: u64,
}

impl OpenFiles {
    /// How many files the programs of this tool may have open: what it raises the limit to.
    pub fn allowed(self) -> u64 {
        self.soft.max(self.hard.min(MOST))
    }
}

/// The limits of this process; `None` where the system does not tell.
pub fn open_files() -> Option<OpenFiles> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    Some(OpenFiles { soft, hard })
}

/// Raises the limit that holds as far as it is allowed. Programs that are started from here on inherit it.
pub fn raise_open_files() {
    let Some(files) = open_files() else { return };
    let wished = [files.allowed(), MOST_OF_MACOS.min(files.hard)];
    // Where both are refused, runs that need more than there is say so.
    let _ = wished
        .into_iter()
        .filter(|soft| *soft > files.soft)
        .find(|soft| setrlimit(Resource::RLIMIT_NOFILE, *soft, files.hard).is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_allowed_than_the_hard_limit_and_no_less_than_holds() {
        let allowed = |soft, hard| OpenFiles { soft, hard }.allowed();
        assert_eq!(allowed(1024, 4096), 4096);
        assert_eq!(allowed(1024, u64::MAX), MOST);
        assert_eq!(allowed(MOST + 1, u64::MAX), MOST + 1);
    }

    #[test]
    fn the_limit_is_raised_to_the_hard_one() {
        let before = open_files().unwrap();
        // Enough for the tests beside this one.
        setrlimit(Resource::RLIMIT_NOFILE, 200.min(before.soft), before.hard).unwrap();
        raise_open_files();
        let after = open_files().unwrap();
        assert_eq!(after.soft, before.allowed());
        assert_eq!(after.hard, before.hard);
    }
}
