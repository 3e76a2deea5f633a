//! Timers, and when executors look at what has ended meanwhile.

use super::tests::{near, plan, run};
use super::*;
use crate::segment::Segment;

fn timer(time: f64, grain: f64) -> [Segment; 3] {
    let slack = 1e-4;
    [
        Segment::Compute(0.0),
        Segment::Timer { time, grain, slack },
        Segment::Compute(0.0),
    ]
}

#[test]
fn a_timer_ends_at_its_grain_and_as_much_later_as_its_slack() {
    near(
        run("threads/pool", 8, 80, &timer(5e-3, 0.0)).elapsed,
        10.0 * 5.1e-3,
    );
    // The second wait begins 0.1 ms after a millisecond, and ends 0.2 ms after the sixth from there.
    near(
        run("async-tokio/multi-thread", 8, 80, &timer(5e-3, 1e-3)).elapsed,
        5.1e-3 + 9.0 * 6.1e-3,
    );
}

#[test]
fn nobody_leaves_the_first_timer_before_all_lanes_have_come_to_it() {
    let mut late = timer(1e-4, 0.0);
    late[0] = Segment::Compute(1e-3);
    // Two cores bring ten lanes to the timer in 5 ms. The first are there after 1 ms, and would be done 0.2 ms later.
    let found = run("threads/pool", 10, 10, &late);
    assert!(found.latency / 10.0 >= 5e-3, "{found:?}");
    let alone = run("threads/pool", 2, 2, &late);
    near(alone.latency / 2.0, 1.2e-3);
}

/// Two lanes compute for 0.3 ms each and wait for 1.5 ms, by a clock of milliseconds. The executor goes to sleep after 0.6 ms, for two of them.
#[test]
fn an_executor_sleeps_for_whole_grains_and_sees_what_ended_while_it_worked() {
    let [_, wait, _] = timer(1.5e-3, 1e-3);
    let Segment::Timer { time, grain, .. } = wait else {
        panic!("{wait:?}");
    };
    let slack = 0.0;
    let segments = [
        Segment::Compute(0.3e-3),
        Segment::Timer { time, grain, slack },
        Segment::Compute(2e-3),
    ];
    let found = run("async-tokio/current-thread", 2, 2, &segments);
    // The first lane goes on at 2.6 ms, and the second, which was over at 3 ms, after it.
    near(found.latency, 4.6e-3 + 6.6e-3);
}

#[test]
fn an_executor_wakes_with_all_its_threads_for_many_timers() {
    let [_, wait, _] = timer(5e-3, 1e-3);
    let segments = [Segment::Compute(0.0), wait, Segment::Compute(1e-3)];
    let found = run("async-tokio/multi-thread", 20, 20, &segments);
    near(found.elapsed, 5.1e-3 + 10e-3);
}

#[test]
fn a_wake_up_costs_as_the_root_of_the_time_that_its_core_slept() {
    let mut costs = super::tests::free();
    costs.wakes[0].slept = 1e-4;
    let cpu = |time| {
        let segments = [
            Segment::Compute(0.0),
            Segment::Stop { time },
            Segment::Compute(0.0),
        ];
        let plan = Plan {
            tasks: 1,
            ..plan("threads/pool", &segments)
        };
        simulate(&plan, &costs).cpu
    };
    near(cpu(10e-3), 1e-4);
    near(cpu(40e-3), 2e-4);
    // No more than after some tenth of a second.
    near(cpu(10.0), 3.2e-4);
}

#[test]
fn waking_all_lanes_at_the_start_counts_by_the_part_of_the_run_that_is_simulated() {
    let mut costs = super::tests::free();
    costs.wakes[0].always = 1e-4;
    let segments = [Segment::Compute(1e-6)];
    let cpu = |part| {
        let plan = Plan {
            lanes: 100,
            part,
            ..plan("threads/pool", &segments)
        };
        let run = simulate(&plan, &costs);
        (run.cpu, run.spared)
    };
    let (whole, none) = cpu(1.0);
    near(whole, 100.0 * 101e-6);
    assert_eq!(none, 0.0);
    // The two threads that run at once have paid already.
    let (tenth, spared) = cpu(0.1);
    near(tenth, 100.0 * 1e-6 + 2.0 * 1e-4 + 98.0 * 1e-5);
    near(tenth + spared, whole);
}
