//! Each item of the list of what must be refused, with its words.

use super::*;
use crate::calibration::{Figures, Point};
use crate::prediction::predict;
use protocol::{HttpGet, InFlight, Kernel, ReadFile, SqliteSelect, parse};
const HERE: On = On {
    processors: 2,
    workers: 2,
};

/// A calibration of the pool: up to 600 lanes, 50 ms, 64 KiB and 100 selects of 100 000 rows.
fn model() -> Model {
    let all = crate::points::workloads();
    let each = all.iter();
    let kernels = each.clone().filter(|one| crate::points::is_for_kernel(one));
    let points = each
        .map(|workload| (workload, POOL))
        .chain(kernels.map(|workload| (workload, KERNEL_VARIANTS[0])))
        .map(|(workload, variant)| Point {
            tasks: workload.tasks,
            lanes: workload.in_flight.lanes(2),
            workload: workload.clone(),
            variant: variant.to_owned(),
            runs: vec![Figures {
                time: 1e-5,
                cpu: 1e-5,
                service_cpu: None,
                start_up: 1e-3,
            }],
            memory: None,
        });
    let calibration = Calibration::of_two_processors(points.collect());
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
    let four = On {
        processors: 4,
        workers: 4,
    };
    let text = refused(&with(Vec::new()), "threads/pool", four);
    assert!(
        text.contains("calibrated for 2, not for 4 processors")
            && text.contains("calibrate --cores 4"),
        "{text}"
    );
    let one_worker = On { workers: 1, ..HERE };
    let text = refused(&with(Vec::new()), "threads/pool", one_worker);
    assert!(
        text.contains("each of 2 processors, and not with 1") && text.contains("compare"),
        "{text}"
    );
}

#[test]
fn variants_that_are_not_calibrated_or_have_no_rules_are_refused() {
    for variant in ["go/goroutines", "threads/pool+gil", "nobody"] {
        let text = refused(&with(Vec::new()), variant, HERE);
        assert!(
            text.contains(variant) && text.contains("no rules") && text.contains("compare"),
            "{text}"
        );
    }
    for variant in ["async-tokio/multi-thread", "coroutines/may"] {
        let text = refused(&with(Vec::new()), variant, HERE);
        assert!(
            text.contains("not calibrated")
                && text.contains(&format!("calibrate --model {variant}")),
            "{text}"
        );
    }
}

/// The model with these points alone.
fn with_points(keeps: impl Fn(&Point) -> bool) -> Model {
    let mut bare = model();
    bare.calibration.points.retain(keeps);
    bare
}

/// The model without the points of these names.
fn without(prefix: &str) -> Model {
    with_points(|point| !point.workload.name.starts_with(prefix))
}

#[track_caller]
fn assert_refused_by(model: &Model, step: Step, words: &str, how: &str) {
    let text = refuse(model, &with(vec![step]), "threads/pool", HERE)
        .unwrap_err()
        .to_string();
    assert!(text.contains(words) && text.contains(how), "{text}");
}

#[test]
fn steps_and_kernels_without_points_are_refused() {
    let untimed = without("cal-timer");
    assert_refused_by(&untimed, wait(5), "`wait`", "compare");
    assert_refused_by(&untimed, block(5), "`block`", "compare");
    let primes = Step::Compute(Compute {
        kernel: Kernel::Primes,
        size: 1000,
    });
    assert_refused_by(&without("calk-primes"), primes, "primes", "calibrate");
    // What computes beside requests is no curve, and neither is what another variant took alone.
    let squares = Step::Compute(Compute {
        kernel: Kernel::SumSquares,
        size: 1000,
    });
    let unmeasured = with_points(|point| point.variant == POOL);
    assert_refused_by(&unmeasured, squares.clone(), "sum-squares", "calibrate");
    let one_size =
        with_points(|point| point.variant == POOL || point.workload.name == "calk-sum-squares-1");
    assert_refused_by(&one_size, squares, "sum-squares", "calibrate");
}

