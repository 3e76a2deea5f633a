//! Predictions over a range of a parameter: a curve a variant.

use catalog::{Chosen, Param, Sweep};
use chart::{Axis, Kind, Plot, Point, Series};
use predict::predict_for_curve;
use rayon::prelude::*;
use terminal::{charset, duration, shown, wrap};

use crate::found::{Context, Predicted};
use crate::rebuilt;
use crate::refused::refused;
use crate::table::Facts;

/// The points of a curve.
const POINTS: u32 = 100;

/// A range of a parameter, at values of equal ratios.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) key: String,
    pub(crate) values: Vec<(f64, String)>,
}

impl Range {
    /// Reads the values of `in_flight=1..1000` or `latency=1ms..50ms`.
    pub(crate) fn of(sweep: &Sweep) -> Result<Range, String> {
        let key = &sweep.key;
        let [text] = sweep.values.as_slice() else {
            return Err(format!(
                "{key}: a range stands alone, such as `{key}=1..1000`"
            ));
        };
        let (from, to) = text.split_once("..").ok_or_else(|| wrong(key))?;
        let (first, unit) = number(from).ok_or_else(|| wrong(key))?;
        let (last, last_unit) = number(to).ok_or_else(|| wrong(key))?;
        if (!unit.is_empty() && unit != last_unit) || first == 0 || last <= first {
            return Err(format!(
                "{}; the first is 1 or more, and the second more than it",
                wrong(key)
            ));
        }
        let ratio = (last as f64 / first as f64).ln() / f64::from(POINTS - 1);
        let mut numbers: Vec<u64> = (0..POINTS)
            .map(|at| (first as f64 * (ratio * f64::from(at)).exp()).round() as u64)
            .collect();
        numbers.dedup();
        Ok(Range {
            key: key.clone(),
            values: numbers
                .into_iter()
                .map(|value| (value as f64, format!("{value}{last_unit}")))
                .collect(),
        })
    }
}

/// What is said of a text that is no range.
fn wrong(key: &str) -> String {
    format!(
        "{key}: a range is two whole numbers with the same unit, such as `1..1000` or `1ms..50ms`"
    )
}

/// A whole number, and the unit behind it.
fn number(text: &str) -> Option<(u64, &str)> {
    let trimmed = text.trim();
    let end = trimmed
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(trimmed.len());
    Some((trimmed[..end].parse().ok()?, &trimmed[end..]))
}

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
    Ok(chosen
        .into_par_iter()
        .map(|chosen| context.predicted(chosen, predict_for_curve))
        .collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Result<Range, String> {
        Range::of(&text.parse().unwrap())
    }

    #[test]
    fn a_range_is_a_hundred_values_of_equal_ratios_without_repetitions() {
        let found = range("in_flight=1..1000").unwrap();
        assert_eq!(found.values.first().unwrap(), &(1.0, "1".to_owned()));
        assert_eq!(found.values.last().unwrap(), &(1000.0, "1000".to_owned()));
        assert!(
            found.values.len() <= 100 && found.values.windows(2).all(|pair| pair[0].0 < pair[1].0)
        );
        let latency = range("latency=1ms..50ms").unwrap();
        assert_eq!(latency.values.last().unwrap().1, "50ms");
    }

    #[test]
    fn what_is_no_range_is_refused_with_an_example() {
        for text in [
            "in_flight=5..1",
            "in_flight=..",
            "latency=1ms..2s",
            "in_flight=0..5",
            "in_flight=1..x",
        ] {
            let problem = range(text).unwrap_err();
            assert!(problem.contains("1..1000"), "{text}: {problem}");
        }
        assert!(range("in_flight=1..5,7").unwrap_err().contains("alone"));
    }
}
