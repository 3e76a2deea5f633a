//! What a run states that it used, held against what the kernel counts of its processes.

use std::time::Duration;

use protocol::{Elsewhere, Step};
use terminal::{bytes, counted, duration_of};

use super::claim::Claim;
use crate::seen::Barrier;

/// The error of counting processor time in steps of 10 ms, of four counters and a bit.
const CPU_ERROR_NS: f64 = 50e6;
/// The relative error of a processor time.
const CPU_ERROR: f64 = 0.02;
/// Switches that a coarse or late reading may be wrong by.
const SWITCHES_ERROR: u64 = 100;
/// Memory that a program may take after its last barrier, to make its answer.
const LATER_BYTES: u64 = 64 << 20;
/// The most processors that Linux is built for.
const MOST_PROCESSORS: u64 = 8192;

/// What cannot have been used, in words.
pub(super) fn broken(claim: &Claim<'_>) -> Option<String> {
    elsewhere(claim)
        .or_else(|| too_much_cpu(claim))
        .or_else(|| too_little_cpu(claim))
        .or_else(|| switches(claim))
        .or_else(|| threads(claim))
        .or_else(|| at_barrier(claim, claim.seen.barrier?))
        .or_else(|| alive_at_once(claim))
        .or_else(|| run_queue_wait(claim))
}

/// What is stated of other machines, where no tool looks. Each has a process with a lane there, or the one that deals
/// tasks.
fn elsewhere(claim: &Claim<'_>) -> Option<String> {
    let Elsewhere { hosts, processors } = claim.ready.elsewhere?;
    if !claim.bounds.spans_hosts {
        let problem = "`ready.elsewhere` is there, and the `model.toml` does not say `spans_hosts`";
        return Some(problem.to_owned());
    }
    let is_possible = (1..=claim.lanes().saturating_add(1)).contains(&hosts)
        && (hosts..=hosts.saturating_mul(MOST_PROCESSORS)).contains(&processors);
    (!is_possible).then(|| {
        format!(
            "{} on {} elsewhere, with {}",
            counted(processors, "processor"),
            counted(hosts, "host"),
            counted(claim.lanes(), "lane")
        )
    })
}

/// The processor time that is stated, that of pacing included, in nanoseconds.
fn stated_cpu(claim: &Claim<'_>) -> u64 {
    let pacing = claim.done.open.map_or(0, |open| open.pacing_cpu_ns);
    claim.done.cpu_ns.saturating_add(pacing)
}

fn too_much_cpu(claim: &Claim<'_>) -> Option<String> {
    let stated = stated_cpu(claim);
    let elapsed = claim.done.elapsed_ns;
    let there = claim.processors_elsewhere();
    if let Some(used) = claim.seen.used {
        let before = claim.seen.cpu_at_go.map_or(0, |range| range.least_ns);
        let counted = used.cpu_ns.saturating_sub(before);
        // What other machines gave, no kernel here has counted.
        if stated as f64 > with_error(counted as f64 + elapsed as f64 * there as f64) {
            let (stated, counted) = (duration_of(stated), duration_of(counted));
            return Some(format!(
                "used {stated} of CPU, and the kernel counts {counted} since `go`"
            ));
        }
    }
    let processors = claim.seen.processors?.saturating_add(there);
    (stated as f64 > with_error(elapsed as f64 * processors as f64)).then(|| {
        let (stated, elapsed) = (duration_of(stated), duration_of(elapsed));
        format!(
            "used {stated} of CPU in {elapsed} on {}",
            counted(processors, "processor")
        )
    })
}

/// The most that a processor time of so many nanoseconds may be stated as.
fn with_error(nanos: f64) -> f64 {
    nanos * (1.0 + CPU_ERROR) + CPU_ERROR_NS
}

/// What the kernel counts since `go` was used in the measured time, or in the rest of the time until the
/// end, in which it is at most what all processors give.
fn too_little_cpu(claim: &Claim<'_>) -> Option<String> {
    let seen = claim.seen;
    let processors = seen.processors?;
    let since_go = seen.used?.cpu_ns.saturating_sub(seen.cpu_at_go?.most_ns);
    let elapsed = Duration::from_nanos(claim.done.elapsed_ns);
    let elsewhere =
        seen.clock?.until_end.saturating_sub(elapsed).as_nanos() as f64 * processors as f64;
    let least = since_go as f64 - elsewhere;
    let stated = stated_cpu(claim);
    // Half, because the cost of reading the meters is taken off, and that of one reading varies.
    ((stated as f64) < least / 2.0 - CPU_ERROR_NS).then(|| {
        let (stated, since_go) = (duration_of(stated), duration_of(since_go));
        format!("used {stated} of CPU, and the kernel counts {since_go} since `go`")
    })
}

