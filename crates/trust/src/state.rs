//! What the real part has measured so far, a line each, so that it can be stopped and taken up
//! again. What is measured is left to `real`.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Entry {
    /// How many tasks a run of about 0.2 s has here.
    Size(Size),
    /// A comparison that is done.
    Comparison(Compared),
}

/// Found once, so that all comparisons of a file are of the same size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Size {
    pub(super) variant: String,
    pub(super) workload: String,
    pub(super) tasks: u64,
}

/// What `verdict` said about one pair of arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Compared {
    pub(super) variant: String,
    pub(super) workload: String,
    /// Whether the second arm had a tenth more tasks.
    pub(super) injected: bool,
    /// From 0.
    pub(super) number: u64,
    pub(super) ratio: f64,
    pub(super) interval: Option<(f64, f64)>,
    pub(super) p_value: f64,
    pub(super) verdict: String,
}

/// The file and what it says.
#[derive(Debug)]
pub(super) struct State {
    file: File,
    pub(super) entries: Vec<Entry>,
}

impl State {
    /// Opens or makes it. A line that was torn when the tool was killed is measured anew.
    pub(super) fn open(path: &Path) -> anyhow::Result<State> {
        let why = || format!("{} cannot be kept", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(why)?;
        }
        let text = match path.exists() {
            true => fs::read_to_string(path).with_context(why)?,
            false => String::new(),
        };
        let mut options = OpenOptions::new();
        let mut file = options.create(true).append(true).open(path);
        if let (Ok(file), false) = (&mut file, text.is_empty() || text.ends_with('\n')) {
            file.write_all(b"\n").with_context(why)?;
        }
        let entries = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        Ok(State {
            file: file.with_context(why)?,
            entries: entries.collect(),
        })
    }

    /// Keeps a line before anything else happens.
    pub(super) fn add(&mut self, entry: Entry) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        self.file
            .write_all(&line)
            .context("what was measured cannot be kept")?;
        self.entries.push(entry);
        Ok(())
    }

    /// Everything that was compared.
    pub(super) fn compared(&self) -> impl Iterator<Item = &Compared> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Comparison(compared) => Some(compared),
            Entry::Size(_) => None,
        })
    }

    /// The tasks of a run, once they are known.
    pub(super) fn tasks(&self, variant: &str, workload: &str) -> Option<u64> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Size(size) if size.variant == variant && size.workload == workload => {
                Some(size.tasks)
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(tasks: u64) -> Entry {
        Entry::Size(Size {
            variant: "a/b".to_owned(),
            workload: "w".to_owned(),
            tasks,
        })
    }

    #[test]
    fn what_was_kept_is_there_again_and_a_torn_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trust/state.jsonl");
        State::open(&path).unwrap().add(size(7)).unwrap();
        let mut torn = OpenOptions::new().append(true).open(&path).unwrap();
        torn.write_all(b"{\"comparison\":{\"var").unwrap();
        let mut state = State::open(&path).unwrap();
        assert_eq!(state.entries, [size(7)]);
        assert_eq!(state.tasks("a/b", "w"), Some(7));
        state.add(size(8)).unwrap();
        assert_eq!(State::open(&path).unwrap().entries, [size(7), size(8)]);
    }
}
