//! Finds and reads the files of a trace: one for each process of the run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use protocol::{EVENT_BYTES, MOST_EVENTS};

use crate::file::{Recorded, parse};

/// The name of the file that a program is asked for; those of its further processes have a point and a number
/// behind it.
pub(crate) const NAME: &str = "trace";

/// The most files that are read: more processes than any model starts.
const MOST_FILES: usize = 1000;

/// Bytes beyond those of the events that a file may have: those of its first line, and of events that a program
/// rounds up by.
const SLACK: u64 = 16 << 20;

/// What the processes of a run have recorded, that of its first process first; empty where nothing was written.
///
/// # Errors
/// A file that cannot be read, or is no trace.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<Recorded>> {
    let mut names: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| number_of(&name.to_string_lossy()));
        if let Some(number) = number {
            names.push((number, path));
        }
    }
    if names.len() > MOST_FILES {
        bail!(
            "the program wrote {} files: allowed are {MOST_FILES}",
            names.len()
        );
    }
    names.sort();
    let files = names.iter().map(|(_, path)| {
        let name = path.file_name().unwrap_or_default().display();
        one(path).with_context(|| format!("the file `{name}` that the program wrote"))
    });
    files.collect()
}

/// The number of the process whose file has this name: 0 for the first.
fn number_of(name: &str) -> Option<u32> {
    match name.strip_prefix(NAME)? {
        "" => Some(0),
        rest => rest.strip_prefix('.')?.parse().ok(),
    }
}

fn one(path: &Path) -> anyhow::Result<Recorded> {
    let metadata = fs::symlink_metadata(path)?;
    let most = MOST_EVENTS * EVENT_BYTES as u64 + SLACK;
    if !metadata.is_file() || metadata.len() > most {
        bail!("it is no file of at most {most} bytes");
    }
    parse(&fs::read(path)?).map_err(anyhow::Error::msg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::fixtures::{recorded, written};

    #[test]
    fn the_files_of_all_processes_are_read_the_first_first() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap().is_empty());
        for (name, process) in [("trace.10", 3), ("trace.2", 2), ("trace", 1)] {
            fs::write(folder.path().join(name), written(&recorded(process, &[]))).unwrap();
        }
        for other in ["traces", "trace.x", "other"] {
            fs::write(folder.path().join(other), "").unwrap();
        }
        let all = read(folder.path()).unwrap();
        let processes: Vec<u32> = all.iter().map(|one| one.header.process).collect();
        assert_eq!(processes, [1, 2, 3]);
    }

    #[test]
    fn a_file_that_is_no_trace_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("trace.1"), "nonsense\n").unwrap();
        let error = format!("{:#}", read(folder.path()).unwrap_err());
        assert!(
            error.starts_with("the file `trace.1` that the program wrote: its first line"),
            "{error}"
        );
        fs::remove_file(folder.path().join("trace.1")).unwrap();
        fs::create_dir(folder.path().join("trace")).unwrap();
        let no_file = format!("{:#}", read(folder.path()).unwrap_err());
        assert!(no_file.contains("it is no file"), "{no_file}");
    }
}
