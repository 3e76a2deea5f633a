//! The file data set: files filled by `workloads::content`, each compared with what it must be. They
//! are synced, because pages that are not yet on disk cannot be evicted.

use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use protocol::Cache;
use workloads::{content, file_path};

use super::{evict, lock, make_folder, place, sync_folder};
use crate::error::{Error, Result};
use crate::stretch::{WORD, fill_from};

/// Files are made by so many threads: a sync waits for the disk's journal, and those that wait at
/// the same time share one commit (2.7 ms a file alone, 0.3 ms among four).
const MAKERS: u64 = 4;

/// How much is computed and compared at a time.
const CHUNK: usize = 64 * 1024;

/// Sees to it that the files are in a folder of their own in `folder`, whole; gives that folder,
/// and how many files had to be made.
///
/// # Errors
/// When the folder cannot be made, read or, if need be, written.
pub fn provide(folder: &Path, files: u64, bytes: u64, cache: Cache) -> Result<(PathBuf, u64)> {
    // A folder for each use: runs evict cold files, and must not take cached ones out of memory.
    let suffix = match cache {
        Cache::Cached => "cached",
        Cache::Cold => "cold",
    };
    let path = make_folder(folder)?.join(format!("files-{files}x{bytes}-{suffix}"));
    let _lock = lock(&path)?;
    let dataset = make_folder(&path)?;
    let made = provide_all(&dataset, files, bytes)?;
    if made > 0 {
        sync_folder(&dataset)?;
    }
    Ok((dataset, made))
}

/// Several makers at once; the first problem found is told.
fn provide_all(folder: &Path, files: u64, bytes: u64) -> Result<u64> {
    std::thread::scope(|scope| {
        let makers: Vec<_> = (0..MAKERS)
            .map(|maker| scope.spawn(move || provide_share(folder, maker, files, bytes)))
            .collect();
        makers
            .into_iter()
            .map(|maker| maker.join().unwrap_or_else(|p| resume_unwind(p)))
            .sum()
    })
}

/// One maker's share: every [`MAKERS`]th file, from its own number.
fn provide_share(folder: &Path, maker: u64, files: u64, bytes: u64) -> Result<u64> {
    let temporary = folder.join(format!("making-{maker}.tmp"));
    let mut buffers = Buffers::default();
    let mut made = 0;
    for index in (maker..files).step_by(MAKERS as usize) {
        let path = file_path(folder, index);
        let content = Content {
            key: content::file_key(index),
            bytes,
        };
        // A file that cannot be read is not whole; if it cannot be replaced, that error is told.
        if !content.is_in(&path, &mut buffers).unwrap_or(false) {
            place(&temporary, &path, |file| {
                content.write_to(file, &mut buffers.computed)
            })?;
            content
                .is_in(&path, &mut buffers)
                .map_err(Error::path("read back", &path))?;
            made += 1;
        }
    }
    Ok(made)
}

/// What a file must hold.
#[derive(Clone, Copy)]
struct Content {
    key: u64,
    bytes: u64,
}

/// One stretch as it must be, and as it is.
struct Buffers {
    computed: Vec<u8>,
    found: Vec<u8>,
}

impl Default for Buffers {
    fn default() -> Self {
        Self {
            computed: vec![0; CHUNK],
            found: vec![0; CHUNK],
        }
    }
}

impl Content {
    /// Whether a file holds it; it is read from the disk.
    fn is_in(self, path: &Path, buffers: &mut Buffers) -> io::Result<bool> {
        let mut file = File::open(path)?;
        evict(&file);
        if file.metadata()?.len() != self.bytes {
            return Ok(false);
        }
        for (first, length) in self.stretches() {
            let (computed, found) = (
                &mut buffers.computed[..length],
                &mut buffers.found[..length],
            );
            fill_from(self.key, first, computed);
            file.read_exact(found)?;
            if computed != found {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn write_to(self, file: &mut File, computed: &mut [u8]) -> io::Result<()> {
        for (first, length) in self.stretches() {
            fill_from(self.key, first, &mut computed[..length]);
            file.write_all(&computed[..length])?;
        }
        Ok(())
    }

    /// The first word and the length of every stretch.
    fn stretches(self) -> impl Iterator<Item = (u64, usize)> {
        (0..self.bytes).step_by(CHUNK).map(move |start| {
            let left = self.bytes - start;
            (
                start / WORD,
                usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK)),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const BYTES: u64 = CHUNK as u64 + 13;

    fn provide_ten(folder: &Path) -> (PathBuf, u64) {
        provide(folder, 10, BYTES, Cache::Cold).unwrap()
    }

    #[test]
    fn files_hold_what_the_work_expects() {
        let folder = tempfile::tempdir().unwrap();
        let (path, made) = provide_ten(folder.path());
        assert_eq!(made, 10);
        for index in 0..10 {
            let mut expected = vec![0; BYTES as usize];
            content::fill(content::file_key(index), &mut expected);
            assert!(
                fs::read(file_path(&path, index)).unwrap() == expected,
                "file {index}"
            );
        }
        assert_eq!(
            fs::read_dir(&path).unwrap().count(),
            10,
            "nothing else lies there"
        );
        assert_eq!(provide_ten(folder.path()), (path, 0));
    }

    #[test]
    fn only_what_is_damaged_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = provide_ten(folder.path());
        let damaged = file_path(&path, 1);
        let mut bytes = fs::read(&damaged).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&damaged, &bytes).unwrap();
        fs::remove_file(file_path(&path, 2)).unwrap();
        File::options()
            .append(true)
            .open(file_path(&path, 3))
            .unwrap()
            .write_all(b"x")
            .unwrap();
        fs::write(file_path(&path, 4), "").unwrap();
        assert_eq!(provide_ten(folder.path()), (path, 4));
        assert_eq!(provide_ten(folder.path()).1, 0);
    }

    #[test]
    fn sets_of_another_size_or_use_lie_apart() {
        let folder = tempfile::tempdir().unwrap();
        let (cached, _) = provide(folder.path(), 2, 5, Cache::Cached).unwrap();
        let (cold, made) = provide(folder.path(), 2, 5, Cache::Cold).unwrap();
        assert_ne!(cached, cold);
        assert_eq!(made, 2);
        assert!(cold.ends_with("files-2x5-cold"));
    }

    #[test]
    fn what_cannot_be_made_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = provide_ten(folder.path());
        fs::remove_file(file_path(&path, 7)).unwrap();
        fs::create_dir(file_path(&path, 7)).unwrap();
        let error = provide(folder.path(), 10, BYTES, Cache::Cold)
            .unwrap_err()
            .to_string();
        assert!(error.contains("00007.bin"), "{error}");
    }
}
