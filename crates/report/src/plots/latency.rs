//! Latency by percentile: the rarer the latency, the further to the right, and each further nine takes equal
//! room.

use chart::{Axis, Kind, Plot, Point, Series};
use results::{VariantSummary, WorkloadRecord, WorkloadSummary, merged};
use terminal::duration;

use crate::export::Comparison;
use crate::open_loop::has_comparable_latency;

use super::drawing::{Drawing, measured, number, titled, workloads};

/// Percentiles beyond which fewer tasks lie are hardly more than single tasks.
const ENOUGH_BEYOND: f64 = 10.0;
/// The points of a curve for each further nine: more than a terminal has columns for.
const POINTS_A_NINE: i32 = 100;

/// A plot for each workload that has latencies.
pub(super) fn drawings(comparison: &Comparison<'_>) -> Vec<Drawing> {
    workloads(comparison.run)
        .map(|(record, summary)| drawing(comparison, record, summary))
        .collect()
}

fn drawing(
    comparison: &Comparison<'_>,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
) -> Drawing {
    let is_paced = record.workload.is_paced_by_pulses();
    let series: Vec<Series> = measured(summary)
        .filter(|variant| is_paced || has_comparable_latency(variant, &summary.variants))
        .map(|variant| series(comparison, summary, variant))
        .collect();
    let is_faint = series
        .iter()
        .any(|series| series.points.iter().any(|point| point.is_faint));
    let of = if is_paced { "pulse" } else { "task" };
    let load = match record.workload.rate {
        Some(rate) => format!("open loop at {rate}"),
        None if is_paced => "pulses".to_owned(),
        None => "closed loop".to_owned(),
    };
    Drawing {
        title: titled(
            summary,
            &format!("latency of a {of} by percentile, all measured runs together"),
        ),
        plot: Plot {
            across: Axis {
                kind: Kind::Tail,
                title: format!("percentile, {load}"),
                label: fraction,
            },
            up: Axis {
                kind: Kind::Log,
                title: "latency (log scale)".to_owned(),
                label: duration,
            },
            series,
            bands: Vec::new(),
            rules: Vec::new(),
            band_words: String::new(),
        },
        notes: is_faint
            .then(|| format!("with gaps: fewer than {ENOUGH_BEYOND} lie beyond"))
            .into_iter()
            .collect(),
    }
}

fn series(
    comparison: &Comparison<'_>,
    summary: &WorkloadSummary,
    variant: &VariantSummary,
) -> Series {
    let runs = comparison.counted(&summary.workload, &variant.variant);
    Series {
        name: variant.variant.clone(),
        number: number(comparison.run, &variant.variant),
        points: points(&merged(runs.iter().map(|run| run.done.latency.as_slice()))),
        is_joined: false,
    }
}

/// Fractions and the latency that they stay within, as far as a task lies beyond.
fn points(latency: &[(u64, u64)]) -> Vec<Point> {
    let counts = latency.iter().map(|(_, count)| *count);
    let tasks = counts.fold(0, u64::saturating_add) as f64;
    let nines = tasks.max(1.0).log10();
    let last = (nines * f64::from(POINTS_A_NINE)).floor() as i32;
    let mut points = Vec::new();
    let mut levels = (0..=last)
        .map(|point| 1.0 - 10_f64.powf(-f64::from(point) / f64::from(POINTS_A_NINE)))
        .peekable();
    let mut seen: u64 = 0;
    // Once over the latencies for all fractions, since there may be many of both.
    for (nanos, count) in latency {
        seen = seen.saturating_add(*count);
        while let Some(part) = levels.next_if(|part| (tasks * part).ceil().max(1.0) <= seen as f64)
        {
            points.push(Point {
                x: part,
                // A log scale has no place for a latency below the clock's resolution.
                y: (*nanos).max(1) as f64,
                is_faint: (1.0 - part) * tasks < ENOUGH_BEYOND,
            });
        }
    }
    points
}

fn fraction(value: f64) -> String {
    // The least latency says little, and would leave no room for the median.
    if value == 0.0 {
        return String::new();
    }
    let text = format!("{:.4}", value * 100.0);
    format!("p{}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use results::percentile;

    use super::*;

    #[test]
    fn a_curve_ends_where_no_task_lies_beyond() {
        let latency = [(10, 900), (50, 90), (1000, 10)];
        let points = points(&latency);
        let is_right = |point: &Point| percentile(&latency, point.x) == Some(point.y as u64);
        assert!(points.iter().all(is_right), "{points:?}");
        assert_eq!((points[0].x, points[0].y), (0.0, 10.0));
        let last = points.last().unwrap();
        assert!(last.x <= 0.999 + 1e-9 && last.is_faint, "{last:?}");
        assert_eq!(last.y, 1000.0);
        assert!(
            points
                .iter()
                .any(|point| !point.is_faint && point.y == 50.0)
        );
        assert!(super::points(&[]).is_empty());
    }

    #[test]
    fn percentiles_have_no_more_digits_than_they_need() {
        let shown = [0.0, 0.5, 0.99, 0.9999].map(fraction);
        assert_eq!(shown, ["", "p50", "p99", "p99.99"]);
    }
}
