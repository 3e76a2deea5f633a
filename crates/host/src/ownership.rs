//! Whether a file or folder is this user's own, so that what it says can be acted upon.

use std::fs::{File, Metadata, OpenOptions};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::unistd::geteuid;

/// Permission of the group or of all others to write.
const OTHERS_WRITE: u32 = 0o022;

/// The user whose rights this process has.
pub(crate) fn own_user() -> u32 {
    geteuid().as_raw()
}

/// Why somebody else can have written to a file or folder, in words; `None` where nobody can.
pub(crate) fn doubt(data: &Metadata) -> Option<String> {
    if data.uid() != own_user() {
        let (owner, own) = (data.uid(), own_user());
        return Some(format!(
            "it belongs to the user {owner}, and this is the user {own}"
        ));
    }
    let mode = data.mode() & 0o7777;
    (mode & OTHERS_WRITE != 0)
        .then(|| format!("others can write to it (its mode is {mode:03o}): `chmod go-w` it"))
}

/// Opens a file, or with `O_DIRECTORY` a folder, for reading: not by a symbolic link, and without waiting
/// for the other end of a named pipe.
pub(crate) fn open_itself(path: &Path, kind: OFlag) -> std::io::Result<File> {
    let flags = kind | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits())
        .open(path);
    // The system's words are `Too many levels of symbolic links`, or `Not a directory`.
    opened.map_err(|error| match path.symlink_metadata() {
        Ok(data) if data.is_symlink() => std::io::Error::other("it is a symbolic link"),
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;

    #[test]
    fn what_others_can_write_to_is_doubted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let doubt_at = |mode| {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            doubt(&path.metadata().unwrap())
        };
        assert_eq!(doubt_at(0o644), None);
        assert!(doubt_at(0o664).unwrap().contains("664"));
        assert!(doubt_at(0o646).unwrap().contains("chmod go-w"));
        // Only root may give a file away.
        if chown(&path, Some(own_user() + 1), None).is_ok() {
            assert!(doubt_at(0o600).unwrap().contains("belongs to the user"));
        }
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs::write(&file, "").unwrap();
        symlink(&file, &link).unwrap();
        assert!(open_itself(&file, OFlag::empty()).is_ok());
        assert!(open_itself(&link, OFlag::empty()).is_err());
    }
}
