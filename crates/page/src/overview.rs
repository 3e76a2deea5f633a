//! The overview: a table of all workloads by all variants, with the sign and the ratio of the headline.

use results::{Metric, RunFile, VariantSummary, VerdictKind, WorkloadSummary};
use serde::Serialize;
use terminal::{factor, shown};

use crate::subject::Looks;

/// The overview of a comparison.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Overview {
    /// The variants, in the order of the comparison.
    pub(crate) variants: Vec<Head>,
    pub(crate) rows: Vec<Row>,
}

/// The head of a variant's column.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Head {
    pub(crate) number: usize,
    pub(crate) name: String,
}

/// A workload by one of its primary metrics.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The id of the workload's section.
    pub(crate) id: String,
    pub(crate) workload: String,
    pub(crate) metric: &'static str,
    pub(crate) cells: Vec<Cell>,
}

/// What is said of a variant at a workload.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cell {
    pub(crate) number: usize,
    /// The sign of the verdict, or of a failure.
    pub(crate) sign: String,
    pub(crate) text: String,
    /// The class that gives the cell its colour.
    pub(crate) class: &'static str,
}

/// The overview; `ids` are the ids of the sections of the summaries.
pub(crate) fn overview(run: &RunFile, looks: &Looks, ids: &[String]) -> Overview {
    let mut variants: Vec<Head> = Vec::new();
    for variant in &run.variants {
        let number = looks.number(&variant.name).unwrap_or(0);
        if variants.iter().all(|head| head.number != number) {
            variants.push(Head {
                number,
                name: variant.name.clone(),
            });
        }
    }
    let by_workload = run.statistics.iter().zip(ids);
    let rows: Vec<Row> = by_workload
        .flat_map(|(summary, id)| {
            let heads = &variants;
            summary.metrics().into_iter().map(move |metric| Row {
                id: id.clone(),
                workload: shown(&summary.workload),
                metric: metric.short_name(),
                cells: heads
                    .iter()
                    .map(|head| cell(run, summary, head, metric))
                    .collect(),
            })
        })
        .collect();
    for head in &mut variants {
        head.name = shown(&head.name);
    }
    Overview { variants, rows }
}

fn cell(run: &RunFile, summary: &WorkloadSummary, head: &Head, metric: Metric) -> Cell {
    let mut variants = summary.variants.iter();
    let found = variants.find(|variant| variant.variant == head.name);
    let (sign, text, class) = match found {
        None => plain("not run"),
        Some(variant) => of_variant(run, variant, metric),
    };
    Cell {
        number: head.number,
        sign,
        text,
        class,
    }
}

fn of_variant(
    run: &RunFile,
    variant: &VariantSummary,
    metric: Metric,
) -> (String, String, &'static str) {
    if let Some(failed) = &variant.failed {
        let kind = failed.failure.kind;
        let (sign, class) = if kind.is_fault() {
            ("✗", "fault")
        } else {
            ("–", "none")
        };
        return (sign.to_owned(), kind.word().to_owned(), class);
    }
    match variant.ratio(metric) {
        Some(ratio) => {
            let judged = ratio.judged.as_ref();
            (
                judged.map_or_else(String::new, |judged| shown(&judged.sign)),
                factor(ratio.ratio),
                variant.verdict(metric).map_or("none", class),
            )
        }
        None if run.is_reference(&variant.variant) && variant.time_ns.is_some() => plain("1"),
        None => plain(""),
    }
}

fn plain(text: &str) -> (String, String, &'static str) {
    (String::new(), text.to_owned(), "none")
}

/// The class of a verdict: better in blue, worse in orange, the stronger the surer.
fn class(verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::Faster => "better",
        VerdictKind::LikelyFaster | VerdictKind::SlightlyFaster => "rather-better",
        VerdictKind::Slower => "worse",
        VerdictKind::LikelySlower | VerdictKind::SlightlySlower => "rather-worse",
        VerdictKind::Equivalent => "equal",
        VerdictKind::Depends
        | VerdictKind::Inconclusive
        | VerdictKind::HeldBack
        | VerdictKind::Suppressed => "open",
    }
}
