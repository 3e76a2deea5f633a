//! Each item of the list of what must be refused, with its words.

use super::*;
use crate::calibration::{Figures, Machine, Point};
use crate::prediction::predict;
use protocol::{Compute, HttpGet, InFlight, Kernel, ReadFile, SqliteSelect, parse};
use std::collections::BTreeMap;

const HERE: On = On {
    processors: 2,
    workers: 2,
};

/// A calibration of the pool: up to 600 lanes, 50 ms, 64 KiB and 100 selects of 100 000 rows.
fn model() -> Model {
    let points = crate::points::workloads()
        .into_iter()
        .map(|workload| Point {
            tasks: workload.tasks,
            lanes: workload.in_flight.lanes(2),
            workload,
            variant: "threads/pool".to_owned(),
            runs: vec![Figures {
                time: 1e-5,
                cpu: 1e-5,
                service_cpu: None,
                start_up: 1e-3,
            }],
            memory: None,
        });
    let calibration = Calibration {
        machine: Machine {
            cpu: String::new(),
            processors: 2,
            kernel: String::new(),
            hypervisor: String::new(),
        },
        programs: BTreeMap::new(),
        measured_ms: 0,
        points: points.collect(),
    };
    Model::new(&calibration, Vec::new())
}

fn with(steps: Vec<Step>) -> Workload {
    let mut workload = crate::points::workloads().swap_remove(0);
    workload.steps = steps;
    workload
}

fn get(bytes: u64, latency_ms: u64) -> HttpGet {
    HttpGet {
        bytes,
        latency: Duration::from_millis(latency_ms),
        connection: Connection::KeepAlive,
    }
}

/// The words of the refusal.
fn refused(workload: &Workload, variant: &str, on: On) -> String {
    refuse(&model(), workload, variant, on)
        .unwrap_err()
        .to_string()
}

#[track_caller]
fn assert_refused(steps: Vec<Step>, words: &str) {
    let text = refused(&with(steps), "threads/pool", HERE);
    assert!(text.contains(words), "{text}");
    assert!(
        text.contains("compare") || text.contains("calibrate"),
        "how it is lifted: {text}"
    );
}

#[test]
fn what_was_calibrated_is_predicted() {
    for workload in crate::points::workloads() {
        assert!(
            refuse(&model(), &workload, "threads/pool", HERE).is_ok(),
            "{}",
            workload.name
        );
    }
}

#[test]
fn other_core_counts_are_refused() {
    for on in [
        On {
            processors: 4,
            ..HERE
        },
        On { workers: 1, ..HERE },
    ] {
        let text = refused(&with(Vec::new()), "threads/pool", on);
        assert!(text.contains("calibrated on 2 processors"), "{text}");
    }
}

#[test]
fn variants_that_are_not_calibrated_or_have_no_rules_are_refused() {
    for variant in ["python/threads", "async-tokio/multi-thread", "nobody"] {
        let text = refused(&with(Vec::new()), variant, HERE);
        assert!(
            text.contains(variant) && text.contains("not calibrated"),
            "{text}"
        );
    }
}

#[test]
fn steps_and_kernels_without_points_are_refused() {
    let wait = protocol::Wait {
        duration: Duration::from_millis(5),
    };
    assert_refused(vec![Step::Wait(wait)], "`wait`");
    let mut bare = model();
    bare.calibration
        .points
        .retain(|point| !point.workload.name.starts_with("calk-primes"));
    let primes = with(vec![Step::Compute(Compute {
        kernel: Kernel::Primes,
        size: 1000,
    })]);
    let text = refuse(&bare, &primes, "threads/pool", HERE)
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("primes") && text.contains("calibrate"),
        "{text}"
    );
}

#[test]
fn what_is_beyond_the_calibrated_lanes_latency_bytes_and_amounts_is_refused() {
    let mut many = with(Vec::new());
    many.in_flight = InFlight::Lanes(780);
    assert!(refuse(&model(), &many, "threads/pool", HERE).is_ok());
    many.in_flight = InFlight::Lanes(781);
    let text = refused(&many, "threads/pool", HERE);
    assert!(text.contains("781 lanes") && text.contains("600"), "{text}");
    assert_refused(vec![Step::HttpGet(get(256, 66))], "of latency");
    assert_refused(vec![Step::HttpGet(get(90_000, 5))], "of an answer");
    let select = SqliteSelect {
        rows: 100_000,
        count: 131,
        transaction: true,
    };
    assert_refused(vec![Step::SqliteSelect(select)], "131 selects");
    let file = ReadFile {
        files: 256,
        bytes: 200_000,
        cache: Cache::Cached,
    };
    assert_refused(vec![Step::ReadFile(file)], "of a file");
    let long = Compute {
        kernel: Kernel::Sha256,
        size: 100_000_000,
    };
    assert_refused(vec![Step::Compute(long)], "of its kernel");
}

#[test]
fn another_table_or_a_transaction_a_select_is_other_work() {
    for (rows, transaction) in [(1000, true), (100_000, false)] {
        let select = SqliteSelect {
            rows,
            count: 10,
            transaction,
        };
        assert_refused(vec![Step::SqliteSelect(select)], "rows");
    }
}

#[test]
fn cold_services_are_refused() {
    let new = HttpGet {
        connection: Connection::New,
        ..get(256, 5)
    };
    assert_refused(vec![Step::HttpGet(new)], "cold");
    let cold = ReadFile {
        files: 100_000,
        bytes: 1024,
        cache: Cache::Cold,
    };
    assert_refused(vec![Step::ReadFile(cold)], "cold");
}

#[test]
fn coordination_is_refused() {
    let text = "name = \"order\"\nabout = \"x\"\nclass = \"coordination\"\ntasks = 10\nin_flight = 2\nseed = 1\n\
                coordination = { order = {} }\n";
    let order = parse(text.as_bytes(), "order.toml").unwrap();
    let words = refused(&order, "threads/pool", HERE);
    assert!(words.contains("coordination is not predicted"), "{words}");
}

#[test]
fn a_percentile_is_refused_whatever_was_calibrated() {
    let fitted = Model::new(&model().calibration, vec![crate::fit::unfitted()]);
    let workload = with(vec![Step::HttpGet(get(256, 5))]);
    let prediction = predict(&fitted, &workload, "threads/pool", HERE).unwrap();
    let words = prediction.percentile(99.0).unwrap_err().to_string();
    assert!(words.contains("p99 is not predicted"), "{words}");
}
