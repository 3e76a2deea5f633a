//! Valgrind's callgrind: it is put before a program's command, and its files are read for the number of
//! instructions.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use catalog::Selected;
use host::machine;

/// The program of which callgrind is one tool.
const VALGRIND: &str = "valgrind";

/// Why instructions cannot be counted on this machine; `None` where they can.
pub(super) fn unavailable() -> Option<&'static str> {
    machine::version_of(VALGRIND)
        .is_none()
        .then_some("unavailable: valgrind not found: apt-get install valgrind")
}

/// The same variant with its program under callgrind, which writes one file for each process to the folder.
pub(super) fn under(selected: &Selected, folder: &Path) -> Selected {
    let mut counted = selected.clone();
    let out = format!("--callgrind-out-file={}/%p", folder.display());
    // Models with worker processes do their work in children.
    counted.model.run = [VALGRIND, "--tool=callgrind", "--trace-children=yes", &out]
        .map(str::to_owned)
        .into_iter()
        .chain(selected.model.run.iter().cloned())
        .collect();
    counted
}

/// The instructions of all processes that left a file in the folder.
pub(super) fn count(folder: &Path) -> anyhow::Result<u64> {
    let mut total = 0;
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        total += of_file(&text).with_context(|| path.display().to_string())?;
    }
    // No program runs without instructions: 0 means that no file was written.
    if total == 0 {
        bail!("callgrind counted nothing");
    }
    Ok(total)
}

/// The instructions of a whole process, from callgrind's file.
fn of_file(text: &str) -> anyhow::Result<u64> {
    let totals: Vec<u64> = text
        .lines()
        .filter_map(|line| {
            let number = line.strip_prefix("totals:")?;
            number.split_whitespace().next()?.parse::<u64>().ok()
        })
        .collect();
    if totals.is_empty() {
        bail!("no totals: its program was ended before callgrind could write them");
    }
    Ok(totals.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_that_of_the_whole_program() {
        let text = "# callgrind format\nevents: Ir\nsummary: 12\nfn=(1)\n5 12\ntotals: 12345\n";
        assert_eq!(of_file(text).unwrap(), 12_345);
        assert!(of_file("events: Ir\n").is_err());
    }

    #[test]
    fn processes_are_added_up() {
        let folder = tempfile::tempdir().unwrap();
        assert!(count(folder.path()).is_err());
        fs::write(folder.path().join("1"), "totals: 5\n").unwrap();
        fs::write(folder.path().join("2"), "totals: 7\n").unwrap();
        assert_eq!(count(folder.path()).unwrap(), 12);
    }
}
