//! The conformance test that every variant of every model must pass: right answers for every kind
//! of step, and errors that say what happened when a server misbehaves.

use std::time::Duration;

use runner::protocol::{
    Block, Cache, Compute, Connection, HttpGet, InFlight, Kernel, Only, ReadFile, Setup,
    SqliteSelect, Step, Wait,
};
use runner::{InProcess, Model, Result};
use workloads::expected::Reference;
use workloads::{content, digest, file_path};

use crate::availability::is_refused;
use crate::origin::{Fault, start};
use crate::{coordination, setup, workload};

const TASKS: u64 = 40;

/// Runs every check on every variant, and panics with the first that does not hold.
///
/// # Panics
/// When a variant is not what it must be.
pub fn check(variants: &[&dyn Model]) {
    for model in variants {
        if is_refused(*model) {
            continue;
        }
        answers(*model);
        faults(*model);
        coordination::check(*model);
    }
}

/// Every step gives the right answers.
fn answers(model: &dyn Model) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    make_files(folder.path()).expect("the temporary folder can be written");
    for (name, steps) in steps() {
        let mut setup = http_setup(name, steps, Fault::None);
        setup.endpoints.files = Some(folder.path().to_owned());
        // Twice, because connections and buffers that survive a phase are used again in the next.
        let mut session = InProcess::start(model, &setup).unwrap_or_else(|e| fail(model, name, &e));
        for round in 0..2 {
            let recorded = session
                .run()
                .unwrap_or_else(|error| fail(model, name, &error));
            let (name, tasks) = (model.name(), &recorded.tasks);
            assert_eq!(
                *tasks,
                expected(&setup),
                "{name}, {}, round {round}",
                setup.workload.name
            );
            assert_eq!(
                recorded.latency.iter().map(|(_, count)| count).sum::<u64>(),
                TASKS
            );
        }
    }
}

fn fail<T>(model: &dyn Model, workload: &str, error: &dyn std::error::Error) -> T {
    panic!("{} on {workload}: {error}", model.name())
}

/// One workload for each step that needs no other process, and one with several.
fn steps() -> Vec<(&'static str, Vec<Step>)> {
    let wait = Step::Wait(Wait {
        duration: Duration::from_millis(1),
    });
    let only = Step::Only(Only {
        percent: 30,
        after: Duration::from_millis(1),
    });
    let block = Step::Block(Block {
        duration: Duration::from_millis(1),
    });
    let file = ReadFile {
        files: 4,
        bytes: 1000,
        cache: Cache::Cached,
    };
    vec![
        ("empty", vec![]),
        (
            "compute",
            vec![compute(Kernel::Sha256, 20_000), compute(Kernel::Matmul, 5)],
        ),
        ("wait", vec![wait]),
        (
            "some-block",
            vec![only, block, compute(Kernel::SumSquares, 1000)],
        ),
        ("get", vec![get(Connection::KeepAlive)]),
        ("get-new", vec![get(Connection::New)]),
        (
            "get-new-and-kept",
            vec![get(Connection::New), get(Connection::KeepAlive)],
        ),
        ("file", vec![Step::ReadFile(file.clone())]),
        (
            "mixed",
            vec![
                get(Connection::KeepAlive),
                Step::ReadFile(file),
                compute(Kernel::Primes, 999),
            ],
        ),
    ]
}

fn compute(kernel: Kernel, size: u64) -> Step {
    Step::Compute(Compute { kernel, size })
}

fn get(connection: Connection) -> Step {
    Step::HttpGet(HttpGet {
        bytes: 3000,
        latency: Duration::ZERO,
        connection,
    })
}

/// Writes the files that the steps read.
fn make_files(folder: &std::path::Path) -> std::io::Result<()> {
    (0..4).try_for_each(|file| {
        let mut contents = vec![0; 1000];
        content::fill(content::file_key(file), &mut contents);
        std::fs::write(file_path(folder, file), contents)
    })
}

fn http_setup(name: &str, steps: Vec<Step>, fault: Fault) -> Setup {
    let mut with_origin = setup(&workload(name, TASKS, InFlight::Lanes(8), steps));
    with_origin.endpoints.origin = Some(start(fault).expect("a loopback port is free"));
    with_origin
}

/// The digests of the sequential reference.
fn expected(setup: &Setup) -> Vec<u64> {
    let mut reference = Reference::default();
    (0..TASKS)
        .map(|index| reference.task(&setup.workload, index).unwrap())
        .collect()
}

/// Where a server misbehaves, the run is an error that says so, and neither hangs nor panics.
fn faults(model: &dyn Model) {
    let steps = vec![get(Connection::KeepAlive)];
    fails(
        model,
        &http_setup("dies", steps.clone(), Fault::DiesAfter(10)),
        "the connection ended",
    );
    fails(
        model,
        &http_setup("busy", steps.clone(), Fault::Busy),
        "status 503",
    );
    let mut refused = http_setup("refused", steps.clone(), Fault::None);
    // Nothing listens on port 1 of the loopback interface.
    refused.endpoints.origin = Some(([127, 0, 0, 1], 1).into());
    fails(model, &refused, "cannot connect to 127.0.0.1:1");
    refused.endpoints.origin = None;
    fails(model, &refused, "names no such endpoint");
    let select = SqliteSelect {
        rows: 1,
        count: 1,
        transaction: true,
    };
    let mut missing = setup(&workload(
        "missing",
        TASKS,
        InFlight::Lanes(8),
        vec![Step::SqliteSelect(select)],
    ));
    missing.endpoints.sqlite = Some("no-such-database".into());
    fails(model, &missing, "no-such-database");
    wrong_body(model, &http_setup("wrong", steps, Fault::WrongBody));
}

/// The run is an error whose text contains `reason`.
fn fails(model: &dyn Model, setup: &Setup, reason: &str) {
    let (name, workload) = (model.name(), &setup.workload.name);
    let Err(error) = run(model, setup) else {
        panic!("{name}: {workload} gave no error")
    };
    let text = error.to_string();
    assert!(
        text.contains(reason),
        "{name}: {text:?} does not say {reason:?}"
    );
}

/// A model cannot know that a body is wrong. It must read the body, so that the digest shows it.
fn wrong_body(model: &dyn Model, setup: &Setup) {
    let recorded = InProcess::start(model, setup).and_then(|mut session| session.run());
    let digest = recorded.expect("a wrong body is an answer").digest;
    let right = digest::of_run((0..).zip(expected(setup)));
    assert_ne!(
        digest,
        right,
        "{}: a wrong body must show in the digest",
        model.name()
    );
}

fn run(model: &dyn Model, setup: &Setup) -> Result<()> {
    InProcess::start(model, setup)?.run().map(drop)
}
