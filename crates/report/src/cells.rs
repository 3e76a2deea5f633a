//! The cells of a workload's table: the text of each figure of a variant.

use results::{Estimate, MemoryEstimate, MemorySummary, Metric, VariantSummary};
use terminal::{bytes, bytes_with_interval, bytes_with_range, count, duration_with, factor, ratio};

use crate::open_loop::has_comparable_latency;
use crate::view::{Detail, View};

/// The throughput, unless a service sets the pace: then it says nothing about the variant.
pub(crate) fn tasks_per_second(summary: &VariantSummary, view: &View<'_>) -> Option<String> {
    if view.is_paced {
        return None;
    }
    shown(summary.tasks_per_second, count)
}

/// The latency of a task: in a closed loop from when the task was handed to the model, in an open one
/// from when it ought to have started. The line above the table says which loop it is.
pub(crate) fn latency(
    summary: &VariantSummary,
    view: &View<'_>,
    latency: Option<Estimate>,
) -> Option<String> {
    let known = latency.filter(|_| !view.is_paced)?;
    let interval = known.interval.filter(|_| view.detail >= Detail::Everything);
    Some(if has_comparable_latency(summary, view.variants) {
        duration_with(known.median, interval)
    } else {
        "n/a".to_owned()
    })
}

/// The latency of a pulse that a service sends, from when it was due or until it came back.
pub(crate) fn pulse(view: &View<'_>, latency: Option<Estimate>) -> Option<String> {
    // Shown with its interval, because it is the figure that ratios are of.
    let paced = latency.filter(|_| view.is_paced)?;
    let interval = paced.interval.filter(|_| view.detail >= Detail::Times);
    Some(duration_with(paced.median, interval))
}

/// How often something was counted in a run.
pub(crate) fn count_of(summary: &VariantSummary, name: &str) -> Option<String> {
    shown(summary.counts.get(name).copied(), count)
}

/// The name, with a star where the line below the table has something to say about it.
pub(crate) fn name(summary: &VariantSummary, view: &View<'_>) -> Option<String> {
    let star = if view.is_exception(summary) { "*" } else { "" };
    // Without times nothing is compared, and no variant is the reference of anything.
    let role = if view.measures && summary.variant == view.reference {
        " (reference)"
    } else {
        ""
    };
    Some(format!("{}{star}{role}", summary.variant))
}

/// The time of a run. A failure takes its place, because the times of a variant that failed do not
/// count even where it has some.
pub(crate) fn time(summary: &VariantSummary, view: &View<'_>) -> Option<String> {
    match (&summary.failed, summary.time_ns) {
        (Some(failed), _) => Some(failed.failure.kind.word().to_owned()),
        (None, Some(time)) => {
            let interval = time.interval.filter(|_| view.detail >= Detail::Times);
            Some(duration_with(time.median, interval))
        }
        (None, None) => Some("skipped".to_owned()),
    }
}

/// The sign of the verdict on a metric, and the ratio that it is on: `++ 0.612 [0.601, 0.622]`.
pub(crate) fn judged_ratio(
    summary: &VariantSummary,
    view: &View<'_>,
    metric: Metric,
) -> Option<String> {
    if !view.metrics.contains(&metric) {
        return None;
    }
    match summary.ratio(metric) {
        Some(measured) => {
            let sign = measured.judged.as_ref().map_or("", |judged| &judged.sign);
            let number = if view.detail == Detail::RatiosOnly {
                factor(measured.ratio)
            } else {
                ratio(measured.ratio, measured.interval)
            };
            Some(format!("{sign:<2} {number}"))
        }
        None if summary.variant == view.reference && summary.time_ns.is_some() => {
            Some("   1".to_owned())
        }
        None => None,
    }
}

/// The median of the memory over runs, with its spread where there is room for it.
pub(crate) fn memory(summary: &VariantSummary, view: &View<'_>) -> Option<String> {
    Some(match summary.memory.as_ref()? {
        MemorySummary::Known(known) if view.detail >= Detail::Everything => memory_with(known),
        MemorySummary::Known(known) => bytes(known.bytes),
        MemorySummary::Unavailable { .. } => "n/a".to_owned(),
    })
}

/// The median of the memory over runs, with its interval or, of few runs, the range of all: `7.45 MiB (7.40 to
/// 7.52)`.
pub fn memory_with(known: &MemoryEstimate) -> String {
    match (known.interval, known.range) {
        (Some(interval), _) => bytes_with_interval(known.bytes, interval),
        (None, Some(range)) => bytes_with_range(known.bytes, range),
        (None, None) => bytes(known.bytes),
    }
}

pub(crate) fn shown(estimate: Option<Estimate>, format: fn(f64) -> String) -> Option<String> {
    estimate.map(|estimate| format(estimate.median))
}
