//! `cargo xtask trust`: how often the verdicts of `compare` are wrong, and what they miss, counted
//! where the truth is known: on simulated machines, and with `--real` on this one. What a verdict
//! is, is left to the code under test: `schedule` and `verdict`.

mod experiment;
mod figures;
mod laboratory;
mod naive;
mod parallel;
mod plan;
mod real;
mod request;
mod setting;
mod simulate;
mod state;
mod tables;

use catalog::Workspace;
pub use request::Request;

use std::path::Path;

use anyhow::Context as _;
use protocol::ExitCode;
use serde::Serialize;

use terminal::output;

/// Comparisons a setting unless told otherwise.
const SCRIPTED: u64 = 2000;
const REAL: u64 = 40;

/// Everything from the command line to the exit code.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let progress = output::progress();
    if request.real {
        let times = request.comparisons.unwrap_or(REAL);
        let tallies = real::compare(request, times, workspace, &progress)?;
        progress.finish_and_clear();
        return show(request, &tables::real(&tallies), &tallies);
    }
    let times = request.comparisons.unwrap_or(SCRIPTED);
    let on_setting = |name: &str| {
        progress.set_message(format!("{times} comparisons: {name}"));
        progress.tick();
    };
    let figures = figures::figures(times, request.seed, &on_setting)?;
    progress.finish_and_clear();
    let head = format!("{times} comparisons a setting, seed {}\n\n", request.seed);
    show(request, &(head + &tables::scripted(&figures)), &figures)
}

/// Tables for people and figures for programs; a file called `-` is standard output.
fn show(request: &Request, tables: &str, figures: &impl Serialize) -> anyhow::Result<ExitCode> {
    let json = || serde_json::to_string_pretty(figures).map(|text| text + "\n");
    match &request.export_json {
        Some(file) if file == Path::new("-") => output::print(&json()?)?,
        Some(file) => {
            output::print(tables)?;
            let why = || format!("{} cannot be written", file.display());
            std::fs::write(file, json()?).with_context(why)?;
        }
        None => output::print(tables)?,
    }
    Ok(ExitCode::Ok)
}
