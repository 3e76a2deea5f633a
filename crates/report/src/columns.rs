//! The columns of a workload's table: what each shows, in which order, and which of them a narrow terminal
//! gives up first.

use protocol::counts;
use results::{Metric, VariantSummary, WorkloadSummary};
use terminal::{Column, count, duration};

use crate::cells::{
    count_of, judged_ratio, latency, memory, name, pulse, shown, tasks_per_second, time,
};
use crate::open_loop::percent_to_tenth;
use crate::view::View;

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
    cell: fn(&VariantSummary, &View<'_>) -> Option<String>,
}

impl ColumnDef {
    const fn words(
        title: &'static str,
        priority: u8,
        cell: fn(&VariantSummary, &View<'_>) -> Option<String>,
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
        cell: fn(&VariantSummary, &View<'_>) -> Option<String>,
    ) -> ColumnDef {
        ColumnDef {
            title,
            align: Align::Right,
            priority,
            cell,
        }
    }

    fn column(&self, variants: &[VariantSummary], view: &View<'_>) -> Column {
        Column {
            title: self.title,
            right: self.align == Align::Right,
            worth: self.priority,
            cells: variants
                .iter()
                .map(|variant| (self.cell)(variant, view).unwrap_or_default())
                .collect(),
        }
    }
}

/// The columns at this importance and above are never left out for want of width while another form of
/// the cells still fits.
pub(crate) const ESSENTIAL: u8 = 70;

const VARIANT: ColumnDef = ColumnDef::words("variant", 99, name);
const TIME: ColumnDef = ColumnDef::number("time", 97, time);
/// The columns of runs whose times count. Verdicts with their ratios come first because they are what a
/// comparison is made for; latencies come in two kinds, of which a workload has one.
const MEASURED: [ColumnDef; 20] = [
    VARIANT,
    ColumnDef::number("time ratio", 98, |v, view| {
        judged_ratio(v, view, Metric::TimePerTask)
    }),
    ColumnDef::number("latency ratio", 98, |v, view| {
        judged_ratio(v, view, Metric::MedianLatency)
    }),
    ColumnDef::number("CPU ratio", 98, |v, view| {
        judged_ratio(v, view, Metric::CpuPerTask)
    }),
    TIME,
    ColumnDef::number("CPU/task", 90, |v, _| shown(v.cpu_per_task_ns, duration)),
    ColumnDef::number("p50 pulse", 95, |v, view| pulse(view, v.p50_ns)),
    ColumnDef::number("p90 pulse", 60, |v, view| pulse(view, v.p90_ns)),
    ColumnDef::number("p99 pulse", 80, |v, view| pulse(view, v.p99_ns)),
    ColumnDef::number("p50", 65, |v, view| latency(v, view, v.p50_ns)),
    ColumnDef::number("p99", 80, |v, view| latency(v, view, v.p99_ns)),
    ColumnDef::number("memory", 75, memory),
    ColumnDef::number("late starts", 62, |v, _| {
        Some(percent_to_tenth(v.punctuality?.late_starts))
    }),
    ColumnDef::number("in time", 63, |v, _| {
        Some(percent_to_tenth(v.punctuality?.completed_in_time))
    }),
    ColumnDef::number(counts::LOST, 69, |v, _| count_of(v, counts::LOST)),
    ColumnDef::number(counts::OUT_OF_ORDER, 69, |v, _| {
        count_of(v, counts::OUT_OF_ORDER)
    }),
    ColumnDef::number(counts::OWNER_CHANGES, 52, |v, _| {
        count_of(v, counts::OWNER_CHANGES)
    }),
    ColumnDef::number("tasks/s", 55, tasks_per_second),
    ColumnDef::number("switches", 50, |v, _| shown(v.switches, count)),
    ALIVE,
];
/// The columns where only answers count.
const ANSWERED: [ColumnDef; 4] = [
    VARIANT,
    ColumnDef::words("answer", 97, |v, _| v.time_ns.map(|_| "right".to_owned())),
    TIME,
    ColumnDef::number("tasks", 60, |v, _| v.time_ns.map(|_| v.tasks.to_string())),
];
const ALIVE: ColumnDef = ColumnDef::number("alive", 40, |v, _| {
    v.alive_at_once.map(|alive| alive.to_string())
});
/// The columns that few readers need.
const FURTHER: [ColumnDef; 4] = [
    ColumnDef::number("p90", 58, |v, view| latency(v, view, v.p90_ns)),
    ColumnDef::number("p99.9", 59, |v, view| latency(v, view, v.p999_ns)),
    ColumnDef::number("start-up", 45, |v, _| shown(v.start_up_ns, duration)),
    ColumnDef::number("in flight", 64, |v, _| {
        v.time_ns.map(|_| v.in_flight.to_string())
    }),
];

/// Whether no table is read without the column of this head.
pub(crate) fn is_essential(title: &str) -> bool {
    MEASURED
        .iter()
        .any(|definition| definition.title == title && definition.priority >= ESSENTIAL)
}

/// The columns of a workload, those without any cell included.
pub(crate) fn columns(summary: &WorkloadSummary, view: &View<'_>) -> Vec<Column> {
    let main: &[ColumnDef] = if view.measures { &MEASURED } else { &ANSWERED };
    let further: &[ColumnDef] = if view.verbose { &FURTHER } else { &[] };
    main.iter()
        .chain(further)
        .map(|definition| definition.column(&summary.variants, view))
        .collect()
}

/// The heads of all columns that a table may have.
#[cfg(test)]
pub(crate) fn heads() -> Vec<&'static str> {
    let all = MEASURED.iter().chain(&ANSWERED).chain(&FURTHER);
    all.map(|definition| definition.title).collect()
}
