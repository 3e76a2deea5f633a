//! `cargo xtask doctor`: whether this machine can run everything, and what a killed tool left
//! behind. Nothing is built here: `compare` says what does not build.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use catalog::{Registry, Workspace, workloads};
use launch::{Ledger, machine, reap_orphans};
use protocol::{ExitCode, InFlight, Step, Workload};
use terminal::output;

use crate::cli::Places;

/// Descriptors that a process needs besides one for each lane: pipes, event queues, files.
const SPARE_FILES: u64 = 200;

/// One finding: whether it stands in the way, and what it is.
struct Finding {
    good: bool,
    text: String,
}

/// Looks at everything; exit code 1 where something stands in the way.
pub(crate) fn run(places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let mut text = String::new();
    for (name, fact) in machine::environment() {
        let _ = writeln!(text, "  {name:<14}{fact}");
    }
    let load = machine::load().map_or_else(|| "unknown".to_owned(), |load| load.to_string());
    let _ = writeln!(text, "  {:<14}{load}", "load");
    let mut code = ExitCode::Ok;
    for finding in findings(&workspace, &ledgers(&workspace, places)) {
        let mark = if finding.good { "✓" } else { "✗" };
        let _ = writeln!(text, "{mark} {}", finding.text);
        if !finding.good {
            code = ExitCode::Failed;
        }
    }
    output::print(&text)?;
    Ok(code)
}

/// The folders of results of all commands that start processes, each with a ledger of those that
/// live. `claims` has a folder of its own unless `--results` names one for all.
fn ledgers(workspace: &Workspace, places: &Places) -> Vec<PathBuf> {
    let of_claims = workspace.target.join(claims::RESULTS);
    let of_ab = workspace.results.with_file_name("ab").join("runs");
    let own = workspace.results.clone();
    match places.results {
        Some(_) => vec![own, of_ab],
        None => vec![own, of_claims, of_ab],
    }
}

fn findings(workspace: &Workspace, ledgers: &[PathBuf]) -> Vec<Finding> {
    // What an earlier run left behind goes first, because it would make the machine look busy below.
    let mut findings = vec![results(workspace), swept(ledgers), open_files(workspace)];
    findings.push(toolchain());
    findings.push(optional("valgrind", "instruction counts can be had"));
    findings.push(postgres());
    findings.extend(swept_clusters(workspace));
    findings.push(quiet());
    findings.push(data(workspace));
    findings.extend(models(workspace));
    findings
}

fn results(workspace: &Workspace) -> Finding {
    // Opening a ledger writes a file: permissions alone would not tell of a full disk.
    match Ledger::open(&workspace.results) {
        Ok(_) => good(format!(
            "results can be kept in {}",
            workspace.results.display()
        )),
        Err(error) => bad(format!("results cannot be kept: {error:#}")),
    }
}

fn swept(ledgers: &[PathBuf]) -> Finding {
    match ledgers.iter().map(|results| reap_orphans(results)).sum() {
        0 => good("no process was left behind by an earlier run"),
        ended => good(format!(
            "ended {ended} processes that an earlier run left behind"
        )),
    }
}

/// Servers whose service was killed, and their folders: known to the program that makes them.
fn swept_clusters(workspace: &Workspace) -> Option<Finding> {
    let program = workspace.program("services");
    // A program that is not built yet has started no server either.
    let output = Command::new(program).arg("--sweep").output().ok()?;
    let swept: u64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .ok()?;
    (swept > 0).then(|| {
        good(format!(
            "removed {swept} PostgreSQL clusters that an earlier run left behind"
        ))
    })
}

/// Packages of Debian and its like put the server's programs off the path.
fn postgres() -> Finding {
    let off_path = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin/initdb"));
    // The path comes first: whoever put a server there wants that one.
    let working = std::iter::once("initdb".into())
        .chain(off_path)
        .find_map(|program| machine::version_of(&program.to_string_lossy()));
    match working {
        Some(version) => good(format!("{version}: a PostgreSQL server can be made")),
        None => good(
            "no PostgreSQL server program: workloads that need one will say so, and nothing else \
             is amiss (`apt-get install postgresql`, or `--postgres URL`)",
        ),
    }
}

