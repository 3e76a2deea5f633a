//! The read-file step: which task reads which file of the data set, and the reading itself.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use protocol::ReadFile;

use crate::digest::mix64;
use crate::error::{Error, Result};

/// Which file the task at `index` reads: neighbours, from an offset that depends on the seed, so
/// that as many tasks as there are files read each once.
#[must_use]
pub fn file_index(seed: u64, index: u64, files: u64) -> u64 {
    (mix64(seed) % files + index % files) % files
}

/// Where the file with this index lies.
#[must_use]
pub fn file_path(folder: &Path, index: u64) -> PathBuf {
    folder.join(format!("{index:05}.bin"))
}

/// Reads one file whole into `buffer` and gives the CRC-32 of its contents.
pub(crate) fn read(path: PathBuf, read: &ReadFile, buffer: &mut Vec<u8>) -> Result<u64> {
    buffer.clear();
    // To the end, not `read.bytes` of it: a file that is too long is an error as well.
    let attempt = File::open(&path).and_then(|mut file| file.read_to_end(buffer));
    match attempt {
        Err(source) => Err(Error::File { path, source }),
        Ok(length) if length as u64 != read.bytes => Err(Error::FileSize {
            path,
            found: length as u64,
            expected: read.bytes,
        }),
        Ok(_) => Ok(u64::from(crc32fast::hash(buffer))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_tasks_as_files_read_each_once() {
        let mut read: Vec<u64> = (0..100).map(|task| file_index(9, task, 100)).collect();
        read.sort_unstable();
        assert_eq!(read, (0..100).collect::<Vec<_>>());
    }
}
