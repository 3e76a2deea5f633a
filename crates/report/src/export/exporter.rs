//! What every export format is: a flag, and a pure function from a comparison to files.

use analysis::Series;
use results::{Arm, Measured, Row, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};

/// One format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exporter {
    /// The flag without its dashes, such as `export-csv`.
    pub(super) flag: &'static str,
    /// What the flag takes, such as `FILE|-`.
    pub(super) takes: &'static str,
    /// The help of the flag.
    pub(super) about: &'static str,
    pub(super) files: Files,
    pub(super) export: fn(&Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>>,
}

/// What becomes of the path behind a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Files {
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
pub(super) struct ExportedFile {
    /// The infix, or the file's name in its folder; empty where the export has one file.
    pub(super) name: String,
    /// A line that precedes the bytes where several files share standard output.
    pub(super) heading: String,
    pub(super) bytes: Vec<u8>,
}

impl ExportedFile {
    /// The only file of an export.
    pub(super) fn only(bytes: impl Into<Vec<u8>>) -> Vec<ExportedFile> {
        vec![ExportedFile {
            name: String::new(),
            heading: String::new(),
            bytes: bytes.into(),
        }]
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
    pub(super) fn counted(&self, workload: &str, variant: &str) -> Vec<&'a Measured> {
        let series = Series::of(self.run, self.rows, workload, variant, Arm::Main);
        series.measured().collect()
    }
}
