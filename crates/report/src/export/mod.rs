//! What a comparison came to, in formats that other tools read: one slice of exporters, each with
//! its flag and its bytes. Pure: rows and `run.json` go in, bytes come out, so that any stored
//! comparison is exported again to the same bytes. Where the bytes go is left to `deliver`; tables
//! for people are left to `report`.

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

use analysis::Series;
use results::{Arm, Measured, Row, RunFile, VariantSummary, WorkloadSummary};

/// Every format. A further one is a file and a line here.
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
pub struct Exporter {
    /// `export-csv`: the flag without its dashes.
    flag: &'static str,
    /// What the flag takes.
    takes: &'static str,
    /// The help of the flag.
    about: &'static str,
    files: Files,
    export: fn(&Comparison<'_>) -> anyhow::Result<Vec<Part>>,
}

/// What becomes of the path behind a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// It is the file.
    One,
    /// It gives a file for each part, `x.json` → `x.smaller.json`.
    Infixed,
    /// It is a folder, with a file for each part.
    Folder,
}

/// What is exported.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// With its statistics.
    pub run: &'a RunFile,
    pub rows: &'a [Row],
}

/// Bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// The infix, or the file's name in its folder; nothing in a file of its own.
    name: String,
    /// Stands before it where several parts share standard output.
    heading: String,
    bytes: Vec<u8>,
}

impl Part {
    /// The only part of a format.
    fn only(bytes: impl Into<Vec<u8>>) -> Vec<Part> {
        vec![Part {
            name: String::new(),
            heading: String::new(),
            bytes: bytes.into(),
        }]
    }
}

impl<'a> Comparison<'a> {
    /// Every variant at every workload, in the order of the tables.
    fn pairs(&self) -> impl Iterator<Item = (&'a WorkloadSummary, &'a VariantSummary)> + use<'a> {
        let summaries = self.run.statistics.iter();
        summaries.flat_map(|summary| {
            summary
                .variants
                .iter()
                .map(move |variant| (summary, variant))
        })
    }

    /// What every latency is labelled with: `closed`, or `open@2000/s`.
    fn load_of(&self, workload: &str) -> String {
        let mut records = self.run.workloads.iter();
        let record = records.find(|record| record.workload.name == workload);
        match record.and_then(|record| record.workload.rate) {
            Some(rate) => format!("open@{rate}"),
            None => "closed".to_owned(),
        }
    }

    /// The runs whose times count, without the control arm: those from which tables are made.
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
