//! What a comparison has come to so far: its folder, its rows, and what follows from them. Every row
//! is stored before anything else happens, and all later decisions are made from rows alone, so that
//! an interrupted comparison makes the same ones when it is continued.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::time::{Duration, Instant};

use analysis::wrong_digest;
use catalog::is_own_server;
use launch::RunError;
use results::{Block, Failed, Folder, Outcome, Pass, Row, Run, RunFile, SeenDigest};
use terminal::Usage;

/// The right digest of each prefix of a workload's tasks, by its number of tasks.
pub(crate) type RightAnswers = BTreeMap<u64, String>;

/// The rows of a comparison that is continued are not those that it would have come to.
#[derive(Debug, thiserror::Error)]
#[error(
    "samples.jsonl, line {line}: another run was due here, so this comparison cannot be continued"
)]
pub(crate) struct OtherRunDue {
    line: usize,
}

/// What an interrupted comparison left.
pub(crate) struct Before {
    pub(crate) run: RunFile,
    pub(crate) rows: Vec<Row>,
}

/// The rows of a comparison, and its `run.json`.
pub(crate) struct Log {
    folder: Folder,
    /// What `run.json` says.
    pub(crate) run: RunFile,
    rows: Vec<Row>,
    /// Rows of before an interruption that the repetition has not come to yet.
    before: VecDeque<Row>,
    /// What has failed and runs no more, by the workload's place and the variant's name.
    failed: BTreeSet<(usize, String)>,
    runs: u64,
    /// Runs whose rows could not be stored.
    unstored: u64,
    /// What the measured blocks have taken.
    spent: Duration,
    /// When the last row was kept.
    since: Instant,
}

impl Log {
    /// The log of a comparison that begins, or is continued after what it left before.
    pub(crate) fn new(folder: Folder, mut run: RunFile, before: Option<Before>) -> Log {
        let mut rows = Vec::new();
        if let Some(before) = before {
            run.started = before.run.started;
            // Rows keep the name of the commit that they are of: programs are proved to be the same.
            run.commit = before.run.commit;
            run.changed = before.run.changed;
            run.programs = before.run.programs;
            run.torn_blocks = before.run.torn_blocks;
            run.variants = before.run.variants;
            run.digests = before.run.digests;
            let then = before.run.workloads.into_iter();
            for (record, was) in run.workloads.iter_mut().zip(then) {
                record.predicted = was.predicted;
            }
            rows = before.rows;
        }
        Log {
            folder,
            run,
            rows: Vec::new(),
            before: rows.into(),
            failed: BTreeSet::new(),
            runs: 0,
            unstored: 0,
            spent: Duration::ZERO,
            since: Instant::now(),
        }
    }

    /// The folder of the comparison.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The rows so far.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows and `run.json`, once nothing more is kept.
    pub(crate) fn into_parts(self) -> (RunFile, Vec<Row>) {
        (self.run, self.rows)
    }

    /// The runs so far.
    pub(crate) fn run_rows(&self) -> impl Iterator<Item = &Run> {
        self.rows.iter().filter_map(|row| match row {
            Row::Run(run) => Some(run.as_ref()),
            Row::Block(_) => None,
        })
    }

    /// The number of the last block, and 0 before the first.
    pub(crate) fn last_block(&self) -> u64 {
        let numbers = self.rows.iter().filter_map(|row| match row {
            Row::Block(Block { number, .. }) => Some(*number),
            Row::Run(_) => None,
        });
        numbers.max().unwrap_or(0)
    }

    /// The number of the next run.
    pub(crate) fn next_run(&self) -> u64 {
        self.runs
    }

    /// What the measured blocks have taken.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }

    /// The time since the last row was kept.
    pub(crate) fn since_last_row(&self) -> Duration {
        self.since.elapsed()
    }

    /// Whether a variant has failed at a workload.
    pub(crate) fn has_failed(&self, workload: usize, variant: &str) -> bool {
        self.failed.contains(&(workload, variant.to_owned()))
    }

    /// The place of a workload by its name.
    pub(crate) fn workload(&self, name: &str) -> Option<usize> {
        let mut records = self.run.workloads.iter();
        records.position(|record| record.workload.name == name)
    }

    /// Writes `run.json` as it is now.
    pub(crate) fn save(&self) -> Result<(), RunError> {
        self.folder.write_run(&self.run).map_err(RunError::tool)
    }

    /// Stores a row before anything else happens.
    pub(crate) fn keep(&mut self, row: Row) -> Result<(), RunError> {
        let stored = self.folder.append(&row);
        if stored.is_err() && matches!(row, Row::Run(_)) {
            self.unstored += 1;
        }
        self.count(row);
        stored.map_err(RunError::tool)
    }

