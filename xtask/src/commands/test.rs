//! `cargo xtask test`: everything that must hold, in one command: formatting, lints, the promises of
//! the documents, and every test.

use std::path::Path;

use catalog::Registry;
use protocol::ExitCode;
use terminal::output::complain;

use super::optional;
use super::step::{Step, answers, in_order, own_program};
use crate::checkout;
use crate::cli::TestArgs;

/// What a step of a model checks.
const BUILDS: &str = "the model builds as its `model.toml` says";

/// Formatting, lints, promises, and then tests: what is quick and often wrong comes first.
pub(crate) fn run(args: &TestArgs) -> anyhow::Result<ExitCode> {
    let workspace = checkout::find(None, &[])?;
    // Before anything is built: afterwards the system may call the running file deleted.
    let own = own_program()?;
    if let Some(request) = args.soak() {
        return soak::run(request, own, &workspace);
    }
    if let Some(inputs) = args.fuzz {
        return in_order(&fuzz(inputs), &workspace.root);
    }
    let mut steps = checks(&own);
    let registry = Registry::find(&workspace);
    steps.extend(programs(&registry, &workspace.target));
    steps.push(conformance(&own, &registry));
    steps.push(own_work(&own));
    steps.extend(c_step(&own));
    steps.extend(tests(has_nextest(&workspace.root)));
    steps.extend(optional::browser(&workspace.root));
    steps.extend(optional::mpi(&workspace.root, &workspace.target));
    steps.extend(optional::slurm(&workspace.root));
    in_order(&steps, &workspace.root)
}

fn checks(own: &Path) -> Vec<Step> {
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    vec![
        Step::cargo("formatting", &["fmt", "--all", "--check"])
            .checking("rustfmt would change nothing"),
        Step::cargo(
            "formatting of peers/mpi",
            &["fmt", "--check", "--manifest-path", optional::MPI],
        )
        .checking("nor in what is no part of the workspace"),
        Step::cargo("clippy", &clippy).checking("no lint warns in any crate"),
        Step::own("tidy", own, &["tidy"])
            .checking("imports, documents and generated tables are as promised"),
    ]
}

/// The programs that the tests start, by the same commands that `compare` builds them with: another
/// selection of packages would unite other features, and build much of it twice.
fn programs(registry: &Registry, target: &Path) -> Vec<Step> {
    let shared = [
        "build",
        "--release",
        "--package",
        "services",
        "--package",
        "workloads",
    ];
    let mut steps = vec![
        Step::cargo("services and answers", &shared)
            .checking("the servers and the right answers build"),
    ];
    // What takes part on request alone may need a compiler that is too old here: its own tests tell.
    for model in registry.models.iter().filter(|model| !model.on_request) {
        let command = model.words(&model.build, target);
        match command.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            // A script needs no building.
            [] => {}
            ["cargo", ref arguments @ ..] => {
                steps.push(Step::cargo(&model.name, arguments).checking(BUILDS));
            }
            [program, ref arguments @ ..] => {
                steps.push(Step::new(&model.name, program, arguments).checking(BUILDS));
            }
        }
    }
    steps
}

/// One variant of each kind, since each start of an interpreter takes its time: of Rust's threads all, of
/// others those that differ most. What is not on this machine is left out.
const CONFORMING: [&str; 5] = [
    "threads",
    "multiproc/event-loop",
    "python/asyncio",
    "python/multiprocessing",
    "node/workers",
];

/// Some of our own models keep the rules that are asked of others.
fn conformance(own: &Path, registry: &Registry) -> Step {
    let models: Vec<&str> = registry
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    let names = CONFORMING.into_iter().filter(|name| {
        name.split('/')
            .next()
            .is_some_and(|model| models.contains(&model))
    });
    let words: Vec<&str> = ["conformance"].into_iter().chain(names).collect();
    Step::own("conformance", own, &words)
}

/// A package of own work, as a user has one, is built into the models and gives the answers of a sequential
/// run.
fn own_work(own: &Path) -> Step {
    let words = ["compare", "examples/key-value", "--profile", "smoke"];
    Step::own("own work", own, &words).checking("an example gives the same answers in every model")
}

