//! Runs that can be followed by hand.

use super::*;
use crate::kind::Kind;
use crate::segment::{Segment, Service};

/// Nothing costs anything beside the segments.
pub(super) fn free() -> Costs {
    Costs {
        wakes: [Wake::default(); 5],
        reaction: 0.0,
        deep_reaction: 0.0,
        waking: 0.0,
        interrupt: 0.0,
        protected: 1e-4,
        ahead: 1e-4,
        look: 0.0,
        parent: 0.0,
        crowded: 0.0,
        stall: 0.0,
    }
}

/// A hundred tasks on one lane.
pub(super) fn plan<'a>(variant: &str, segments: &'a [Segment]) -> Plan<'a> {
    Plan {
        cores: 2,
        elsewhere: 0,
        kind: Kind::of(variant).unwrap(),
        lanes: 1,
        tasks: 100,
        marks: [0; 2],
        part: 1.0,
        arrivals: None,
        segments,
    }
}

pub(super) fn run(variant: &str, lanes: usize, tasks: u64, segments: &[Segment]) -> Outcome {
    run_on((2, 0), variant, (lanes, tasks), segments)
}

pub(super) fn run_on(
    (cores, elsewhere): (usize, usize),
    variant: &str,
    (lanes, tasks): (usize, u64),
    segments: &[Segment],
) -> Outcome {
    let plan = Plan {
        cores,
        elsewhere,
        lanes,
        tasks,
        ..plan(variant, segments)
    };
    simulate(&plan, &free())
}

#[track_caller]
pub(super) fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-3 * expected,
        "{found} is not {expected}"
    );
}

#[test]
fn computation_takes_its_time_over_the_cores_that_may_compute() {
    let segments = [Segment::Compute(1e-3)];
    near(run("threads/sequential", 1, 100, &segments).elapsed, 0.1);
    near(run("threads/pool", 4, 100, &segments).elapsed, 0.05);
    near(
        run("async-tokio/current-thread", 4, 100, &segments).elapsed,
        0.1,
    );
    let both = run("async-tokio/multi-thread", 4, 100, &segments);
    near(both.elapsed, 0.05);
    near(both.cpu, 0.1);
}

#[test]
fn waits_of_all_lanes_overlap_and_the_origin_answers_one_after_the_other() {
    let wait = [
        Segment::Compute(0.0),
        Segment::Request {
            to: Service::Origin,
            latency: 0.01,
            request: 1e-5,
            answer: 1e-5,
        },
        Segment::Compute(0.0),
    ];
    let found = run("threads/pool", 100, 1000, &wait);
    // Ten rounds, each of which is 10 ms after a burst of 100 requests.
    assert!((0.1..0.125).contains(&found.elapsed), "{found:?}");
    near(found.service_cpu, 1000.0 * 2e-5);
}

/// Eight lanes that each ask a service for a millisecond of CPU: one event loop uses one core, processes of a lane's own use all four.
#[test]
fn processes_that_answer_one_connection_each_compete_for_the_cores() {
    let ask = |to, latency, answer| {
        [
            Segment::Compute(0.0),
            Segment::Request {
                to,
                latency,
                request: 1e-3,
                answer,
            },
            Segment::Compute(0.0),
        ]
    };
    let [at_origin, at_backends] = [Service::Origin, Service::Backend]
        .map(|to| run_on((4, 0), "threads/pool", (8, 400), &ask(to, 0.0, 0.0)));
    near(at_origin.elapsed, 0.4);
    near(at_backends.elapsed, 0.1);
    near(at_backends.backend_cpu, 0.4);
    near(at_backends.cpu + at_backends.service_cpu, 0.0);
    // What is left to do after a sleep is done by the same process.
    let sleeping = run("threads/pool", 1, 10, &ask(Service::Backend, 5e-3, 1e-3));
    near(sleeping.elapsed, 10.0 * 7e-3);
    near(sleeping.backend_cpu, 10.0 * 2e-3);
}

