//! Valgrind's callgrind: the words that put it before a program, and the count in its files. What is
//! run under it is left to others.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use catalog::Selected;
use launch::machine;

/// The program that does it.
const VALGRIND: &str = "valgrind";

/// Why there are no instruction counts here, where there are none.
pub(super) fn unavailable() -> Option<&'static str> {
    let found = machine::version_of(VALGRIND);
    found
        .is_none()
        .then_some("unavailable: valgrind not found: apt-get install valgrind")
}

/// The same variant with its program under callgrind, which leaves a file a process in the folder.
pub(super) fn under(selected: &Selected, folder: &Path) -> Selected {
    let mut counted = selected.clone();
    let out = format!("--callgrind-out-file={}/%p", folder.display());
    let words = [VALGRIND, "--tool=callgrind", "--trace-children=yes", &out];
    let words = words.map(str::to_owned).into_iter();
    counted.model.run = words.chain(selected.model.run.iter().cloned()).collect();
    counted
}

/// Instructions of all processes that left a file.
pub(super) fn count(folder: &Path) -> anyhow::Result<u64> {
    let why = || folder.display().to_string();
    let mut total = 0;
    for entry in fs::read_dir(folder).with_context(why)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        total += of_file(&text).with_context(|| path.display().to_string())?;
    }
    match total {
        0 => bail!("callgrind counted nothing"),
        total => Ok(total),
    }
}

/// What a file says of its whole program.
fn of_file(text: &str) -> anyhow::Result<u64> {
    let numbers = text.lines().filter_map(|line| {
        let number = line.strip_prefix("totals:")?;
        number.split_whitespace().next()?.parse::<u64>().ok()
    });
    let numbers: Vec<u64> = numbers.collect();
    match numbers.is_empty() {
        true => bail!("no totals: its program was ended before callgrind could write them"),
        false => Ok(numbers.iter().sum()),
    }
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
