//! `--export-bmf`: Bencher Metric Format. A benchmark is `variant/workload`, its measures are the
//! medians of the tables with their intervals; latencies are in nanoseconds.

use serde::Serialize;
use serde_json::{Map, Value};

use results::{Estimate, VariantSummary};

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use super::metrics::FIGURES;

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-bmf",
    takes: "FILE|-",
    about: "Bencher Metric Format",
    files: Files::One,
    export,
};

/// Bytes of the longest name that Bencher accepts.
const LONGEST_NAME: usize = 1024;

#[derive(Debug, PartialEq, Serialize)]
struct Measure {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

impl From<Estimate> for Measure {
    fn from(estimate: Estimate) -> Self {
        Self {
            value: estimate.median,
            lower_value: estimate.interval.map(|(lower, _)| lower),
            upper_value: estimate.interval.map(|(_, upper)| upper),
        }
    }
}

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let mut benchmarks = Map::new();
    for (summary, variant) in comparison.pairs() {
        let known = measures(variant)?;
        // A variant without a good run has no figures, and is no benchmark.
        if !known.is_empty() {
            benchmarks.insert(
                name(&variant.variant, &summary.workload),
                Value::Object(known),
            );
        }
    }
    ExportedFile::json(&benchmarks)
}

fn measures(variant: &VariantSummary) -> anyhow::Result<Map<String, Value>> {
    FIGURES
        .iter()
        .filter_map(|figure| Some((figure.name, (figure.value)(variant)?)))
        .map(|(name, estimate)| {
            let measure = serde_json::to_value(Measure::from(estimate))?;
            Ok((name.to_owned(), measure))
        })
        .collect()
}

fn name(variant: &str, workload: &str) -> String {
    let mut name = format!("{variant}/{workload}");
    // The limit is in bytes, and a character may have several.
    while name.len() > LONGEST_NAME {
        name.pop();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_longer_than_bencher_takes_them() {
        assert_eq!(name("threads/pool", "http"), "threads/pool/http");
        assert_eq!(name(&"é".repeat(600), "http").len(), 1024);
        assert_eq!(name(&format!("a{}", "é".repeat(600)), "http").len(), 1023);
    }

    #[test]
    fn a_median_without_an_interval_has_no_bounds() {
        let estimate = Estimate {
            median: 2.0,
            interval: None,
            n: 1,
        };
        let text = serde_json::to_string(&Measure::from(estimate)).unwrap();
        assert_eq!(text, "{\"value\":2.0}");
    }
}
