//! The manifest beside a database: its length and CRC-32, by which damage is found without knowing
//! SQLite's pages.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{place, with_suffix};
use crate::error::Result;

/// What must be true of a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    bytes: u64,
    crc: u32,
}

impl Manifest {
    /// Measures a file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 1 << 18];
        let (mut bytes, mut crc) = (0, crc32fast::Hasher::new());
        loop {
            match file.read(&mut buffer)? {
                0 => {
                    return Ok(Self {
                        bytes,
                        crc: crc.finalize(),
                    });
                }
                length => {
                    crc.update(&buffer[..length]);
                    bytes += length as u64;
                }
            }
        }
    }

    /// Reads the manifest of a file; a missing or damaged one is none.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(manifest_path(path)).ok()?;
        let (bytes, crc) = text.strip_suffix('\n')?.split_once(' ')?;
        let read = Self {
            bytes: bytes.parse().ok()?,
            crc: u32::from_str_radix(crc, 16).ok()?,
        };
        // Only what would have been written: a lost digit is damage, too.
        (read.line() == text).then_some(read)
    }

    /// Stores it beside the file.
    pub(super) fn write(self, path: &Path) -> Result<()> {
        let manifest = manifest_path(path);
        place(&with_suffix(&manifest, ".tmp"), &manifest, |file| {
            file.write_all(self.line().as_bytes())
        })
    }

    fn line(self) -> String {
        format!("{} {:08x}\n", self.bytes, self.crc)
    }
}

fn manifest_path(path: &Path) -> PathBuf {
    with_suffix(path, ".manifest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_the_disk_and_notices_every_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"whole").unwrap();
        let manifest = Manifest::of(&path).unwrap();
        manifest.write(&path).unwrap();
        assert_eq!(Manifest::read(&path), Some(manifest));
        fs::write(&path, b"whale").unwrap();
        assert_ne!(Manifest::of(&path).unwrap(), manifest);
    }

    #[test]
    fn a_damaged_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for text in [
            "",
            "5",
            "5 ",
            "5 0000abcd",
            "5 abcd\n",
            "05 0000abcd\n",
            "-5 0000abcd\n",
        ] {
            fs::write(manifest_path(&path), text).unwrap();
            assert_eq!(Manifest::read(&path), None, "{text:?}");
        }
        fs::write(manifest_path(&path), "5 0000abcd\n").unwrap();
        assert_eq!(
            Manifest::read(&path),
            Some(Manifest {
                bytes: 5,
                crc: 0xabcd
            })
        );
    }
}
