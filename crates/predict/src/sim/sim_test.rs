//! Runs that can be followed by hand.

use super::*;
use crate::kind::Kind;
use crate::segment::Segment;

/// Nothing costs anything beside the segments.
fn free() -> Costs {
    Costs {
        wakes: [Wake::default(); 4],
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
        interval: 61,
    }
}

/// A hundred tasks on one lane.
fn plan<'a>(variant: &str, segments: &'a [Segment]) -> Plan<'a> {
    Plan {
        cores: 2,
        kind: Kind::of(variant).unwrap(),
        lanes: 1,
        tasks: 100,
        mark: 0,
        open: None,
        segments,
    }
}

fn run(variant: &str, lanes: usize, tasks: u64, segments: &[Segment]) -> Outcome {
    let plan = Plan {
        lanes,
        tasks,
        ..plan(variant, segments)
    };
    simulate(&plan, &free())
}

#[track_caller]
fn near(found: f64, expected: f64) {
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
        Segment::Get {
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
