//! The columns of a workload's table: what each shows, and how dear it is when the terminal is
//! narrow. Laying them out is left to `table`.

use crate::open_loop::percent;
use results::{Compared, Estimate, Memory, Ratio, VariantSummary, WorkloadSummary};
use terminal::{Column, bytes, count, duration, duration_with, ratio};

/// What a cell may need beside its variant.
struct Context<'a> {
    reference: &'a str,
    /// Lanes that were wanted of everybody.
    lanes: u64,
    /// Whether times count; where not, answers are all there is to show.
    measures: bool,
    compared: Compared,
}

impl Context<'_> {
    /// Whether a service sets the time.
    fn is_paced(&self) -> bool {
        self.compared == Compared::MedianLatency
    }
}

/// How one cell is made.
type Cell = fn(&VariantSummary, &Context<'_>) -> Option<String>;

/// Title, whether it is aligned to the right, worth, cell.
type Definition = (&'static str, bool, u8, Cell);

/// What is known of every run.
const ALWAYS: [Definition; 2] = [
    ("variant", false, 99, |v, context| Some(name(v, context))),
    ("time", true, 98, |v, _| time(v)),
];
/// What is worth showing of runs whose times count.
const MEASURED: [Definition; 16] = [
    ("ratio", true, 97, |v, context| {
        shown_ratio(v, context.reference)
    }),
    ("verdict", false, 96, |v, _| v.ratio.as_ref().and_then(sign)),
    ("tasks/s", true, 60, |v, context| {
        shown(v.tasks_per_second.filter(|_| !context.is_paced()), count)
    }),
    ("p50 closed", true, 55, |v, context| {
        closed(v, context, v.p50_ns)
    }),
    ("p99 closed", true, 70, |v, context| {
        closed(v, context, v.p99_ns)
    }),
    ("p50 pulse", true, 95, |v, context| pulse(context, v.p50_ns)),
    ("p90 pulse", true, 71, |v, context| pulse(context, v.p90_ns)),
    ("p99 pulse", true, 72, |v, context| pulse(context, v.p99_ns)),
    ("p50 open", true, 55, |v, _| open(v, v.p50_ns)),
    ("p99 open", true, 70, |v, _| open(v, v.p99_ns)),
    ("late starts", true, 58, |v, _| {
        v.punctuality.map(|found| percent(found.late_starts))
    }),
    ("in time", true, 59, |v, _| {
        v.punctuality.map(|found| percent(found.completed_in_time))
    }),
    ("CPU/task", true, 80, |v, _| {
        shown(v.cpu_per_task_ns, duration)
    }),
    ("memory", true, 75, |v, _| memory(v)),
    ("switches", true, 50, |v, _| shown(v.switches, count)),
    ("start-up", true, 45, |v, _| shown(v.start_up_ns, duration)),
];
/// What is worth showing where only answers count.
const ANSWERED: [Definition; 2] = [
    ("answer", false, 97, |v, _| {
        v.time_ns.map(|_| "right".to_owned())
    }),
    ("tasks", true, 60, |v, _| {
        v.time_ns.map(|_| v.tasks.to_string())
    }),
];
/// What belongs to the workload.
const LANES: [Definition; 2] = [
    ("in flight", true, 65, lanes),
    ("alive", true, 40, |v, _| {
        v.alive_at_once.map(|alive| alive.to_string())
    }),
];

/// The columns of a workload. Those without any cell are left out by the layout.
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
    let column = |(title, right, worth, cell): Definition| {
        let cells = summary
            .variants
            .iter()
            .map(|v| cell(v, &context).unwrap_or_default());
        Column {
            title,
            right,
            worth,
            cells: cells.collect(),
        }
    };
    let middle: &[Definition] = if measures { &MEASURED } else { &ANSWERED };
    let all = ALWAYS.iter().chain(middle).chain(&LANES);
    all.copied().map(column).collect()
}

/// A latency of a closed loop: from when the task was handed to the model.
fn closed(
    summary: &VariantSummary,
    context: &Context<'_>,
    latency: Option<Estimate>,
) -> Option<String> {
    match summary.punctuality {
        _ if context.is_paced() => None,
        Some(_) => None,
        None => shown(latency, duration),
    }
}

/// The latency of what a service sends: from when it was due, or until it came back.
fn pulse(context: &Context<'_>, latency: Option<Estimate>) -> Option<String> {
    latency
        .filter(|_| context.is_paced())
        .map(|found| duration_with(found.median, found.interval))
}

/// A latency of an open loop: from when the task ought to have started.
fn open(summary: &VariantSummary, latency: Option<Estimate>) -> Option<String> {
    summary.punctuality.and_then(|_| shown(latency, duration))
}

/// Marked where it is not what was wanted.
fn lanes(summary: &VariantSummary, context: &Context<'_>) -> Option<String> {
    summary.time_ns?;
    let mark = if summary.in_flight == context.lanes {
        ""
    } else {
        "*"
    };
    Some(format!("{mark}{}", summary.in_flight))
}

fn name(summary: &VariantSummary, context: &Context<'_>) -> String {
    match context.measures && summary.variant == context.reference {
        true => format!("{} (reference)", summary.variant),
        false => summary.variant.clone(),
    }
}

/// A failure takes the place of the time that it never gave.
fn time(summary: &VariantSummary) -> Option<String> {
    match (&summary.failed, summary.time_ns) {
        (Some(failed), _) => Some(failed.failure.kind.word().to_owned()),
        (None, Some(time)) => Some(duration_with(time.median, time.interval)),
        (None, None) => Some("not run".to_owned()),
    }
}

fn shown_ratio(summary: &VariantSummary, reference: &str) -> Option<String> {
    match &summary.ratio {
        Some(found) => Some(ratio(found.ratio, found.interval)),
        None => (summary.variant == reference && summary.time_ns.is_some()).then(|| "1".to_owned()),
    }
}

/// The sign, and after `?` the blocks that would settle it.
fn sign(ratio: &Ratio) -> Option<String> {
    let judged = ratio.judged.as_ref()?;
    Some(match judged.more_blocks {
        Some(more) => format!("{} +{more}", judged.sign),
        None => judged.sign.clone(),
    })
}

fn memory(summary: &VariantSummary) -> Option<String> {
    Some(match summary.memory.as_ref()? {
        Memory::Bytes(found) => bytes(*found),
        Memory::Unavailable(_) => "n/a".to_owned(),
    })
}

fn shown(estimate: Option<Estimate>, how: fn(f64) -> String) -> Option<String> {
    estimate.map(|estimate| how(estimate.median))
}
