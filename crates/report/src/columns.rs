//! The columns of a workload's table: what each shows, and which of them a narrow terminal gives up.

use results::{Compared, Estimate, Memory, Ratio, VariantSummary, WorkloadSummary};
use terminal::{Column, bytes, count, duration, duration_with, ratio};

use crate::open_loop::percent_to_tenth;

/// The figures beside a variant's own that a cell may need.
struct Context<'a> {
    reference: &'a str,
    /// The lanes that were wanted of every variant.
    lanes: u64,
    /// Whether times count. Where they do not, answers are all there is to show.
    measures: bool,
    compared: Compared,
}

impl Context<'_> {
    /// Whether a service sets the time.
    fn is_paced(&self) -> bool {
        self.compared == Compared::MedianLatency
    }
}

/// The side of a column that its cells are aligned to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    /// The side for words.
    Left,
    /// The side for numbers, so that their units stand below each other.
    Right,
}

/// A column of the table.
struct ColumnDef {
    title: &'static str,
    align: Align,
    /// The columns with the lowest priority are dropped first where the terminal is narrow.
    priority: u8,
    /// The text of a variant's cell; `None` where the variant has no such figure. A column without any
    /// cell is left out.
    cell: fn(&VariantSummary, &Context<'_>) -> Option<String>,
}

impl ColumnDef {
    const fn words(
        title: &'static str,
        priority: u8,
        cell: fn(&VariantSummary, &Context<'_>) -> Option<String>,
    ) -> ColumnDef {
        ColumnDef {
            title,
            align: Align::Left,
            priority,
            cell,
        }
    }

    const fn number(
        title: &'static str,
        priority: u8,
        cell: fn(&VariantSummary, &Context<'_>) -> Option<String>,
    ) -> ColumnDef {
        ColumnDef {
            title,
            align: Align::Right,
            priority,
            cell,
        }
    }

    fn column(&self, variants: &[VariantSummary], context: &Context<'_>) -> Column {
        Column {
            title: self.title,
            right: self.align == Align::Right,
            worth: self.priority,
            cells: variants
                .iter()
                .map(|variant| (self.cell)(variant, context).unwrap_or_default())
                .collect(),
        }
    }
}

/// The columns of every table.
const ALWAYS: [ColumnDef; 2] = [
    ColumnDef::words("variant", 99, name),
    ColumnDef::number("time", 98, |v, _| time(v)),
];
/// The columns of runs whose times count. Ratios and verdicts have the highest priority because they are
/// what a comparison is made for; latencies come in three kinds, of which a workload has one.
const MEASURED: [ColumnDef; 16] = [
    ColumnDef::number("ratio", 97, shown_ratio),
    ColumnDef::words("verdict", 96, |v, _| v.ratio.as_ref().and_then(sign)),
    ColumnDef::number("tasks/s", 60, tasks_per_second),
    ColumnDef::number("p50 closed", 55, |v, context| closed(v, context, v.p50_ns)),
    ColumnDef::number("p99 closed", 70, |v, context| closed(v, context, v.p99_ns)),
    ColumnDef::number("p50 pulse", 95, |v, context| pulse(context, v.p50_ns)),
    ColumnDef::number("p90 pulse", 71, |v, context| pulse(context, v.p90_ns)),
    ColumnDef::number("p99 pulse", 72, |v, context| pulse(context, v.p99_ns)),
    ColumnDef::number("p50 open", 55, |v, _| open(v, v.p50_ns)),
    ColumnDef::number("p99 open", 70, |v, _| open(v, v.p99_ns)),
    ColumnDef::number("late starts", 58, |v, _| {
        Some(percent_to_tenth(v.punctuality?.late_starts))
    }),
    ColumnDef::number("in time", 59, |v, _| {
        Some(percent_to_tenth(v.punctuality?.completed_in_time))
    }),
    ColumnDef::number("CPU/task", 80, |v, _| shown(v.cpu_per_task_ns, duration)),
    ColumnDef::number("memory", 75, |v, _| memory(v)),
    ColumnDef::number("switches", 50, |v, _| shown(v.switches, count)),
    ColumnDef::number("start-up", 45, |v, _| shown(v.start_up_ns, duration)),
];
/// The columns where only answers count.
const ANSWERED: [ColumnDef; 2] = [
    ColumnDef::words("answer", 97, |v, _| v.time_ns.map(|_| "right".to_owned())),
    ColumnDef::number("tasks", 60, |v, _| v.time_ns.map(|_| v.tasks.to_string())),
];
/// The columns about the concurrency that a variant had.
const LANES: [ColumnDef; 2] = [
    ColumnDef::number("in flight", 65, lanes),
    ColumnDef::number("alive", 40, |v, _| {
        v.alive_at_once.map(|alive| alive.to_string())
    }),
];

/// The columns of a workload, those without any cell included.
pub(crate) fn columns(
    summary: &WorkloadSummary,
    reference: &str,
    lanes: u64,
    measures: bool,
) -> Vec<Column> {
    let context = Context {
        reference,
        lanes,
        measures,
        compared: summary.compared,
    };
    let middle: &[ColumnDef] = if measures { &MEASURED } else { &ANSWERED };
    ALWAYS
        .iter()
        .chain(middle)
        .chain(&LANES)
        .map(|definition| definition.column(&summary.variants, &context))
        .collect()
}

/// The throughput, unless a service sets the pace: then it says nothing about the variant.
fn tasks_per_second(summary: &VariantSummary, context: &Context<'_>) -> Option<String> {
    if context.is_paced() {
        return None;
    }
    shown(summary.tasks_per_second, count)
}

/// A latency of a closed loop, from when the task was handed to the model.
fn closed(
    summary: &VariantSummary,
    context: &Context<'_>,
    latency: Option<Estimate>,
) -> Option<String> {
    // A latency means something else in each kind of loop, so that it never stands under the title
    // of another.
    if context.is_paced() || summary.punctuality.is_some() {
        return None;
    }
    shown(latency, duration)
}

/// The latency of a pulse that a service sends, from when it was due or until it came back.
fn pulse(context: &Context<'_>, latency: Option<Estimate>) -> Option<String> {
    // Shown with its interval, because it is the figure that ratios are of.
    latency
        .filter(|_| context.is_paced())
        .map(|latency| duration_with(latency.median, latency.interval))
}

/// A latency of an open loop, from when the task ought to have started.
fn open(summary: &VariantSummary, latency: Option<Estimate>) -> Option<String> {
    summary.punctuality?;
    shown(latency, duration)
}

/// The lanes that a variant had, marked where they are not what was wanted.
fn lanes(summary: &VariantSummary, context: &Context<'_>) -> Option<String> {
    summary.time_ns?;
    let mark = if summary.in_flight == context.lanes {
        ""
    } else {
        "*"
    };
    Some(format!("{mark}{}", summary.in_flight))
}

fn name(summary: &VariantSummary, context: &Context<'_>) -> Option<String> {
    // Without times nothing is compared, and no variant is the reference of anything.
    if context.measures && summary.variant == context.reference {
        Some(format!("{} (reference)", summary.variant))
    } else {
        Some(summary.variant.clone())
    }
}

/// The time of a run. A failure takes its place, because the times of a variant that failed do not
/// count even where it has some.
fn time(summary: &VariantSummary) -> Option<String> {
    match (&summary.failed, summary.time_ns) {
        (Some(failed), _) => Some(failed.failure.kind.word().to_owned()),
        (None, Some(time)) => Some(duration_with(time.median, time.interval)),
        (None, None) => Some("skipped".to_owned()),
    }
}

fn shown_ratio(summary: &VariantSummary, context: &Context<'_>) -> Option<String> {
    match &summary.ratio {
        Some(measured) => Some(ratio(measured.ratio, measured.interval)),
        None if summary.variant == context.reference && summary.time_ns.is_some() => {
            Some("1".to_owned())
        }
        None => None,
    }
}

/// The sign of a verdict; after `?` come the blocks that would settle it.
fn sign(ratio: &Ratio) -> Option<String> {
    let judged = ratio.judged.as_ref()?;
    Some(match judged.more_blocks {
        Some(more) => format!("{} {more} more", judged.sign),
        None => judged.sign.clone(),
    })
}

fn memory(summary: &VariantSummary) -> Option<String> {
    Some(match summary.memory.as_ref()? {
        Memory::Bytes(read) => bytes(*read),
        Memory::Unavailable(_) => "n/a".to_owned(),
    })
}

fn shown(estimate: Option<Estimate>, format: fn(f64) -> String) -> Option<String> {
    estimate.map(|estimate| format(estimate.median))
}
