//! Who runs the server. PostgreSQL refuses root, so root lends it to the user that the server's package
//! made. It is not lent to `nobody`, whose processes belong to anything on the machine.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};

/// The user that root lends the server to.
pub(super) const LENT_TO: &str = "postgres";

/// The user that a cluster belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Whoever runs this program.
    Same,
    /// Another one, which only root can choose.
    Other {
        /// Its number.
        user: u32,
        /// That of its group; it keeps no other.
        group: u32,
    },
}

impl Owner {
    pub(super) fn find() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Same);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        in_passwd(&users, LENT_TO).ok_or(Error::NoOwner)
    }

    /// A command that this user runs, with nothing in its environment that would steer PostgreSQL.
    pub(super) fn command(self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        // Messages that are quoted are in one language.
        command.env("LC_ALL", "C");
        if let Self::Other { user, group } = self {
            // Whoever changes the user so also drops all further groups.
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes a file or folder this user's.
    pub(super) fn take(self, path: &Path) -> Result<()> {
        let Self::Other { user, group } = self else {
            return Ok(());
        };
        std::os::unix::fs::chown(path, Some(user), Some(group))
            .map_err(Error::path("give away", path))
    }
}

/// `name:password:user:group:…`; root under another name is not it.
fn in_passwd(users: &str, name: &str) -> Option<Owner> {
    let mut fields = users
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let user = fields.nth(1)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    (user != 0).then_some(Owner::Other { user, group })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users =
            "root:x:0:0:r:/:/bin/sh\npostgres2:x:7:8::/:\npostgres:x:101:104:P,,,:/:\nn:x:0:0\n";
        let found = in_passwd(users, "postgres");
        assert_eq!(
            found,
            Some(Owner::Other {
                user: 101,
                group: 104
            })
        );
        assert_eq!(in_passwd(users, "nobody"), None);
        assert_eq!(in_passwd(users, "n"), None, "root is not unprivileged");
        assert_eq!(in_passwd("postgres:x:many", "postgres"), None);
    }
}
