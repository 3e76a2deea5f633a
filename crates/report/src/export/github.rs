//! `--export-github`: two files for github-action-benchmark, which takes either
//! `customSmallerIsBetter` or `customBiggerIsBetter` from one file. They are for trends.

use results::{Estimate, VariantSummary, WorkloadSummary};
use serde::Serialize;

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use super::metrics::{FIGURES, Figure};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-github",
    takes: "FILE|-",
    about: "Two files for github-action-benchmark: x.json makes x.smaller.json and x.bigger.json",
    files: Files::Infixed(&[SMALLER, BIGGER]),
    export,
};

const SMALLER: &str = "smaller";
const BIGGER: &str = "bigger";

#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    Ok(vec![
        file(comparison, SMALLER, false)?,
        file(comparison, BIGGER, true)?,
    ])
}

/// The figures of one direction, on one line, so that both files can share standard output.
fn file(
    comparison: &Comparison<'_>,
    name: &str,
    bigger_is_better: bool,
) -> anyhow::Result<ExportedFile> {
    let entries: Vec<Entry> = FIGURES
        .iter()
        .filter(|figure| figure.bigger_is_better == bigger_is_better)
        .flat_map(|figure| {
            comparison
                .pairs()
                .filter_map(|(summary, variant)| entry(comparison, figure, summary, variant))
        })
        .collect();
    let bytes = terminal::json(serde_json::to_string(&entries)?) + "\n";
    Ok(ExportedFile {
        name: name.to_owned(),
        heading: String::new(),
        bytes: bytes.into_bytes(),
    })
}

fn entry(
    comparison: &Comparison<'_>,
    figure: &Figure,
    summary: &WorkloadSummary,
    variant: &VariantSummary,
) -> Option<Entry> {
    let estimate = (figure.value)(variant)?;
    Some(Entry {
        name: name(comparison, &variant.variant, &summary.workload, figure),
        unit: figure.unit,
        value: estimate.median,
        range: range(&estimate),
        extra: format!("median of {}", estimate.n),
    })
}

/// The name of a trend.
fn name(comparison: &Comparison<'_>, variant: &str, workload: &str, figure: &Figure) -> String {
    let name = format!("{variant} {workload}: {}", figure.name);
    // A latency under another load is another figure, and must start a trend of its own.
    if figure.name.starts_with("latency") {
        format!("{name} {}", comparison.load_of(workload))
    } else {
        name
    }
}

/// The wider side of the interval, because the format has room for one.
fn range(estimate: &Estimate) -> Option<String> {
    let (lower, upper) = estimate.interval?;
    let half = (estimate.median - lower).max(upper - estimate.median);
    // Its reader wants two digits at least: `2.0` and not `2`.
    Some(format!("± {half:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_covers_the_whole_interval() {
        let estimate = Estimate {
            median: 10.0,
            interval: Some((9.5, 12.0)),
            n: 8,
        };
        assert_eq!(range(&estimate).as_deref(), Some("± 2.0"));
    }
}
