//! Predictions over a range of a parameter: a curve a variant.

use catalog::{Chosen, Param};
use chart::{Axis, Kind, Plot, Point, Series};
use predict::predict_for_curve;
use terminal::{charset, duration, shown, wrap};

use crate::found::{Context, Predicted};
use crate::parallel::on_all_processors;
use crate::range::Range;
use crate::rebuilt;
use crate::refused::refused;
use crate::table::Facts;

/// The predictions at every point.
pub(crate) fn points(
    context: &Context<'_>,
    typed: &str,
    range: &Range,
    fixed: &[Param],
) -> anyhow::Result<Vec<Predicted>> {
    // Looked up once: a file is not read a hundred times.
    let chosen: Vec<Chosen> = range
        .values
        .iter()
        .map(|(_, value)| {
            let mut params = fixed.to_vec();
            params.push(Param {
                key: range.key.clone(),
                value: value.clone(),
            });
            context.chosen(typed, params)
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(on_all_processors(chosen, |chosen| {
        context.predicted(chosen, predict_for_curve)
    }))
}

/// The curves as a plot, and what was refused where.
pub(crate) fn picture(
    facts: &Facts<'_>,
    range: &Range,
    points: &[Predicted],
    width: usize,
) -> String {
    let names: Vec<&String> = points.first().map_or_else(Vec::new, |one| {
        one.variants.iter().map(|(name, _)| name).collect()
    });
    let series = names.iter().enumerate().map(|(number, name)| Series {
        name: (*name).clone(),
        number,
        points: places(range, points, number),
        is_joined: true,
    });
    let plot = Plot {
        across: Axis {
            kind: Kind::Log,
            title: format!("{} (log scale)", shown(&range.key)),
            label: terminal::count,
        },
        up: Axis {
            kind: Kind::Log,
            title: "predicted time a task (log scale)".to_owned(),
            label: duration,
        },
        series: series.filter(|series| !series.points.is_empty()).collect(),
        bands: Vec::new(),
        rules: Vec::new(),
        band_words: String::new(),
    };
    let mut lines = wrap(&facts.line(), width, 0);
    lines.extend(plot.draw(width, charset()).unwrap_or_default());
    for (at, name) in names.iter().enumerate() {
        for line in refused(range, points, at) {
            lines.extend(wrap(&format!("{name}: {}", shown(&line)), width, 2));
        }
    }
    if let Some(line) = rebuilt::words(&facts.rebuilt) {
        lines.extend(wrap(&line, width, 2));
    }
    lines.join("\n") + "\n"
}

fn places(range: &Range, points: &[Predicted], variant: usize) -> Vec<Point> {
    let all = range.values.iter().zip(points);
    all.filter_map(|((value, _), one)| {
        let prediction = one.variants.get(variant)?.1.as_ref().ok()?;
        Some(Point {
            x: *value,
            y: prediction.time.value * 1e9,
            is_faint: prediction.time.width() > 0.5,
        })
    })
    .collect()
}
