//! The stored state of the real part: a file with one line of JSON for each thing that was measured,
//! so that it can be stopped and continued.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use results::Metric;
use serde::{Deserialize, Serialize};

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Entry {
    /// The number of tasks that take about 0.2 s on this machine.
    Size(Size),
    /// A finished comparison.
    Comparison(Compared),
    /// A comparison that went on until it was precise.
    Timed(Timed),
}

/// The number of tasks of a run, the same for all comparisons of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) variant: String,
    pub(crate) workload: String,
    pub(crate) tasks: u64,
}

/// The ratio of two arms and the verdict on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Compared {
    pub(crate) variant: String,
    pub(crate) workload: String,
    /// Whether the second arm had a tenth more tasks.
    pub(crate) injected: bool,
    /// The number of the comparison among those of its kind, from 0.
    pub(crate) number: u64,
    /// Time of the second arm ÷ time of the first.
    pub(crate) ratio: f64,
    /// The 95 % confidence interval of the ratio.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) p_value: f64,
    pub(crate) verdict: String,
}

/// A comparison that went on until it was precise, or until its blocks were used up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timed {
    pub(crate) variant: String,
    pub(crate) workload: String,
    pub(crate) metric: Metric,
    /// Whether the second arm had a twentieth more tasks.
    pub(crate) injected: bool,
    /// The number of the comparison among those of its kind, from 0.
    pub(crate) number: u64,
    pub(crate) blocks: u64,
    /// What all its runs took, start and end included.
    pub(crate) seconds: f64,
    pub(crate) ratio: f64,
    pub(crate) verdict: String,
}

/// The open file, with its entries.
#[derive(Debug)]
pub(crate) struct State {
    file: File,
    pub(crate) entries: Vec<Entry>,
}

impl State {
    /// Opens the file, or creates it.
    ///
    /// # Errors
    /// A file or folder that cannot be created, read or written.
    pub(crate) fn open(path: &Path) -> anyhow::Result<State> {
        Self::read(path).with_context(|| format!("{} cannot be kept", path.display()))
    }

    fn read(path: &Path) -> std::io::Result<State> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        let text = fs::read_to_string(path)?;
        // The tool may have been killed while it wrote. The torn line is ended, so that the next
        // entry begins on a line of its own, and skipped below: its comparison is made again.
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        let entries = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        Ok(State { file, entries })
    }

    /// Appends an entry to the file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn add(&mut self, entry: Entry) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        // The whole line goes out in one call, so that a kill hardly ever leaves a part of it.
        self.file
            .write_all(&line)
            .context("what was measured cannot be kept")?;
        self.entries.push(entry);
        Ok(())
    }

    /// The finished comparisons.
    pub(crate) fn compared(&self) -> impl Iterator<Item = &Compared> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Comparison(compared) => Some(compared),
            Entry::Size(_) | Entry::Timed(_) => None,
        })
    }

    /// The finished comparisons that went on until they were precise.
    pub(crate) fn timed(&self) -> impl Iterator<Item = &Timed> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Timed(timed) => Some(timed),
            Entry::Size(_) | Entry::Comparison(_) => None,
        })
    }

    /// The number of tasks of a run, if it is known already.
    pub(crate) fn tasks(&self, variant: &str, workload: &str) -> Option<u64> {
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
