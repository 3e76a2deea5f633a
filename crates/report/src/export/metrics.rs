//! Every figure by name and unit: those of one run, for readers who compute their own statistics, and
//! those of a variant, as the tables show them.

use protocol::OpenLoop;
use results::{
    Estimate, Measured, Memory, MemorySummary, Others, Run, TASKS_FOR_P999, VariantSummary,
    percentile,
};

/// A figure of one run.
pub(super) struct RunMetric {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    /// `None` where the run has no such figure.
    pub(super) value: fn(&Run, &Measured) -> Option<f64>,
}

const fn run(
    name: &'static str,
    unit: &'static str,
    value: fn(&Run, &Measured) -> Option<f64>,
) -> RunMetric {
    RunMetric { name, unit, value }
}

/// The metrics of a run: first what was read, then what is computed from it.
pub(super) const RUN_METRICS: &[RunMetric] = &[
    run("time", "ns", |_, m| whole(m.done.elapsed_ns)),
    run("cpu", "ns", |_, m| whole(m.done.cpu_ns)),
    run("origin_cpu", "ns", |r, _| r.origin_cpu_ns.and_then(whole)),
    run("switches_voluntary", "1", |_, m| {
        whole(m.done.switches.voluntary)
    }),
    run("switches_involuntary", "1", |_, m| {
        whole(m.done.switches.involuntary)
    }),
    run("memory", "B", |_, m| match m.memory {
        Some(Memory::Bytes(bytes)) => whole(bytes),
        _ => None,
    }),
    run("vm_hwm", "B", |_, m| m.done.vm_hwm_bytes.and_then(whole)),
    run("threads", "1", |_, m| whole(m.done.threads)),
    run("processes", "1", |_, m| whole(m.done.processes)),
    run("alive_at_once", "1", |_, m| {
        m.done.alive_at_once.and_then(whole)
    }),
    run("start_up", "ns", |_, m| whole(m.start_up_ns)),
    run("connect", "ns", |_, m| whole(m.ready.connect_ns)),
    run("warm_up", "ns", |_, m| whole(m.ready.warm_up_ns)),
    run("shut_down", "ns", |_, m| whole(m.done.shut_down_ns)),
    run("wall", "ns", |_, m| whole(m.wall_ns)),
    run("late_starts", "1", |_, m| open(m, |o| o.late_starts)),
    run("completed_in_time", "1", |_, m| {
        open(m, |o| o.completed_in_time)
    }),
    run("generator_late", "1", |_, m| open(m, |o| o.generator_late)),
    run("pacing_cpu", "ns", |_, m| open(m, |o| o.pacing_cpu_ns)),
    run("others_cpu", "ns", |r, _| match r.others {
        Others::Had { busy_ns, .. } => whole(busy_ns),
        Others::Unavailable(_) => None,
    }),
    run("steal", "ticks", |r, _| r.steal_ticks.and_then(whole)),
    run("load", "1", |r, _| r.load),
    run("latency_p50", "ns", |_, m| latency(m, 0.5)),
    run("latency_p90", "ns", |_, m| latency(m, 0.9)),
    run("latency_p99", "ns", |_, m| latency(m, 0.99)),
    run("latency_p999", "ns", |_, m| {
        latency(m, 0.999).filter(|_| m.done.tasks >= TASKS_FOR_P999)
    }),
    run("latency_max", "ns", |_, m| latency(m, 1.0)),
    run("time_per_task", "ns", |_, m| per_task(m, m.done.elapsed_ns)),
    run("cpu_per_task", "ns", |_, m| per_task(m, m.done.cpu_ns)),
];

/// A figure of a variant at a workload.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) bigger_is_better: bool,
    /// `None` where the variant has no such figure.
    pub(super) value: fn(&VariantSummary) -> Option<Estimate>,
}

const fn smaller(
    name: &'static str,
    unit: &'static str,
    value: fn(&VariantSummary) -> Option<Estimate>,
) -> Figure {
    Figure {
        name,
        unit,
        bigger_is_better: false,
        value,
    }
}

/// The figures that trends are drawn from. `latency` and `throughput` are the names of Bencher's own
/// measures, which it knows how to draw.
pub(super) const FIGURES: &[Figure] = &[
    smaller("latency", "ns", |v| v.p50_ns),
    smaller("latency-p99", "ns", |v| v.p99_ns),
    smaller("latency-p999", "ns", |v| v.p999_ns),
    Figure {
        name: "throughput",
        unit: "tasks/s",
        bigger_is_better: true,
        value: |v| v.tasks_per_second,
    },
    smaller("time", "ns", |v| v.time_ns),
    smaller("cpu-per-task", "ns", |v| v.cpu_per_task_ns),
    smaller("memory", "B", memory),
    smaller("start-up", "ns", |v| v.start_up_ns),
];

/// The memory, whose interval is there from 6 runs on; a range is no interval.
fn memory(variant: &VariantSummary) -> Option<Estimate> {
    let known = variant.memory.as_ref().and_then(MemorySummary::known)?;
    Some(Estimate {
        median: known.bytes as f64,
        interval: known
            .interval
            .map(|(lower, upper)| (lower as f64, upper as f64)),
        n: known.runs,
    })
}

/// An integer as a number, exact up to 2⁵³, which is 104 days in nanoseconds.
fn whole(value: u64) -> Option<f64> {
    Some(value as f64)
}

/// A count of an open loop; `None` in a closed one.
fn open(measured: &Measured, count: fn(&OpenLoop) -> u64) -> Option<f64> {
    measured.done.open.as_ref().map(count).and_then(whole)
}

fn per_task(measured: &Measured, ns: u64) -> Option<f64> {
    Some(ns as f64 / measured.done.tasks.max(1) as f64)
}

fn latency(measured: &Measured, fraction: f64) -> Option<f64> {
    percentile(&measured.done.latency, fraction).and_then(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_told_apart_and_short_enough_for_bencher() {
        let run: BTreeSet<&str> = RUN_METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(run.len(), RUN_METRICS.len());
        let figures: BTreeSet<&str> = FIGURES.iter().map(|figure| figure.name).collect();
        assert_eq!(figures.len(), FIGURES.len());
        assert!(figures.iter().all(|name| name.len() <= 64));
    }
}