fn switches(claim: &Claim<'_>) -> Option<String> {
    // Of those on other machines there is no bound.
    if claim.ready.elsewhere.is_some() {
        return None;
    }
    let (stated, used) = (claim.done.switches, claim.seen.used?);
    [
        ("voluntary", stated.voluntary, used.voluntary),
        ("involuntary", stated.involuntary, used.involuntary),
    ]
    .into_iter()
    .find(|(_, stated, counted)| *stated > counted.saturating_add(SWITCHES_ERROR))
    .map(|(kind, stated, counted)| {
        format!("{stated} {kind} switches, and the kernel counts {counted} in all")
    })
}

/// The program is a process itself, and every process has a thread.
fn threads(claim: &Claim<'_>) -> Option<String> {
    let (threads, processes) = (claim.done.threads, claim.done.processes);
    if processes == 0 {
        return Some("`processes` is 0, and the program is one".to_owned());
    }
    (threads < processes).then(|| {
        format!(
            "{} in {}",
            counted(threads, "thread"),
            counted(processes, "process")
        )
    })
}

fn at_barrier(claim: &Claim<'_>, barrier: Barrier) -> Option<String> {
    let done = claim.done;
    if done.processes < barrier.processes {
        let (stated, seen) = (done.processes, barrier.processes);
        return Some(format!(
            "{}, and {seen} alive at the last barrier",
            counted(stated, "process")
        ));
    }
    // Half, because a runtime may start threads of its own after the program has counted them.
    if done.threads < barrier.threads / 2 {
        let (stated, seen) = (done.threads, barrier.threads);
        return Some(format!(
            "{}, and {seen} alive at the last barrier",
            counted(stated, "thread")
        ));
    }
    let (stated, seen) = (done.vm_hwm_bytes?, barrier.vm_hwm_bytes?);
    // Half, because a program may read its peak before its last barrier.
    let is_possible =
        (seen / 2..=seen.saturating_mul(2).saturating_add(LATER_BYTES)).contains(&stated);
    (!is_possible).then(|| {
        let (stated, seen) = (bytes(stated), bytes(seen));
        format!("a peak of {stated}, and it is {seen} at the last barrier")
    })
}

/// Only tasks that wait on the model's own timer can be counted while they do.
fn alive_at_once(claim: &Claim<'_>) -> Option<String> {
    let alive = claim.done.alive_at_once?;
    let most = claim.lanes().min(claim.done.tasks);
    if alive > most {
        return Some(format!(
            "{} alive at once, with {}",
            counted(alive, "task"),
            counted(most, "lane")
        ));
    }
    let steps = &claim.bounds.workload.steps;
    let waits = steps.iter().any(|step| matches!(step, Step::Wait(_)));
    (!waits).then(|| {
        format!(
            "{} alive at once, and no task has a `wait` step",
            counted(alive, "waiting task")
        )
    })
}

