//! A comparison in formats that other tools read: a list of exporters, each with its flag and a pure
//! function from rows and `run.json` to bytes, so that a stored comparison can be exported again to the
//! same bytes.

mod bmf;
mod csv;
mod curve;
mod deliver;
mod exporter;
mod github;
mod hgrm;
mod hyperfine;
mod json;
mod markdown;
mod metrics;
mod sheet;
mod targets;
mod wanted;

pub use curve::{Curve, CurveAxis, CurvePlot, CurvePoint};
pub use deliver::{deliver, refuse_what_cannot_be_written};
pub use exporter::{Comparison, ExportedFile, Exporter, Files};
pub use sheet::{Part, RatioPlot, RatioRow, Sheet, SheetExport, SheetRow, SheetTable};
pub use targets::refuse_unwritable;
pub use wanted::Exports;

/// Every format of this crate. A new one takes a file of its own and a line here.
pub const EXPORTERS: [Exporter; 7] = [
    json::EXPORTER,
    csv::EXPORTER,
    markdown::EXPORTER,
    hyperfine::EXPORTER,
    bmf::EXPORTER,
    github::EXPORTER,
    hgrm::EXPORTER,
];

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