/// Every lane may hold a connection, in the process of the model and in that of the origin.
fn open_files(workspace: &Workspace) -> Finding {
    let most_connections = workloads::names(workspace)
        .iter()
        // A workload that cannot be read is a finding of its own.
        .filter_map(|name| workloads::of_catalogue(workspace, name).ok())
        .filter_map(|chosen| connections(&chosen.workload))
        .max()
        .unwrap_or(0);
    let needed = most_connections + SPARE_FILES;
    match machine::open_files() {
        Some(limit) if limit < needed => bad(format!(
            "{limit} open files are allowed, {needed} are needed: `ulimit -n {needed}`"
        )),
        Some(limit) => good(format!(
            "{limit} open files are allowed, {needed} are needed"
        )),
        None => good("the limit of open files is unknown"),
    }
}

/// How many connections a run holds, where the workload says how many lanes it has.
fn connections(workload: &Workload) -> Option<u64> {
    match workload.in_flight {
        InFlight::Lanes(lanes) if workload.steps.iter().any(connects) => Some(lanes),
        _ => None,
    }
}

fn connects(step: &Step) -> bool {
    matches!(step, Step::HttpGet(_) | Step::PostgresSelect(_))
}

fn toolchain() -> Finding {
    match machine::version_of("cargo") {
        Some(version) => good(format!("models can be built with {version}")),
        None => bad("cargo does not run: nothing can be built"),
    }
}

fn optional(program: &str, what: &str) -> Finding {
    match machine::version_of(program) {
        Some(version) => good(format!("{version}: {what}")),
        None => good(format!(
            "no {program}: not that {what}, and nothing else is amiss"
        )),
    }
}

/// A busy machine measures badly, but it measures.
fn quiet() -> Finding {
    // With half of the processors busy, models that compute on all of them already lack some.
    let processors = machine::processors() as f64;
    if machine::load().is_some_and(|load| load > processors / 2.0) {
        return good("the machine is busy: figures will be noisy");
    }
    match machine::governor() {
        Some(governor) if governor != "performance" => good(format!(
            "the processor's governor is {governor}: figures may be noisy"
        )),
        _ => good("the machine is quiet"),
    }
}

fn data(workspace: &Workspace) -> Finding {
    let folder = workspace.data();
    let sets = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .count();
    match sets {
        0 => good(format!(
            "no data set yet: they are made in {} when needed",
            folder.display()
        )),
        sets => good(format!(
            "{sets} data sets in {}: checked at each use",
            folder.display()
        )),
    }
}

fn models(workspace: &Workspace) -> Vec<Finding> {
    let registry = Registry::find(workspace);
    let visible = registry.models.iter().filter(|model| !model.hidden);
    let mut findings = vec![good(format!("{} models were found", visible.count()))];
    for broken in &registry.broken {
        // A model whose program is not installed is a choice, a description with a mistake is none.
        findings.push(if broken.is_absent {
            good(format!(
                "{} is not offered: {}",
                broken.name, broken.problem
            ))
        } else {
            bad(broken.problem.clone())
        });
    }
    // Workloads are listed only where they are wrong: `list` shows them all.
    for name in workloads::names(workspace) {
        if let Err(error) = workloads::of_catalogue(workspace, &name) {
            findings.push(bad(error.to_string()));
        }
    }
    findings
}

fn good(text: impl Into<String>) -> Finding {
    Finding {
        good: true,
        text: text.into(),
    }
}

fn bad(text: impl Into<String>) -> Finding {
    Finding {
        good: false,
        text: text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_starts_processes_is_swept_after() {
        let of = |results: Option<&str>| {
            let places = Places {
                results: results.map(PathBuf::from),
                more_models: Vec::new(),
            };
            let workspace = Workspace {
                root: "root".into(),
                target: "target".into(),
                results: results.unwrap_or("target/compare").into(),
                more_models: Vec::new(),
            };
            ledgers(&workspace, &places)
        };
        let usual = ["target/compare", "target/claims", "target/ab/runs"];
        assert_eq!(of(None), usual.map(PathBuf::from));
        let elsewhere = ["there/mine", "there/ab/runs"].map(PathBuf::from);
        assert_eq!(of(Some("there/mine")), elsewhere);
    }
}