fn run_queue_wait(claim: &Claim<'_>) -> Option<String> {
    let stated = claim.done.run_queue_wait_ns?;
    let clock = claim.seen.clock?;
    let lifetime = clock.until_ready + clock.until_done;
    let threads = claim.done.threads;
    (stated as f64 > lifetime.as_nanos() as f64 * threads as f64).then(|| {
        let stated = duration_of(stated);
        format!(
            "waited {stated} for a processor, with {}",
            counted(threads, "thread")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Case, MS, closed, counter, http, open, spanning};
    use super::*;

    type Lie = fn(&mut Case);

    #[test]
    fn what_the_kernel_has_not_counted_was_not_used() {
        let liars: [(Lie, &str); 6] = [
            (
                |c| c.done.cpu_ns = 95 * MS,
                "used 95.0 ms of CPU, and the kernel counts 40.0 ms",
            ),
            (
                |c| c.done.cpu_ns = u64::MAX,
                "of CPU, and the kernel counts 40.0 ms since `go`",
            ),
            (
                |c| {
                    c.seen.used.as_mut().unwrap().cpu_ns *= 10;
                    c.done.cpu_ns = 140 * MS;
                },
                "used 140 ms of CPU in 41.0 ms on 2 processors",
            ),
            (
                |c| c.done.switches.voluntary = 501,
                "501 voluntary switches, and the kernel counts 400",
            ),
            (
                |c| c.done.switches.involuntary = 131,
                "131 involuntary switches, and the kernel",
            ),
            (
                |c| c.done.run_queue_wait_ns = Some(900 * MS),
                "waited 900 ms for a processor",
            ),
        ];
        for (lie, expected) in liars {
            closed().refuses(lie, expected);
        }
        let pacing: Lie = |c| c.done.open.as_mut().unwrap().pacing_cpu_ns = 65 * MS;
        open().refuses(pacing, "used 95.0 ms of CPU, and the kernel counts 40.0 ms");
    }

    #[test]
    fn what_the_kernel_has_counted_was_used() {
        // A second of computing of which 4 ms at most were outside the measured time.
        let busy: Lie = |c| {
            c.done.elapsed_ns = 1_000 * MS;
            c.clock().until_done = Duration::from_millis(1001);
            c.clock().until_end = Duration::from_millis(1002);
            c.seen.used.as_mut().unwrap().cpu_ns = 1_000 * MS;
            c.done.cpu_ns = 0;
        };
        closed().refuses(
            busy,
            "used 0 ns of CPU, and the kernel counts 920 ms since `go`",
        );
        // Or the program took long to shut down.
        closed().believes(|c| {
            c.done.elapsed_ns = 500 * MS;
            c.done.shut_down_ns = 500 * MS;
            c.clock().until_done = Duration::from_millis(1001);
            c.clock().until_end = Duration::from_millis(1002);
            c.seen.used.as_mut().unwrap().cpu_ns = 1_000 * MS;
            c.done.cpu_ns = 0;
        });
        closed().believes(|c| c.done.cpu_ns = 0);
    }

    #[test]
    fn other_machines_give_what_their_processors_can_and_only_to_who_may_have_them() {
        // 40 ms are counted here, and 82 ms are what the other two processors have.
        spanning().believes(|c| c.done.cpu_ns = 120 * MS);
        spanning().believes(|c| c.done.switches.voluntary = 50_000);
        let liars: [(Lie, &str); 5] = [
            (
                |c| c.done.cpu_ns = 190 * MS,
                "used 190 ms of CPU, and the kernel counts 40.0 ms",
            ),
            (
                |c| {
                    c.seen.used = None;
                    c.done.cpu_ns = 230 * MS;
                },
                "used 230 ms of CPU in 41.0 ms on 4 processors",
            ),
            (|c| c.spans_hosts = false, "does not say `spans_hosts`"),
            (
                |c| {
                    c.ready.elsewhere = Some(Elsewhere {
                        hosts: 7,
                        processors: 7,
                    });
                },
                "7 processors on 7 hosts elsewhere, with 5 lanes",
            ),
            (
                |c| c.ready.elsewhere.as_mut().unwrap().processors = u64::MAX,
                "on 1 host elsewhere",
            ),
        ];
        for (lie, expected) in liars {
            spanning().refuses(lie, expected);
        }
    }

    #[test]
    fn processes_and_threads_are_those_that_are_seen() {
        let liars: [(Lie, &str); 7] = [
            (|c| c.done.processes = 0, "`processes` is 0"),
            (|c| c.done.threads = 0, "0 threads in 3 processes"),
            (|c| c.done.threads = 2, "2 threads in 3 processes"),
            (
                |c| c.done.processes = 2,
                "2 processes, and 3 alive at the last barrier",
            ),
            (
                |c| c.done.threads = 3,
                "3 threads, and 8 alive at the last barrier",
            ),
            (|c| c.done.vm_hwm_bytes = Some(4 << 20), "a peak of 4"),
            (|c| c.done.vm_hwm_bytes = Some(1 << 30), "a peak of 1"),
        ];
        for (lie, expected) in liars {
            closed().refuses(lie, expected);
        }
        closed().believes(|c| c.done.vm_hwm_bytes = None);
        closed().believes(|c| {
            (c.done.processes, c.done.threads) = (1, 1);
            c.seen.barrier = None;
        });
    }

    #[test]
    fn no_more_tasks_are_alive_than_there_are_lanes() {
        closed().refuses(
            |c| c.done.alive_at_once = Some(6),
            "6 tasks alive at once, with 5 lanes",
        );
        for case in [http(), counter()] {
            case.refuses(
                |c| c.done.alive_at_once = Some(5),
                "and no task has a `wait` step",
            );
        }
        closed().believes(|c| c.done.alive_at_once = None);
    }
}
