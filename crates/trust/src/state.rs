//! The stored state of the real part: a file with one line of JSON for each thing that was measured,
//! so that it can be stopped and continued.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use results::Metric;
use serde::{Deserialize, Serialize};

use crate::case::Case;

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

/// Two arms, and the verdict on each metric. It is one line of the file, so that there is never a half of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Compared {
    pub(crate) variant: String,
    pub(crate) workload: String,
    /// Whether the second arm had a tenth more tasks.
    pub(crate) injected: bool,
    /// The number of the comparison among those of its kind, from 0.
    pub(crate) number: u64,
    /// One entry for each metric.
    pub(crate) judged: Vec<Judged>,
}

/// The ratio of two arms by one metric, and the verdict on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Judged {
    pub(crate) metric: Metric,
    /// Figure of the second arm ÷ figure of the first.
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

    /// A finished comparison of a case.
    pub(crate) fn compared_at(
        &self,
        case: &Case,
        injected: bool,
        number: u64,
    ) -> Option<&Compared> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Comparison(its) => {
                let key = (&its.variant, &its.workload, its.injected, its.number);
                (key == (&case.variant, &case.workload, injected, number)).then_some(its)
            }
            Entry::Size(_) | Entry::Timed(_) => None,
        })
    }

    /// A finished comparison of a case that went on until it was precise.
    pub(crate) fn timed_at(&self, case: &Case, injected: bool, number: u64) -> Option<&Timed> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Timed(its) => {
                let key = (&its.variant, &its.workload, its.injected, its.number);
                (key == (&case.variant, &case.workload, injected, number)).then_some(its)
            }
            Entry::Size(_) | Entry::Comparison(_) => None,
        })
    }

    /// The number of tasks of a run, if it is known already.
    pub(crate) fn tasks(&self, case: &Case) -> Option<u64> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Size(its) => {
                let key = (&its.variant, &its.workload);
                (key == (&case.variant, &case.workload)).then_some(its.tasks)
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
        let case = Case {
            variant: "a/b".to_owned(),
            workload: "w".to_owned(),
            headline: Metric::CpuPerTask,
        };
        assert_eq!(state.tasks(&case), Some(7));
        state.add(size(8)).unwrap();
        assert_eq!(State::open(&path).unwrap().entries, [size(7), size(8)]);
    }

    #[test]
    fn a_comparison_has_a_line_with_both_metrics() {
        let line = r#"{"comparison":{"variant":"a/b","workload":"w","injected":true,"number":0,"judged":[
            {"metric":"time-per-task","ratio":1.1,"interval":[1.05,1.15],"p_value":0.001,"verdict":"slower"},
            {"metric":"cpu-per-task","ratio":1.0,"interval":null,"p_value":0.5,"verdict":"inconclusive"}]}}"#;
        let entry: Entry = serde_json::from_str(line).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.jsonl");
        State::open(&path).unwrap().add(entry).unwrap();
        let state = State::open(&path).unwrap();
        let case = Case {
            variant: "a/b".to_owned(),
            workload: "w".to_owned(),
            headline: Metric::CpuPerTask,
        };
        let found = state.compared_at(&case, true, 0).unwrap();
        let metrics: Vec<Metric> = found.judged.iter().map(|its| its.metric).collect();
        assert_eq!(metrics, [Metric::TimePerTask, Metric::CpuPerTask]);
        assert!(state.compared_at(&case, false, 0).is_none());
        assert!(state.timed_at(&case, true, 0).is_none());
    }
}
