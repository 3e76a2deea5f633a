//! `cargo xtask doctor`: whether this machine can run everything, and what a killed tool left
//! behind. Nothing is built here: `compare` says what does not build.

mod calibration;
mod capacity;
mod finding;
mod leftovers;
mod programs;

use std::fmt::Write as _;

use catalog::{Registry, Workspace, workloads};
use host::{Ledger, machine};
use protocol::ExitCode;
use terminal::{counted, output};

use self::finding::{Finding, State, next};
use crate::cli::Places;

/// Looks at everything; exit code 1 where something stands in the way.
pub(crate) fn run(places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let mut text = String::new();
    for (name, fact) in host::environment() {
        let _ = writeln!(text, "  {name:<14}{}", terminal::shown(&fact));
    }
    let load = machine::load().map_or_else(|| "unknown".to_owned(), |load| load.to_string());
    let _ = writeln!(text, "  {:<14}{load}", "load");
    let found = findings(&workspace, places);
    for finding in &found {
        let _ = writeln!(text, "{finding}");
    }
    let _ = writeln!(text, "{}", next(&found));
    output::print(&text)?;
    let bad = found.iter().find(|finding| finding.state == State::Bad);
    Ok(bad.map_or(ExitCode::Ok, |_| ExitCode::Failed))
}

fn findings(workspace: &Workspace, places: &Places) -> Vec<Finding> {
    // What an earlier run left behind goes first, because it would make the machine look busy below.
    let mut findings = vec![
        results(workspace),
        leftovers::processes(&leftovers::ledgers(workspace, places)),
        capacity::temporary_files(),
        capacity::open_files(workspace),
        programs::cargo(),
        programs::compiler(),
        programs::valgrind(),
        programs::postgres(workspace),
    ];
    findings.extend(capacity::threads(workspace));
    findings.extend(leftovers::temporary_folders());
    findings.extend(leftovers::clusters(workspace));
    findings.push(capacity::quiet());
    findings.push(data(workspace));
    findings.push(calibration::calibration(workspace));
    findings.extend(models(workspace));
    findings
}

fn results(workspace: &Workspace) -> Finding {
    let folder = workspace.results.display();
    // Opening a ledger writes a file: permissions alone would not tell of a full disk.
    match Ledger::open(&workspace.results) {
        Ok(_) => Finding::good(format!("results are kept in {folder}")),
        Err(error) => Finding::bad(
            format!("results cannot be kept: {error:#}"),
            "name a folder that can be written: `--results DIR`",
        ),
    }
}

fn data(workspace: &Workspace) -> Finding {
    let folder = workspace.data();
    let sets = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .count();
    let shown = folder.display();
    Finding::good(match sets {
        0 => format!("no data set yet: they are made in {shown} when needed"),
        sets => format!(
            "{} in {shown}: checked at each use",
            counted(sets as u64, "data set")
        ),
    })
}

fn models(workspace: &Workspace) -> Vec<Finding> {
    let registry = Registry::find(workspace);
    let visible = registry.models.iter().filter(|model| !model.hidden);
    let mut findings = vec![Finding::good(format!(
        "{} can be compared",
        counted(visible.count() as u64, "model")
    ))];
    for broken in &registry.broken {
        let (name, problem) = (&broken.name, &broken.problem);
        // A model whose program is not installed is a choice, a description with a mistake is none.
        findings.push(if broken.is_absent {
            Finding::absent(
                format!("the model {name} cannot be compared: {problem}"),
                "install that program, and it can",
            )
        } else {
            Finding::bad(problem.clone(), "correct that file")
        });
    }
    // Workloads are listed only where they are wrong: `list` shows them all.
    for name in workloads::names(workspace) {
        if let Err(error) = workloads::of_catalogue(workspace, &name) {
            findings.push(Finding::bad(error.to_string(), "correct that file"));
        }
    }
    findings
}
