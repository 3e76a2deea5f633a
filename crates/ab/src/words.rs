//! The findings of the gate by time, in the cells of a table and in sentences.

use std::collections::BTreeMap;

use chart::{Forest, Mark};
use report::export::RatioRow;
use report::limit;
use results::Metric;
use terminal::ratio;
use verdict::{Comparison, Margin, PairedRatio, Verdict};

use crate::judge::{TimedVariant, Timing, code};
use crate::report::{Findings, NOTHING_COMPARED};
use crate::table::Table;

/// The title of the ratios of head to base.
const HEAD: &str = "head ÷ base";
/// The title of the A/A controls.
const BASE: &str = "base ÷ base";

/// Everything that was found, for people.
pub(super) fn findings(variants: &[TimedVariant], limit: Margin) -> Findings {
    Findings {
        table: Table {
            titles: vec!["workload", "variant", "metric", HEAD, BASE, "finding"],
            rows: variants
                .iter()
                .map(|variant| cells(variant, limit))
                .collect(),
            forests: forests(variants, limit),
        },
        ratios: variants
            .iter()
            .filter_map(|variant| row(variant, limit))
            .collect(),
        last: last(variants, limit),
        code: code(variants),
    }
}

/// The ratios and their A/A controls, over one axis.
fn forests(variants: &[TimedVariant], limit: Margin) -> Vec<Forest> {
    let both: Vec<[Option<Mark>; 2]> = variants.iter().map(marks).collect();
    let all: Vec<Mark> = both.iter().flatten().flatten().copied().collect();
    let band = limit.ratios();
    [HEAD, BASE]
        .into_iter()
        .enumerate()
        .map(|(index, beside)| Forest {
            beside,
            title: "",
            marks: both.iter().map(|marks| marks[index]).collect(),
            others: all.clone(),
            band: (band.lower, band.upper),
        })
        .collect()
}

/// The ratio of head to base, and that of base to itself.
fn marks(variant: &TimedVariant) -> [Option<Mark>; 2] {
    let Ok(timing) = &variant.timing else {
        return [None, None];
    };
    let control = timing.comparison.control.map(|control| Mark {
        is_control: true,
        ..mark(control)
    });
    [Some(mark(timing.comparison.ratio)), control]
}

fn mark(paired: PairedRatio) -> Mark {
    let interval = paired.intervals.map(|both| both.at_95);
    Mark {
        ratio: paired.ratio,
        interval: interval.map(|both| (both.lower, both.upper)),
        is_control: false,
    }
}

/// The ratio of a variant, as a page draws it; nothing where it failed.
fn row(variant: &TimedVariant, limit: Margin) -> Option<RatioRow> {
    let timing = variant.timing.as_ref().ok()?;
    let Comparison { ratio, control } = timing.comparison;
    let finding = words(timing, variant.metric, limit);
    Some(RatioRow {
        group: variant.workload.clone(),
        name: format!("{} ({})", variant.variant, variant.metric.short_name()),
        ratio: ratio.ratio,
        interval: bounds(ratio),
        control: control.and_then(bounds),
        limit: Some(limit.ratios().upper),
        sign: finding.split(' ').next().unwrap_or_default().to_owned(),
    })
}

fn cells(variant: &TimedVariant, limit: Margin) -> Vec<String> {
    let [metric, head, control, words] = match &variant.timing {
        Ok(timing) => {
            let metric = variant.metric.short_name().to_owned();
            let control = timing.comparison.control.map(shown);
            let head = shown(timing.comparison.ratio);
            let verdict = words(timing, variant.metric, limit);
            [metric, head, control.unwrap_or_default(), verdict]
        }
        // A failure leaves no metric at all.
        Err(failure) => {
            let words = format!("✗ {}: {failure}", failure.kind.word());
            [String::new(), String::new(), String::new(), words]
        }
    };
    vec![
        variant.workload.clone(),
        variant.variant.clone(),
        metric,
        head,
        control,
        words,
    ]
}

/// A ratio with its interval.
fn shown(paired: PairedRatio) -> String {
    ratio(paired.ratio, bounds(paired))
}

fn bounds(paired: PairedRatio) -> Option<(f64, f64)> {
    let interval = paired.intervals.map(|both| both.at_95);
    interval.map(|both| (both.lower, both.upper))
}

fn words(timing: &Timing, metric: Metric, limit: Margin) -> String {
    let within = limit::shown(limit);
    let verdict = timing.judgement.verdict;
    match (verdict, &timing.second_pass) {
        (Verdict::Slower, Some(again)) => match &again.timing {
            Ok(second) if again.is_suspect() => {
                let second = shown(second.comparison.ratio);
                format!("-- regression: beyond +{within}, and again {second}")
            }
            Ok(second) => {
                let second = shown(second.comparison.ratio);
                format!("? not confirmed by a second pass: {second}")
            }
            Err(failure) => format!("? the second pass failed: {failure}"),
        },
        (Verdict::Slower, None) => format!("? beyond +{within}, once"),
        (Verdict::Faster, _) if metric == Metric::CpuPerTask => {
            format!("++ cheaper by more than {within}")
        }
        (Verdict::Faster, _) => format!("++ faster by more than {within}"),
        (Verdict::Equivalent, _) => format!("≈ within ±{within}"),
        _ => format!("{} {verdict}", verdict.symbol()),
    }
}

/// The sentence that everything comes to.
fn last(variants: &[TimedVariant], limit: Margin) -> String {
    let within = limit::shown(limit);
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for variant in variants.iter().filter(|variant| variant.is_regression()) {
        let name = format!("{} at {}", variant.variant, variant.workload);
        by_name
            .entry(name)
            .or_default()
            .push(variant.metric.short_name());
    }
    let regressions: Vec<String> = by_name
        .iter()
        .map(|(name, metrics)| format!("{name} ({})", metrics.join(", ")))
        .collect();
    if !regressions.is_empty() {
        format!("regression beyond {within}: {}", regressions.join(", "))
    } else if variants.iter().any(|variant| variant.timing.is_ok()) {
        format!("no regression beyond {within}")
    } else {
        NOTHING_COMPARED.to_owned()
    }
}
