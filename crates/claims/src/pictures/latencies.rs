//! Latencies of a claim's tests: the part of what is served within a time, a curve for each column, role and load.

use report::export::{Curve, CurveAxis, CurvePlot, CurvePoint};
use results::percentile;
use terminal::{duration, percent};

use crate::book::{Book, Column, Test};
use crate::estimate::{median, values};
use crate::evidence::Evidence;
use crate::figure::{Figure, Metric};
use crate::judge::JudgedClaim;
use crate::plan::{Arm, sides};

/// The points of a curve.
const POINTS: u32 = 20;

/// An arm whose latencies a test is about.
struct Served {
    arm: Arm,
    column: Column,
    role: String,
    load: String,
    metric: Metric,
    /// The part of what is served within the latency that the metric is.
    part: f64,
}

/// The curves; `None` where no latency was measured.
pub(super) fn latencies(
    book: &Book,
    judged: &JudgedClaim<'_>,
    evidence: &Evidence,
) -> Option<CurvePlot> {
    let claim = judged.claim;
    let mut all: Vec<Served> = Vec::new();
    for served in claim.tests.iter().flat_map(|test| served(book, test)) {
        // A variant that stands in two columns has one curve.
        if all.iter().all(|known| known.arm != served.arm) {
            all.push(served);
        }
    }
    let has_loads = all.iter().any(|served| served.load != all[0].load);
    let curves: Vec<Curve> = all
        .iter()
        .filter_map(|served| curve(served, has_loads, evidence))
        .collect();
    if curves.is_empty() {
        return None;
    }
    Some(CurvePlot {
        title: format!("{}: how long it takes to be served", claim.label()),
        caption: format!(
            "{} All runs of a curve together; a hollow marker is the median over runs of the latency that is \
             judged, with its 95 % interval, and dotted is a threshold.",
            claim.text
        ),
        reading: "A line for each role in a column: the part of what is served within a time; hollow markers are the \
                  latencies that are judged, with their 95 % intervals, dotted lines thresholds."
            .to_owned(),
        across: CurveAxis {
            name: "time until it was served".to_owned(),
            is_log: true,
            label: duration,
            levels: Vec::new(),
        },
        up: CurveAxis {
            name: "part that is served within it".to_owned(),
            is_log: false,
            label: percent,
            levels: Vec::new(),
        },
        limits: claim.tests.iter().filter_map(limit).collect(),
        curves,
    })
}

/// The arms of a test in all columns, each side of a ratio for itself.
fn served(book: &Book, test: &Test) -> Vec<Served> {
    let Some(part) = part(test.metric) else {
        return Vec::new();
    };
    let other_role = test.other_role.as_ref().unwrap_or(&test.role);
    let other_load = test.other_load.as_ref().unwrap_or(&test.load);
    let named = [(&test.role, &test.load), (other_role, other_load)];
    let mut all = Vec::new();
    for column in book.columns() {
        let Some(sides) = sides(book, test, column) else {
            continue;
        };
        all.extend(sides.sides().zip(named).map(|(side, (role, load))| Served {
            arm: side.arm.clone(),
            column,
            role: role.clone(),
            load: load.clone(),
            metric: test.metric,
            part,
        }));
    }
    all
}

/// The part of what is served within a latency; `None` where a metric is no latency.
fn part(metric: Metric) -> Option<f64> {
    match metric {
        Metric::P50 => Some(0.5),
        Metric::P90 => Some(0.9),
        Metric::Longest => Some(1.0),
        _ => None,
    }
}

fn curve(served: &Served, has_loads: bool, evidence: &Evidence) -> Option<Curve> {
    let samples = evidence.samples(&served.arm, served.metric).ok()?;
    let latency = evidence.latency(&served.arm);
    let points = (0..=POINTS).filter_map(|point| {
        let part = f64::from(point) / f64::from(POINTS);
        Some(CurvePoint {
            x: percentile(&latency, part)?.max(1) as f64,
            y: part,
            ..CurvePoint::default()
        })
    });
    let judged = median(&values(&samples)).ok()?;
    let mark = judged.value.map(|value| CurvePoint {
        x: value.max(1.0),
        y: served.part,
        across: judged
            .interval
            .map(|(lower, upper)| (lower.max(1.0), upper)),
        up: None,
    });
    let (column, role) = (served.column.short_name(), &served.role);
    Some(Curve {
        name: if has_loads {
            format!("{column}: {role}, {}", served.load)
        } else {
            format!("{column}: {role}")
        },
        points: points.collect(),
        marks: mark.into_iter().collect(),
    })
}

/// The threshold of a test on a latency alone, from the bottom to the top.
fn limit(test: &Test) -> Option<Vec<(f64, f64)>> {
    part(test.metric)?;
    let threshold = test.at_least.or(test.at_most)?;
    (test.figure == Figure::Value).then(|| vec![(threshold, 0.0), (threshold, 1.0)])
}
