//! Curves of predictions as a page.

use report::export::{Curve, CurveAxis, CurvePlot, CurvePoint, Part, Sheet};
use terminal::{count, duration};

use crate::found::Predicted;
use crate::range::Range;
use crate::rebuilt;
use crate::refused::refused;
use crate::table::Facts;

const NS: f64 = 1e9;

/// The page of the curves of a workload over a range of a parameter.
pub(crate) fn sheet(facts: &Facts<'_>, typed: &str, range: &Range, points: &[Predicted]) -> Sheet {
    let names: Vec<&str> = points.first().map_or_else(Vec::new, |one| {
        one.variants.iter().map(|(name, _)| name.as_str()).collect()
    });
    let mut opening = vec![facts.line()];
    opening.extend(rebuilt::words(&facts.rebuilt));
    Sheet {
        title: format!("{typed}: predicted over {}", range.key),
        opening,
        parts: vec![Part {
            heading: format!("Time a task over {}", range.key),
            lines: refusals(range, points, &names),
            curves: Some(plot(range, points, &names)),
            ..Part::default()
        }],
    }
}

/// Where each curve has no points, and why.
fn refusals(range: &Range, points: &[Predicted], names: &[&str]) -> Vec<String> {
    let each = names.iter().enumerate().flat_map(|(at, name)| {
        let lines = refused(range, points, at).into_iter();
        lines.map(move |line| format!("{name}: {line}"))
    });
    each.collect()
}

fn plot(range: &Range, points: &[Predicted], names: &[&str]) -> CurvePlot {
    let curves = names.iter().enumerate().map(|(variant, name)| Curve {
        name: (*name).to_owned(),
        points: curve(range, points, variant),
        marks: Vec::new(),
    });
    CurvePlot {
        title: format!("Predicted time a task over {}", range.key),
        caption: "Predicted, not measured: where two curves are within each other's intervals, measuring decides."
            .to_owned(),
        reading: "A line for each variant; the bands are 90 % intervals.".to_owned(),
        across: CurveAxis {
            name: range.key.clone(),
            is_log: true,
            label: count,
            levels: Vec::new(),
        },
        up: CurveAxis {
            name: "predicted time a task".to_owned(),
            is_log: true,
            label: duration,
            levels: Vec::new(),
        },
        curves: curves.filter(|curve| !curve.points.is_empty()).collect(),
        limits: Vec::new(),
    }
}

fn curve(range: &Range, points: &[Predicted], variant: usize) -> Vec<CurvePoint> {
    let all = range.values.iter().zip(points);
    let predicted = all.filter_map(|((x, _), one)| {
        let time = one.variants.get(variant)?.1.as_ref().ok()?.time;
        Some(CurvePoint {
            x: *x,
            y: time.value * NS,
            across: None,
            up: Some((time.low * NS, time.high * NS)),
        })
    });
    predicted.collect()
}
