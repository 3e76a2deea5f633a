//! The findings of the gate by instructions, in the cells of a table and in sentences.

use protocol::ExitCode;
use report::export::RatioRow;
use results::{Failure, Kind};

use super::gate::{Counts, Finding};
use crate::report::{Findings, NOTHING_COMPARED};
use crate::table::Table;

/// A variant at a workload, and its instruction counts.
#[derive(Clone, Debug)]
pub(super) struct CountedVariant {
    pub(super) workload: String,
    pub(super) variant: String,
    /// The tasks of each run.
    pub(super) tasks: u64,
    /// The relative increase that is allowed.
    pub(super) limit: f64,
    pub(super) counts: Result<Counts, Failure>,
}

impl CountedVariant {
    /// Whether its counts repeat well enough to say something.
    fn is_judged(&self) -> bool {
        self.counts
            .as_ref()
            .is_ok_and(|counts| counts.finding(self.limit) != Finding::Unsteady)
    }

    fn is_regression(&self) -> bool {
        self.counts
            .as_ref()
            .is_ok_and(|counts| counts.finding(self.limit) == Finding::Regression)
    }
}

/// Everything that was found, for people.
pub(super) fn findings(variants: &[CountedVariant]) -> Findings {
    let titles = vec![
        "workload",
        "variant",
        "tasks",
        "base",
        "head",
        "head ÷ base",
        "spread",
        "finding",
    ];
    Findings {
        table: Table {
            titles,
            rows: variants.iter().map(cells).collect(),
            // Counts of instructions have no intervals.
            forests: Vec::new(),
        },
        ratios: variants.iter().filter_map(row).collect(),
        last: last(variants),
        code: code(variants),
    }
}

/// The ratio of a variant, as a page draws it; nothing where it failed.
fn row(variant: &CountedVariant) -> Option<RatioRow> {
    let counts = variant.counts.as_ref().ok()?;
    let finding = words(counts, variant.limit);
    Some(RatioRow {
        group: variant.workload.clone(),
        name: variant.variant.clone(),
        ratio: counts.ratio(),
        limit: Some(1.0 + variant.limit),
        sign: finding.split(' ').next().unwrap_or_default().to_owned(),
        ..RatioRow::default()
    })
}

fn cells(variant: &CountedVariant) -> Vec<String> {
    let mut cells = vec![variant.workload.clone(), variant.variant.clone()];
    cells.push(variant.tasks.to_string());
    match &variant.counts {
        Ok(counts) => {
            cells.extend([millions(&counts.base), millions(&counts.head)]);
            cells.push(format!("{:.5}", counts.ratio()));
            cells.push(format!("{:.4} %", counts.spread() * 100.0));
            cells.push(words(counts, variant.limit));
        }
        Err(failure) => {
            cells.extend(std::iter::repeat_n(String::new(), 4));
            cells.push(format!("✗ {}: {failure}", failure.kind.word()));
        }
    }
    cells
}

fn words(counts: &Counts, limit: f64) -> String {
    let percent = limit * 100.0;
    match counts.finding(limit) {
        Finding::Regression => format!("-- regression: beyond +{percent} %"),
        Finding::Within => format!("≈ within +{percent} %"),
        Finding::Unsteady => "? not gated: differs from itself by too much".to_owned(),
    }
}

/// The fewest of some counts, in millions.
fn millions(counts: &[u64]) -> String {
    let fewest = counts.iter().min().copied().unwrap_or(0);
    format!("{:.3} M", fewest as f64 / 1e6)
}

/// The sentence that everything comes to.
fn last(variants: &[CountedVariant]) -> String {
    let regressions: Vec<String> = variants
        .iter()
        .filter(|variant| variant.is_regression())
        .map(|variant| format!("{} at {}", variant.variant, variant.workload))
        .collect();
    if !regressions.is_empty() {
        format!("more instructions than allowed: {}", regressions.join(", "))
    } else if variants.iter().any(CountedVariant::is_judged) {
        "no regression in instructions".to_owned()
    } else if variants.iter().any(|variant| variant.counts.is_ok()) {
        "nothing was judged: every count differs from itself by too much".to_owned()
    } else {
        NOTHING_COMPARED.to_owned()
    }
}

/// The exit code that the variants come to.
fn code(variants: &[CountedVariant]) -> ExitCode {
    let kinds: Vec<Kind> = variants
        .iter()
        .filter_map(|variant| Some(variant.counts.as_ref().err()?.kind))
        .collect();
    // The order is that of the gate by time: a wrong answer, a regression, a failure.
    if kinds.contains(&Kind::Differs) {
        ExitCode::Differ
    } else if variants.iter().any(CountedVariant::is_regression) {
        ExitCode::Regression
    } else if kinds.iter().any(|kind| kind.is_fault())
        || !variants.iter().any(CountedVariant::is_judged)
    {
        // A gate that judged nothing must not pass.
        ExitCode::Failed
    } else {
        ExitCode::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(counts: Result<[u64; 3], Kind>) -> CountedVariant {
        CountedVariant {
            workload: "w".to_owned(),
            variant: "a/b".to_owned(),
            tasks: 1,
            limit: 0.01,
            counts: counts
                .map(|counts| Counts {
                    base: counts.to_vec(),
                    head: counts.to_vec(),
                })
                .map_err(|kind| Failure::new(kind, "x")),
        }
    }

    #[test]
    fn a_gate_that_judged_nothing_fails() {
        let (steady, unsteady) = (variant(Ok([1_000_000; 3])), variant(Ok([100, 120, 140])));
        let unsupported = variant(Err(Kind::Unsupported));
        assert_eq!(code(&[]), ExitCode::Failed);
        assert_eq!(code(std::slice::from_ref(&unsupported)), ExitCode::Failed);
        assert_eq!(last(std::slice::from_ref(&unsupported)), NOTHING_COMPARED);
        assert_eq!(code(std::slice::from_ref(&unsteady)), ExitCode::Failed);
        assert!(last(std::slice::from_ref(&unsteady)).starts_with("nothing was judged"));
        assert_eq!(code(&[unsupported, unsteady, steady]), ExitCode::Ok);
    }
}