#[test]
fn blocking_calls_of_an_executor_use_both_cores_though_it_has_one_thread() {
    let calls = [
        Segment::Compute(0.0),
        Segment::Block(1e-3),
        Segment::Compute(0.0),
    ];
    near(
        run("async-tokio/current-thread", 8, 100, &calls).elapsed,
        0.05,
    );
}

#[test]
fn the_same_run_is_the_same_twice() {
    let segments = [
        Segment::Compute(1e-5),
        Segment::Block(3e-5),
        Segment::Compute(1e-6),
    ];
    let twice = [0, 1].map(|_| run("async-smol/multi", 16, 500, &segments));
    assert_eq!(twice[0].elapsed.to_bits(), twice[1].elapsed.to_bits());
    assert_eq!(twice[0].events, twice[1].events);
}

#[test]
fn a_call_that_stops_its_thread_holds_up_nobody_where_it_is_handed_over() {
    let stop = Segment::Stop { time: 1e-2 };
    let here = [Segment::Compute(0.0), stop, Segment::Compute(0.0)];
    near(run("threads/pool", 4, 40, &here).elapsed, 0.1);
    let handed = [
        Segment::Compute(0.0),
        Segment::Block(0.0),
        stop,
        Segment::Block(0.0),
        Segment::Compute(0.0),
    ];
    near(
        run("async-tokio/current-thread", 4, 40, &handed).elapsed,
        0.1,
    );
}

#[test]
fn lanes_that_are_dealt_out_stay_on_their_threads() {
    // Three lanes on two threads: one has two of them.
    let segments = [Segment::Compute(1e-3)];
    let dealt = run("async-tokio/per-core", 3, 3, &segments);
    near(dealt.elapsed, 2e-3);
    near(run("multiproc/pool", 2, 100, &segments).elapsed, 0.05);
}

#[test]
fn an_origin_with_a_core_of_its_own_takes_none_from_the_model() {
    let get = [
        Segment::Compute(3e-3),
        Segment::Request {
            to: Service::Origin,
            latency: 0.0,
            request: 1e-3,
            answer: 0.0,
        },
        Segment::Compute(0.0),
    ];
    let lanes = (4, 400);
    near(
        run_on((1, 0), "threads/pool", lanes, &get).elapsed,
        400.0 * 4e-3,
    );
    let apart = run_on((1, 1), "threads/pool", lanes, &get).elapsed;
    assert!((1.2..1.25).contains(&apart), "{apart}");
}

#[test]
fn making_a_thread_costs_more_where_another_core_runs_the_same_process() {
    let costs = Costs {
        crowded: 1e-3,
        stall: 0.5e-3,
        ..free()
    };
    let segments = [Segment::Compute(1e-3)];
    let [alone, crowded] = [1, 2].map(|lanes| {
        let plan = Plan {
            lanes,
            ..plan("threads/spawn", &segments)
        };
        simulate(&plan, &costs)
    });
    near(alone.elapsed, 0.1);
    assert!((0.15..=0.2).contains(&crowded.cpu), "{crowded:?}");
    assert!(
        crowded.elapsed > 1.1 * crowded.cpu / 2.0,
        "a stalled maker uses no core: {crowded:?}"
    );
}

/// Two lanes compute for a millisecond, make a call, and wait for a request. With one core the first lane's request is under way while the
/// second one computes; with more, what follows its call waits for the executor's thread.
#[test]
fn on_the_only_core_a_call_is_done_before_its_task_goes_on() {
    let segments = [
        Segment::Compute(1e-3),
        Segment::Block(0.0),
        Segment::Compute(0.0),
        Segment::Request {
            to: Service::Origin,
            latency: 10e-3,
            request: 0.0,
            answer: 0.0,
        },
        Segment::Compute(0.0),
    ];
    let [one_core, two_cores] =
        [1, 2].map(|cores| run_on((cores, 1), "async-tokio/current-thread", (2, 2), &segments));
    near(one_core.latency, 11e-3 + 12e-3);
    near(two_cores.latency, 12e-3 + 12e-3);
}