fn wait(ms: u64) -> Step {
    Step::Wait(protocol::Wait {
        duration: Duration::from_millis(ms),
    })
}

fn block(ms: u64) -> Step {
    Step::Block(protocol::Block {
        duration: Duration::from_millis(ms),
    })
}

#[test]
fn steps_without_rules_are_refused() {
    let only = protocol::Only {
        percent: 50,
        after: Duration::from_millis(5),
    };
    assert_refused(vec![Step::Only(only)], "`only`");
    let call = protocol::Call {
        library: "work.so".into(),
        function: "f".to_owned(),
        kind: protocol::CallKind::Compute,
    };
    assert_refused(vec![Step::Call(call)], "`call`");
}

#[test]
fn queries_of_another_table_and_longer_waits_and_more_connections_are_refused() {
    let query = |rows, wait_ms, connection| {
        Step::PostgresSelect(protocol::PostgresSelect {
            rows,
            wait: Duration::from_millis(wait_ms),
            connection,
        })
    };
    let kept = Connection::KeepAlive;
    assert_refused(
        vec![query(1000, 0, kept)],
        "`postgres-select` from 1000 rows",
    );
    assert_refused(vec![query(100_000, 27, kept)], "of a query's wait");
    assert_refused(vec![query(100_000, 0, Connection::New)], "cold");
    let mut many = with(vec![query(100_000, 26, kept)]);
    assert!(refuse(&model(), &many, "threads/pool", HERE).is_ok());
    many.in_flight = InFlight::Lanes(84);
    let text = refused(&many, "threads/pool", HERE);
    assert!(text.contains("84 connections to PostgreSQL"), "{text}");
}

/// On a machine without PostgreSQL its points are missing.
#[test]
fn queries_and_new_connections_that_were_not_calibrated_are_refused() {
    let without =
        with_points(|point| !["cal-new-16", "cal-pg-64"].contains(&point.workload.name.as_str()));
    for (name, words) in [
        ("cal-new-16", "`http-get` with a new connection"),
        ("cal-pg-16", "where the machine has PostgreSQL"),
    ] {
        let mut all = crate::points::workloads().into_iter();
        let asked = all.find(|workload| workload.name == name).unwrap();
        let text = refuse(&without, &asked, "threads/pool", HERE).unwrap_err();
        assert!(text.to_string().contains(words), "{text}");
    }
}

/// The model with its points of the pool under another name beside them.
fn beside(variant: &str) -> Model {
    let mut both = model();
    let mut others = both.calibration.points.clone();
    for point in &mut others {
        point.variant = variant.to_owned();
    }
    both.calibration.points.extend(others);
    both
}

#[test]
fn what_another_language_was_not_measured_at_is_refused_although_rust_was() {
    let mut python = beside("python/pool");
    python
        .calibration
        .points
        .retain(|point| crate::points::is_measured_at(&point.variant, &point.workload, 2));
    let file = ReadFile {
        files: 256,
        bytes: 1024,
        cache: Cache::Cached,
    };
    let select = SqliteSelect {
        rows: 100_000,
        count: 10,
        transaction: true,
    };
    let query = PostgresSelect {
        rows: 100_000,
        wait: Duration::ZERO,
        connection: Connection::KeepAlive,
    };
    for (step, word) in [
        (Step::ReadFile(file), "`read-file`"),
        (Step::SqliteSelect(select), "`sqlite-select`"),
        (Step::PostgresSelect(query), "`postgres-select`"),
        (block(5), "`block`"),
    ] {
        let text = refuse(&python, &with(vec![step]), "python/pool", HERE)
            .unwrap_err()
            .to_string();
        assert!(text.contains(word) && text.contains("compare"), "{text}");
    }
    let primes = Step::Compute(Compute {
        kernel: Kernel::Primes,
        size: 1000,
    });
    let known = refuse(&python, &with(vec![primes.clone()]), "python/pool", HERE);
    assert!(known.is_ok());
    let points = &mut python.calibration.points;
    points.retain(|point| point.variant == POOL || !point.workload.name.starts_with("calk-primes"));
    let text = refuse(&python, &with(vec![primes]), "python/pool", HERE)
        .unwrap_err()
        .to_string();
    assert!(text.contains("primes"), "{text}");
}

