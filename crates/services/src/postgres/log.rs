//! What the programs of a cluster print: a file that is opened once, so that reading it follows no link
//! that its owner could put in its place, and that can be read after the cluster's folder is gone.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Stdio;

/// Bytes of the end that are looked at.
const END: u64 = 8 * 1024;
/// Lines that are quoted.
const LINES: usize = 6;

/// The log of a cluster.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
}

impl Log {
    /// Makes it in a folder that nobody else can write yet.
    pub(super) fn make(folder: &Path) -> io::Result<Self> {
        let file = File::options()
            .read(true)
            .append(true)
            .create_new(true)
            .open(folder.join("log"))?;
        Ok(Self { file })
    }

    /// The file for a program that is to write to it.
    pub(super) fn output(&self) -> io::Result<Stdio> {
        self.file.try_clone().map(Stdio::from)
    }

    /// Its length, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.file.metadata().map_or(0, |file| file.len())
    }

    /// The last lines behind a position, each after a semicolon.
    pub(super) fn last_words(&self, behind: u64) -> String {
        let start = behind.max(self.length().saturating_sub(END));
        let mut bytes = vec![0; END as usize];
        let found = self.file.read_at(&mut bytes, start).unwrap_or(0);
        quoted(&String::from_utf8_lossy(&bytes[..found]))
    }
}

fn quoted(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    lines[lines.len().saturating_sub(LINES)..]
        .iter()
        .map(|line| format!("; {line}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_last_lines_are_quoted_even_where_the_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::make(folder.path()).unwrap();
        log.file.write_all(b"initdb is content\n").unwrap();
        let behind = log.length();
        assert_eq!(log.last_words(behind), "");
        log.file.write_all(&vec![b'x'; 20_000]).unwrap();
        log.file
            .write_all(b"\n\n FATAL:  one\nHINT:  two\n")
            .unwrap();
        std::fs::remove_file(folder.path().join("log")).unwrap();
        let said = log.last_words(behind);
        assert!(said.ends_with("; FATAL:  one; HINT:  two"), "{said:.80}");
        assert!(said.len() < END as usize + 20);
        assert_eq!(quoted("1\n2\n3\n4\n5\n6\n7\n"), "; 2; 3; 4; 5; 6; 7");
    }

    #[test]
    fn a_link_in_its_place_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.path().join("log")).unwrap();
        assert!(Log::make(folder.path()).is_err());
    }
}
