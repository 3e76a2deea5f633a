//! `--export-tsv`: one line per workload and variant, for spreadsheets.

use super::exporter::{Comparison, ExportedFile, Exporter, Files};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-tsv",
    takes: "FILE|-",
    about: "One line per workload and variant, separated by tabs",
    files: Files::One,
    export,
};

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let lines = comparison.run.statistics.iter().flat_map(|summary| {
        summary.variants.iter().filter_map(|variant| {
            let time = variant.time_ns?;
            Some(format!(
                "{}\t{}\t{}\n",
                summary.workload, variant.variant, time.median
            ))
        })
    });
    Ok(ExportedFile::only(lines.collect::<String>()))
}
