//! The right answers of a bench, and what it observes around a run.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn workspace(folder: &Path) -> Workspace {
    Workspace {
        root: folder.to_owned(),
        target: folder.to_owned(),
        results: folder.join("results"),
        more_models: Vec::new(),
    }
}

/// A program `expected` that answers with one digest, and adds each question to a file.
fn answers_once(workspace: &Workspace) {
    let program = workspace.program("expected");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    let questions = workspace.root.join("questions").display().to_string();
    let script = format!(
        "#!/bin/sh\nread line\necho \"$line\" >> '{questions}'\n\
         echo '{{\"digests\": [\"aa\"]}}'\n"
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
}

fn workload(name: &str) -> Workload {
    let text = format!(
        "name = \"{name}\"\nabout = \"x\"\nclass = \"io\"\ntasks = 10\nin_flight = 1\nseed = 1\n\
         [[step]]\nwait = {{ duration = \"1ms\" }}\n"
    );
    protocol::parse(text.as_bytes(), "test").unwrap()
}

#[test]
fn a_digest_is_computed_once() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    answers_once(&workspace);
    let ledger = Ledger::open(&workspace.results).unwrap();
    let mut bench = Bench::new(&workspace, &ledger, None);
    for (name, tasks) in [("a", 3), ("a", 3), ("b", 3), ("a", 4), ("b", 3)] {
        let digests = bench.expected(&workload(name), &[tasks]).unwrap();
        assert_eq!(digests[&tasks], "aa");
    }
    let questions = fs::read_to_string(folder.path().join("questions")).unwrap();
    assert_eq!(questions.lines().count(), 3, "{questions}");
}

#[test]
fn without_builds_a_program_that_is_missing_is_named_and_one_that_is_there_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    let ledger = Ledger::open(&workspace.results).unwrap();
    let bench = Bench::new(&workspace, &ledger, None).with_builds(Builds::Found);
    let Err(RunError::Tool(problem)) = bench.build_packages([&workload("a")]) else {
        panic!("there is no program yet");
    };
    let text = problem.to_string();
    assert!(
        text.contains("release/expected is not there, and --no-build builds nothing"),
        "{text}"
    );
    answers_once(&workspace);
    assert!(bench.build_packages([&workload("a")]).is_ok());
}

#[test]
fn what_was_not_observed_is_not_a_figure() {
    let now = Observation {
        machine: Reading::now(),
        services_cpu_ns: Some(5),
        answered: Some(20),
    };
    let later = Observation {
        services_cpu_ns: Some(9),
        answered: Some(50),
        ..now
    };
    let made = requests(Some(10), &[now, later]).unwrap();
    assert_eq!((made.warm_up, made.measured), (10, 30));
    assert!(requests(None, &[now, later]).is_none());
    assert!(requests(Some(10), &[now]).is_none());
    assert_eq!(meanwhile(&[now, later], 0).0, Some(4));
    assert!(matches!(
        meanwhile(&[now], 0),
        (None, Others::Unavailable(_))
    ));
}
