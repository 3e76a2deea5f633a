//! What every export format is: a flag, and a pure function from a comparison to files.

use analysis::Series;
use results::{Arm, Measured, Row, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use serde::Serialize;

/// One format.
#[derive(Clone, Copy, Debug)]
pub struct Exporter {
    /// The flag without its dashes, such as `export-csv`.
    pub flag: &'static str,
    /// What the flag takes, such as `FILE|-`.
    pub takes: &'static str,
    /// The help of the flag.
    pub about: &'static str,
    /// What becomes of the path behind the flag.
    pub files: Files,
    /// The files of a comparison.
    pub export: fn(&Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>>,
}

/// What becomes of the path behind a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// The path is the file.
    One,
    /// The path gives the names of several files, which have these infixes: `x.json` makes
    /// `x.smaller.json`.
    Infixed(&'static [&'static str]),
    /// The path is a folder of several files.
    Folder,
}

/// A comparison to be exported.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The contents of `run.json`, statistics included.
    pub run: &'a RunFile,
    /// The rows of `samples.jsonl`.
    pub rows: &'a [Row],
}

/// One file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// The infix, or the file's name in its folder; empty where the export has one file.
    pub name: String,
    /// A line that precedes the bytes where several files share standard output.
    pub heading: String,
    /// The contents.
    pub bytes: Vec<u8>,
}

impl ExportedFile {
    /// The only file of an export.
    pub fn only(bytes: impl Into<Vec<u8>>) -> Vec<ExportedFile> {
        vec![ExportedFile {
            name: String::new(),
            heading: String::new(),
            bytes: bytes.into(),
        }]
    }

    /// A document of JSON, in which a terminal finds nothing to act on.
    pub(super) fn json(document: &impl Serialize) -> anyhow::Result<Vec<ExportedFile>> {
        let text = serde_json::to_string_pretty(document)?;
        Ok(ExportedFile::only(terminal::json(text) + "\n"))
    }
}

impl<'a> Comparison<'a> {
    /// Every variant at every workload, in the order of the tables.
    pub(super) fn pairs(
        &self,
    ) -> impl Iterator<Item = (&'a WorkloadSummary, &'a VariantSummary)> + use<'a> {
        self.run.statistics.iter().flat_map(|summary| {
            summary
                .variants
                .iter()
                .map(move |variant| (summary, variant))
        })
    }

    /// The workload with this name.
    pub(super) fn record(&self, workload: &str) -> Option<&'a WorkloadRecord> {
        self.run
            .workloads
            .iter()
            .find(|record| record.workload.name == workload)
    }

    /// The load under which a latency was measured: `closed`, or `open@2000/s`. Latencies of different
    /// loads cannot be compared, so that exports label them.
    pub(super) fn load_of(&self, workload: &str) -> String {
        match self
            .record(workload)
            .and_then(|record| record.workload.rate)
        {
            Some(rate) => format!("open@{rate}"),
            None => "closed".to_owned(),
        }
    }

    /// The runs that the tables are made from: those whose times count, without the control arm.
    pub(crate) fn counted(&self, workload: &str, variant: &str) -> Vec<&'a Measured> {
        let series = Series::of(self.run, self.rows, workload, variant, Arm::Main);
        series.measured().collect()
    }
}
