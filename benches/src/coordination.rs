//! The conformance test for coordination: every variant sends the right values through its own
//! units and messages or says why it has none, and gives errors that say what happened when pulses
//! fail.

use std::time::Duration;

use runner::protocol::counts::{LOST, OUT_OF_ORDER, SEEN};
use runner::protocol::{
    Class, Coordination, Counter, Echo, InFlight, Order, PingPong, Setup, Spawn, Stall, Workload,
};
use runner::{Counts, Error, InProcess, Model, Recorded, Result};
use workloads::expected::Reference;

use crate::pulses::{Fault, start};
use crate::{setup, workload};

const TASKS: u64 = 30;
/// Fewer, because pulses come at their own pace, and late beside units that compute.
pub(crate) const PULSES: u64 = 6;

/// Every kind that needs no service, by name.
fn native() -> [(&'static str, Coordination); 6] {
    [
        ("spawn", Coordination::Spawn(Spawn {})),
        ("ping-pong", ping_pong(8)),
        // Larger than the buffer of a pipe or a socket.
        ("ping-pong-large", ping_pong(300_000)),
        ("counter", counter(true)),
        ("counter-unsynchronised", counter(false)),
        ("order", Coordination::Order(Order {})),
    ]
}

fn ping_pong(bytes: u64) -> Coordination {
    Coordination::PingPong(PingPong { bytes })
}

fn counter(synchronised: bool) -> Coordination {
    Coordination::Counter(Counter {
        increments: 50,
        synchronised,
    })
}

/// Every kind that needs the service of pulses, by name.
pub(crate) fn paced(hogs: u64) -> [(&'static str, Coordination); 2] {
    let (period, think) = (Duration::from_micros(100), Duration::from_millis(1));
    let hog = Duration::from_micros(100);
    [
        ("stall", Coordination::Stall(Stall { period, hogs, hog })),
        ("echo", Coordination::Echo(Echo { think, hogs, hog })),
    ]
}

/// Runs every kind, and panics with the first check that fails.
pub(crate) fn check(model: &dyn Model) {
    for lanes in [1, 3] {
        for (name, what) in native() {
            answers(model, &prepared(name, what, lanes, Fault::None));
        }
    }
    for hogs in 0..3 {
        for (name, what) in paced(hogs) {
            answers(model, &prepared(name, what, 1, Fault::None));
        }
    }
    faults(model);
}

/// A kind with everything that it needs.
pub(crate) fn prepared(name: &str, what: Coordination, lanes: u64, fault: Fault) -> Setup {
    let tasks = if what.needs_pulses() { PULSES } else { TASKS };
    let mut with_pulses = setup(&Workload {
        class: Class::Coordination,
        coordination: Some(what),
        ..workload(name, tasks, InFlight::Lanes(lanes), vec![])
    });
    with_pulses.endpoints.pulses = Some(start(fault).expect("a loopback port is free"));
    with_pulses
}

fn run(model: &dyn Model, setup: &Setup, rounds: u64) -> Result<Vec<(Recorded, Counts)>> {
    let mut session = InProcess::start(model, setup)?;
    (0..rounds).map(|_| session.coordinate()).collect()
}

/// Whether a variant refuses a kind. It must do all others.
pub(crate) fn refuses(name: &str, setup: &Setup) -> bool {
    use Coordination as Kind;
    match (name, &setup.workload.coordination) {
        ("sequential", _) => true,
        ("rayon", Some(Kind::PingPong(_) | Kind::Order(_))) => true,
        // The reader and the units that compute are jobs that each occupy a thread.
        ("rayon", Some(Kind::Stall(Stall { hogs, .. }) | Kind::Echo(Echo { hogs, .. }))) => {
            1 + hogs > setup.workers
        }
        // A worker looks at its sockets when no coroutine is ready, and those that compute always are.
        ("may", Some(Kind::Stall(Stall { hogs, .. }) | Kind::Echo(Echo { hogs, .. }))) => *hogs > 0,
        _ => false,
    }
}

fn answers(model: &dyn Model, setup: &Setup) {
    let (name, workload) = (model.name(), &setup.workload.name);
    let rounds = match run(model, setup, 2) {
        Ok(rounds) => rounds,
        Err(Error::Unsupported(why)) => {
            assert!(refuses(name, setup), "{name} refuses {workload}: {why}");
            return assert!(!why.is_empty());
        }
        Err(error) => panic!("{name} on {workload}: {error}"),
    };
    assert!(!refuses(name, setup), "{name} does {workload}");
    let mut reference = Reference::default();
    let right: Vec<u64> = (0..setup.workload.tasks)
        .map(|index| reference.task(&setup.workload, index).unwrap())
        .collect();
    for (recorded, counts) in rounds {
        assert_eq!(recorded.tasks, right, "{name}, {workload}");
        let counted = match setup.workload.coordination {
            Some(Coordination::Counter(_)) => vec![LOST],
            Some(Coordination::Order(_)) => vec![OUT_OF_ORDER],
            Some(Coordination::Spawn(_)) => vec![SEEN],
            _ => vec![],
        };
        let names: Vec<&str> = counts.keys().map(String::as_str).collect();
        assert_eq!(names, counted, "{name}, {workload}");
        // At least, because other models under test may spawn in this process at the same time.
        let seen = counts.get(SEEN);
        assert!(seen.is_none_or(|seen| *seen >= TASKS), "{name}: {counts:?}");
        let synchronised = workload == "counter";
        assert!(!synchronised || counts[LOST] == 0, "{name}: {counts:?}");
    }
}

/// Where the service misbehaves, the run is an error that says so, and neither hangs nor panics.
fn faults(model: &dyn Model) {
    for (name, what) in paced(1) {
        let dies = prepared(name, what.clone(), 1, Fault::DiesAfter(PULSES / 2));
        fails(model, &dies, "the service of pulses");
        let mut refused = prepared(name, what, 1, Fault::None);
        refused.endpoints.pulses = Some(([127, 0, 0, 1], 1).into());
        fails(model, &refused, "cannot connect to 127.0.0.1:1");
        refused.endpoints.pulses = None;
        fails(model, &refused, "names no such endpoint");
    }
    let [(name, stall), _] = paced(0);
    let early = prepared(name, stall, 1, Fault::Early);
    fails(model, &early, "before it was due");
    for (name, what) in paced(0) {
        let refuses = prepared(name, what, 1, Fault::Refuses);
        fails(model, &refuses, "the service of pulses: not today");
    }
}

/// The run is an error whose text contains `reason`, unless the variant refuses the kind anyway.
fn fails(model: &dyn Model, setup: &Setup, reason: &str) {
    let name = model.name();
    let text = match run(model, setup, 1) {
        Ok(_) => panic!("{name}: {} gave no error", setup.workload.name),
        Err(Error::Unsupported(_)) if refuses(name, setup) => return,
        Err(error) => error.to_string(),
    };
    assert!(
        text.contains(reason),
        "{name}: {text:?} does not say {reason:?}"
    );
}
