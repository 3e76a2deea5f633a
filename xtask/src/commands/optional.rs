//! Steps of `cargo xtask test` for what may be absent from a machine: a browser, an MPI, the scheduler of a cluster.
//! A line says what is left out, and `MANYWAYS_REQUIRE` names what must not be.

use std::env;
use std::path::Path;

use terminal::output::complain;

use super::step::{Step, answers};

/// The programs that the page is tried in; the first that is found is taken.
const BROWSERS: [&str; 4] = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
];
/// What says whether the page is accessible.
const AXE: &str = "crates/page/tests/browser/node_modules/axe-core/axe.min.js";

/// The page in a browser, where there is one; a line says what is left out.
pub(super) fn browser(root: &Path) -> Option<Step> {
    let required = env::var("MANYWAYS_REQUIRE").unwrap_or_default();
    let mut programs = BROWSERS.into_iter();
    let found = programs.find(|name| answers(&Step::new(name, name, &["--version"]), root));
    if found.is_none() && !required.contains("browser") {
        let names = BROWSERS.join(", ");
        complain(&format!(
            "left out: the page in a browser, since none of these was found: {names}"
        ));
        return None;
    }
    let mut skipped: &[&str] = &[];
    if !root.join(AXE).is_file() && !required.contains("axe") {
        complain(
            "left out: whether the page is accessible, since `npm ci` in crates/page/tests/browser did \
             not install axe-core",
        );
        skipped = &["--skip", "axe_core"];
    }
    // The whole workspace, as for the other tests: one package alone would unite other features.
    let all: &[&str] = &["test", "--workspace", "--test", "browser", "--locked"];
    let arguments = [all, &["--", "--ignored"], skipped];
    let step = Step::cargo("page in a browser", &arguments.concat())
        .with_variable("MANYWAYS_BROWSER", found.unwrap_or(BROWSERS[0]));
    Some(step.checking("a page loads nothing, is complete without its script, and is accessible"))
}

/// The package of the model `mpi`, which is no part of the workspace.
pub(super) const MPI: &str = "peers/mpi/Cargo.toml";

/// The lints and tests of the model `mpi`, where an Open MPI and its headers are found; a line says what is left out.
pub(super) fn mpi(root: &Path, target: &Path) -> Vec<Step> {
    let required = env::var("MANYWAYS_REQUIRE").unwrap_or_default();
    let is_there = [["mpirun", "--version"], ["mpicc", "--showme:version"]]
        .iter()
        .all(|[program, argument]| answers(&Step::new(program, program, &[argument]), root));
    if !is_there && !required.split(',').any(|one| one == "mpi") {
        complain(
            "left out: the model mpi, since no mpirun and mpicc of Open MPI were found: apt-get install \
             openmpi-bin libopenmpi-dev libclang-dev",
        );
        return Vec::new();
    }
    // The same folder and profile as those of the model, so that its dependencies are built once.
    let folder = target.join("peers/mpi").display().to_string();
    let built = [
        "--release",
        "--locked",
        "--manifest-path",
        MPI,
        "--target-dir",
        &folder,
    ];
    let clippy = [
        &["clippy", "--all-targets"],
        &built[..],
        &["--", "-D", "warnings"],
    ]
    .concat();
    let tests = [&["test"], &built[..]].concat();
    vec![
        Step::cargo("clippy of peers/mpi", &clippy).checking("no lint warns in the model mpi"),
        Step::cargo("tests of peers/mpi", &tests)
            .checking("ranks give right answers, and end with the input and with each other"),
    ]
}

/// What a cluster of namespaces consists of, each with words that it answers without doing anything.
const CLUSTER: [(&str, &[&str]); 4] = [
    ("slurmctld", &["-V"]),
    ("slurmd", &["-V"]),
    ("munged", &["--version"]),
    ("unshare", &JOINED),
];
/// A pair of joined interfaces in namespaces that end with the command.
const JOINED: [&str; 13] = [
    "--net", "--pid", "--fork", "ip", "link", "add", "name", "end0", "type", "veth", "peer",
    "name", "end1",
];

/// A campaign on a real Slurm, where it and the right to make namespaces are found; a line says what is left out.
pub(super) fn slurm(root: &Path) -> Option<Step> {
    let required = env::var("MANYWAYS_REQUIRE").unwrap_or_default();
    let mut programs = CLUSTER.into_iter();
    let missing = programs.find(|(name, words)| !answers(&Step::new(name, name, words), root));
    if let Some((name, _)) = missing
        && !required.contains("slurm")
    {
        complain(&format!(
            "left out: a campaign on Slurm, since {name} was not found or may not do its work here"
        ));
        return None;
    }
    // The whole workspace, as for the other tests.
    let arguments = [
        "test",
        "--workspace",
        "--test",
        "slurm",
        "--locked",
        "--",
        "--ignored",
    ];
    let step = Step::cargo("campaign on Slurm", &arguments);
    Some(step.checking("a campaign outlives lost nodes, a cut cable and a killed controller"))
}