    /// What became of the rows when the tool itself failed, and how to go on. An error that says that the
    /// comparison cannot be continued stays as it is.
    pub(crate) fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        let is_final = error.is::<OtherRunDue>() || error.is::<Usage>();
        if is_final || !self.path().join("run.json").is_file() {
            return error;
        }
        let kept = match self.runs - self.unstored {
            1 => "1 run is kept".to_owned(),
            runs => format!("{runs} runs are kept"),
        };
        let folder = self.path().display();
        error.context(format!(
            "the tool failed; {kept}, and `cargo xtask compare --resume {folder}` goes on from \
             there"
        ))
    }

    /// Takes the next row over from before the interruption, where there are any left. It must be the
    /// one that is due, or what follows would not be what was interrupted.
    pub(crate) fn take_over(&mut self, is_due: impl Fn(&Row) -> bool) -> Result<bool, RunError> {
        let Some(row) = self.before.pop_front() else {
            return Ok(false);
        };
        if !is_due(&row) {
            let line = self.rows.len() + 1;
            return Err(RunError::tool(OtherRunDue { line }.into()));
        }
        self.count(row);
        Ok(true)
    }

    /// Whether the interruption, or an earlier one, cut this block short: the row that is due is not among
    /// those from before, though the block's first row was.
    pub(crate) fn is_torn(&self, number: u64, is_due: impl Fn(&Row) -> bool) -> bool {
        match self.before.front() {
            None => true,
            Some(row) => self.run.torn_blocks.contains(&number) && !is_due(row),
        }
    }

    /// Notes that a block was cut short. What ran of it stays stored, and counts for nothing.
    pub(crate) fn note_torn(&mut self, number: u64) -> Result<(), RunError> {
        if !self.run.torn_blocks.contains(&number) {
            self.run.torn_blocks.push(number);
        }
        self.save()
    }

    /// The wrong digest that a variant gave, where the tool was killed before its row was stored.
    pub(crate) fn wrong_digest(&self, workload: usize, variant: &str) -> Option<Failed> {
        wrong_digest(
            &self.run,
            &self.run.workloads[workload].workload.name,
            variant,
        )
    }

    /// Takes over the row of a run from before the interruption, where there is one, wherever it stands:
    /// runs that went side by side ended in any order.
    pub(crate) fn take_over_from_anywhere(&mut self, is_due: impl Fn(&Row) -> bool) -> bool {
        let position = self.before.iter().position(is_due);
        match position.and_then(|position| self.before.remove(position)) {
            Some(row) => {
                self.count(row);
                true
            }
            None => false,
        }
    }

    /// Notes a digest that a variant gave; a wrong one too, because its row has no place for it.
    pub(crate) fn note_digest(&mut self, workload: usize, variant: &str, tasks: u64, digest: &str) {
        // The load generator has held its answers against what its file says.
        if is_own_server(variant) {
            return;
        }
        let record = &self.run.workloads[workload];
        let expected = record.expected.get(&tasks).cloned().unwrap_or_default();
        let variants = self
            .run
            .digests
            .entry(record.workload.name.clone())
            .or_default();
        let noted = variants
            .entry(variant.to_owned())
            .or_insert_with(|| SeenDigest {
                tasks,
                expected: expected.clone(),
                seen: Vec::new(),
                right: true,
            });
        let is_right = expected == digest;
        noted.right &= is_right;
        if noted.tasks != tasks {
            // One right answer stands for all prefixes; a wrong one is told with its own.
            if is_right {
                return;
            }
            *noted = SeenDigest {
                tasks,
                expected,
                seen: Vec::new(),
                right: false,
            };
        }
        // A program may print a digest of any length, and another one in every block.
        let digest: String = digest.chars().take(40).collect();
        if !noted.seen.contains(&digest) && noted.seen.len() < 100 {
            noted.seen.push(digest);
        }
    }

    /// Draws what follows from a row, be it new or from before an interruption.
    fn count(&mut self, row: Row) {
        self.since = Instant::now();
        match &row {
            // Block 1 checks answers, and is no part of the time for measuring.
            Row::Block(block) if block.number > 1 => {
                self.spent += Duration::from_nanos(block.control_ns);
            }
            Row::Block(_) => {}
            Row::Run(run) => {
                self.runs += 1;
                if matches!(run.pass, Pass::Pilot | Pass::Measured) {
                    self.spent += Duration::from_millis(run.took_ms);
                }
                self.count_outcome(run);
            }
        }
        self.rows.push(row);
    }

    fn count_outcome(&mut self, run: &Run) {
        let Some(workload) = self.workload(&run.workload) else {
            return;
        };
        match &run.outcome {
            Outcome::Failed(_) => {
                self.failed.insert((workload, run.variant.clone()));
            }
            Outcome::Measured(measured) => {
                self.note_digest(workload, &run.variant, run.tasks, &measured.done.digest);
            }
        }
    }
}