/// Whether a call that stops its thread is refused on so many lanes, with these words.
#[track_caller]
fn assert_stop_refused(model: &Model, variant: &str, lanes: u64, words: [&str; 2]) {
    let mut stopping = with(vec![block(5)]);
    stopping.in_flight = InFlight::Lanes(lanes);
    let refusal = refuse(model, &stopping, variant, HERE).unwrap_err();
    let text = refusal.to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn calls_that_stop_their_thread_need_a_pool_that_has_one_for_each() {
    let (smol, inline) = ("async-smol/multi", "async-tokio/multi-thread+inline");
    assert_stop_refused(&beside(smol), smol, 8, ["one after the other", "compare"]);
    assert_stop_refused(&beside(inline), inline, 8, ["`block`", "compare"]);
    let mut spawn = beside("threads/spawn");
    let of_spawn = |point: &Point| point.variant == "threads/spawn";
    assert!(refuse(&spawn, &with(vec![block(5)]), "threads/spawn", HERE).is_ok());
    let points = &mut spawn.calibration.points;
    points.retain(|point| !of_spawn(point) || !point.workload.name.starts_with("cal-timer"));
    assert_stop_refused(&spawn, "threads/spawn", 8, ["`block`", "compare"]);
    let name = "async-tokio/multi-thread";
    let tokio = beside(name);
    let mut many = with(vec![block(5)]);
    many.in_flight = InFlight::Lanes(512);
    assert!(refuse(&tokio, &many, name, HERE).is_ok());
    many.in_flight = InFlight::Lanes(513);
    assert_stop_refused(&tokio, name, 513, ["513 lanes", "512"]);
    assert!(refuse(&tokio, &many, "threads/pool", HERE).is_ok());
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
    assert_refused(vec![wait(66)], "of a wait");
    assert_refused(vec![block(66)], "of a call that blocks");
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
    assert_refused(vec![Step::Compute(long)], "as the size of a kernel");
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
    let cold = ReadFile {
        files: 100_000,
        bytes: 1024,
        cache: Cache::Cold,
    };
    assert_refused(vec![Step::ReadFile(cold)], "cold");
}

#[test]
fn coordination_serving_and_own_work_are_refused() {
    let head = "about = \"x\"\ntasks = 10\nin_flight = 2\nseed = 1\n";
    for (rest, words) in [
        (
            "name = \"order\"\nclass = \"coordination\"\ncoordination = { order = {} }\n",
            "coordination is not predicted",
        ),
        (
            "name = \"s\"\nclass = \"serve\"\nrate = \"10/s\"\nserve = { bytes = 10 }\n",
            "serving is not predicted",
        ),
        (
            "name = \"o\"\nclass = \"mixed\"\nwork = { package = \"p\" }\n",
            "own work is not predicted",
        ),
    ] {
        let workload = parse(format!("{head}{rest}").as_bytes(), "x.toml").unwrap();
        let text = refused(&workload, POOL, HERE);
        assert!(text.contains(words) && text.contains("compare"), "{text}");
    }
}

#[test]
fn a_percentile_is_refused_whatever_was_calibrated() {
    let fitted = Model::new(&model().calibration, vec![crate::fit::unfitted()]);
    let workload = with(vec![Step::HttpGet(get(256, 5))]);
    let prediction = predict(&fitted, &workload, "threads/pool", HERE).unwrap();
    let words = prediction.percentile(99.0).unwrap_err().to_string();
    assert!(words.contains("p99 is not predicted"), "{words}");
}
