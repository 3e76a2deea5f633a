//! A comparison in formats that other tools read: a list of exporters, each with its flag and a pure
//! function from rows and `run.json` to bytes, so that a stored comparison can be exported again to the
//! same bytes.

use analysis::Series;
use results::{Arm, Measured, Row, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};

mod bmf;
mod csv;
mod deliver;
mod github;
mod hgrm;
mod hyperfine;
mod json;
mod markdown;
mod metrics;
mod wanted;

pub use deliver::{deliver, refuse_what_cannot_be_written};
pub use wanted::{Exports, Flag, flags};

/// Every format. A new one takes a file of its own and a line here.
const EXPORTERS: [Exporter; 7] = [
    json::EXPORTER,
    csv::EXPORTER,
    markdown::EXPORTER,
    hyperfine::EXPORTER,
    bmf::EXPORTER,
    github::EXPORTER,
    hgrm::EXPORTER,
];

/// One format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exporter {
    /// The flag without its dashes, such as `export-csv`.
    flag: &'static str,
    /// What the flag takes, such as `FILE|-`.
    takes: &'static str,
    /// The help of the flag.
    about: &'static str,
    files: Files,
    export: fn(&Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>>,
}

/// What becomes of the path behind a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// The path is the file.
    One,
    /// The path gives the names of several files: `x.json` makes `x.smaller.json`.
    Infixed,
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
struct ExportedFile {
    /// The infix, or the file's name in its folder; empty where the export has one file.
    name: String,
    /// A line that precedes the bytes where several files share standard output.
    heading: String,
    bytes: Vec<u8>,
}

impl ExportedFile {
    /// The only file of an export.
    fn only(bytes: impl Into<Vec<u8>>) -> Vec<ExportedFile> {
        vec![ExportedFile {
            name: String::new(),
            heading: String::new(),
            bytes: bytes.into(),
        }]
    }
}

impl<'a> Comparison<'a> {
    /// Every variant at every workload, in the order of the tables.
    fn pairs(&self) -> impl Iterator<Item = (&'a WorkloadSummary, &'a VariantSummary)> + use<'a> {
        self.run.statistics.iter().flat_map(|summary| {
            summary
                .variants
                .iter()
                .map(move |variant| (summary, variant))
        })
    }

    /// The workload with this name.
    fn record(&self, workload: &str) -> Option<&'a WorkloadRecord> {
        self.run
            .workloads
            .iter()
            .find(|record| record.workload.name == workload)
    }

    /// The load under which a latency was measured: `closed`, or `open@2000/s`. Latencies of different
    /// loads cannot be compared, so that exports label them.
    fn load_of(&self, workload: &str) -> String {
        match self
            .record(workload)
            .and_then(|record| record.workload.rate)
        {
            Some(rate) => format!("open@{rate}"),
            None => "closed".to_owned(),
        }
    }

    /// The runs that the tables are made from: those whose times count, without the control arm.
    fn counted(&self, workload: &str, variant: &str) -> Vec<&'a Measured> {
        let series = Series::of(self.run, self.rows, workload, variant, Arm::Main);
        series.measured().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exporter_has_a_flag_of_its_own_that_says_what_it_is() {
        let mut flags = EXPORTERS.map(|exporter| exporter.flag).to_vec();
        assert!(flags.iter().all(|flag| flag.starts_with("export-")));
        flags.sort_unstable();
        flags.dedup();
        assert_eq!(flags.len(), EXPORTERS.len());
        assert!(EXPORTERS.iter().all(|exporter| !exporter.about.is_empty()));
    }
}
