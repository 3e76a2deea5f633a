//! `--export-github`: what github-action-benchmark reads, a file a direction, since it takes either
//! `customSmallerIsBetter` or `customBiggerIsBetter`. It draws trends; nothing is gated by it.

use serde::Serialize;

use super::metrics::{FIGURES, Figure};
use super::{Comparison, Exporter, Files, Part};
use results::Estimate;

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-github",
    takes: "FILE|-",
    about: "Two files for github-action-benchmark: x.json makes x.smaller.json and x.bigger.json",
    files: Files::Infixed,
    export,
};

#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<Part>> {
    let smaller = part(comparison, "smaller", false)?;
    let bigger = part(comparison, "bigger", true)?;
    Ok(vec![smaller, bigger])
}

/// One line, so that both can share standard output.
fn part(comparison: &Comparison<'_>, name: &str, bigger_is_better: bool) -> anyhow::Result<Part> {
    let figures = FIGURES
        .iter()
        .filter(|figure| figure.bigger_is_better == bigger_is_better);
    let entries: Vec<Entry> = figures
        .flat_map(|figure| entries(comparison, figure))
        .collect();
    let mut bytes = serde_json::to_vec(&entries)?;
    bytes.push(b'\n');
    Ok(Part {
        name: name.to_owned(),
        heading: String::new(),
        bytes,
    })
}

fn entries(comparison: &Comparison<'_>, figure: &Figure) -> Vec<Entry> {
    let known = comparison.pairs().filter_map(|(summary, variant)| {
        let estimate = (figure.of)(variant)?;
        let name = name(comparison, &variant.variant, &summary.workload, figure);
        Some((name, estimate))
    });
    known
        .map(|(name, estimate)| Entry {
            name,
            unit: figure.unit,
            value: estimate.median,
            range: range(&estimate),
            extra: format!("median of {}", estimate.n),
        })
        .collect()
}

/// A latency says under which load it is one.
fn name(comparison: &Comparison<'_>, variant: &str, workload: &str, figure: &Figure) -> String {
    let name = format!("{variant} {workload}: {}", figure.name);
    match figure.name.starts_with("latency") {
        true => format!("{name} {}", comparison.load_of(workload)),
        false => name,
    }
}

/// The wider side, because the format has only one.
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