/// A function in C is a step of every model that calls any, by the two commands of the example's README.
fn c_step(own: &Path) -> [Step; 2] {
    let build = [
        "-O2",
        "-shared",
        "-fPIC",
        "-o",
        "examples/c-step/libwork.so",
        "examples/c-step/mix.c",
    ];
    let compare = [
        "compare",
        "./examples/c-step/mix.toml",
        "--profile",
        "smoke",
    ];
    [
        Step::new("C library", "cc", &build).checking("the example in C compiles"),
        Step::own("C step", own, &compare)
            .checking("a function in C gives the same answers in every model"),
    ]
}

/// Every test target whose name begins with `fuzz_`, and those within the services and the catalogue, whose
/// parsers nobody else sees, with more inputs than by default.
fn fuzz(inputs: u64) -> [Step; 3] {
    let steps: [(&str, &[&str]); 3] = [
        ("fuzz", &["--workspace", "--test", "fuzz_*"]),
        ("fuzz services", &["--package", "services", "--lib", "fuzz"]),
        (
            "fuzz model files",
            &["--package", "catalog", "--lib", "fuzz"],
        ),
    ];
    steps.map(|(name, which)| {
        let arguments = [&["test", "--release", "--locked"], which].concat();
        Step::cargo(name, &arguments)
            .with_variable("MANYWAYS_FUZZ_CASES", &inputs.to_string())
            .checking("no input makes a parser panic")
    })
}

fn tests(nextest: bool) -> Vec<Step> {
    let runner: &[_] = if nextest {
        &["nextest", "run", "--workspace"]
    } else {
        &["test", "--workspace", "--tests"]
    };
    let tests = [runner, &["--locked", "--no-fail-fast"]].concat();
    // nextest runs no doc tests, so they are a step of their own either way.
    let documents = ["test", "--doc", "--workspace", "--locked"];
    vec![
        Step::cargo("tests", &tests).checking("every unit and integration test passes"),
        Step::cargo("doc tests", &documents).checking("the examples of the documentation run"),
    ]
}

/// nextest runs each test in a process of its own; where it is absent cargo's own runner does.
fn has_nextest(root: &Path) -> bool {
    let is_there = answers(&Step::cargo("nextest", &["nextest", "--version"]), root);
    if !is_there {
        complain("cargo-nextest was not found, so `cargo test` runs the tests");
    }
    is_there
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::Model;

    fn model(name: &str, build: &[&str]) -> Model {
        Model {
            name: name.to_owned(),
            about: String::new(),
            classes: Vec::new(),
            build: build.iter().map(|&word| word.to_owned()).collect(),
            run: Vec::new(),
            env: Default::default(),
            hidden: false,
            on_request: false,
            spans_hosts: false,
            own: None,
            real_program: Vec::new(),
            install: None,
            programs: None,
            program: None,
            scale: Default::default(),
            serves: None,
            folder: Default::default(),
            file: Default::default(),
            variants: Vec::new(),
        }
    }

    fn typed(steps: Vec<Step>) -> Vec<String> {
        steps.into_iter().map(|step| step.typed).collect()
    }

    #[test]
    fn every_step_can_be_typed() {
        let checks = typed(checks(Path::new("/target/release/xtask")));
        assert_eq!(checks[0], "cargo fmt --all --check");
        assert_eq!(checks[3], "cargo xtask tidy");
        assert!(typed(tests(true))[0].starts_with("cargo nextest run --workspace"));
        assert!(typed(tests(false))[0].starts_with("cargo test --workspace"));
    }

    #[test]
    fn models_are_built_as_they_say() {
        let cargo = model("threads", &["cargo", "build", "--package", "threads"]);
        let foreign = model("other", &["make", "{target}/other"]);
        let script = model("script", &[]);
        let asked_for = Model {
            on_request: true,
            ..model("asked-for", &["make", "{target}/asked-for"])
        };
        let registry = Registry {
            models: vec![cargo, foreign, script, asked_for],
            broken: Vec::new(),
        };
        let built = typed(programs(&registry, Path::new("/target")));
        let own = conformance(Path::new("/target/release/xtask"), &registry);
        assert_eq!(own.typed, "cargo xtask conformance threads");
        assert_eq!(
            built[1..],
            ["cargo build --package threads", "make /target/other"]
        );
    }
}
