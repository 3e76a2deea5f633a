//! `cargo xtask trust`: how often the verdicts of `compare` are wrong, and what they miss, counted
//! where the truth is known: on simulated machines, and with `--real` on this one. The code under
//! test is that of `schedule`, `analysis` and `verdict`, as `compare` calls it.

mod arms;
mod bars;
mod case;
mod counted;
mod early;
mod experiment;
mod figures;
mod fleet;
mod laboratory;
mod machine;
mod metrics;
mod naive;
mod pairs;
mod parallel;
mod plan;
mod race;
mod real;
mod request;
mod rounds;
mod sequence;
mod setting;
mod signs;
mod simulate;
mod state;
mod tables;
mod tally;
mod thresholds;
mod time_to_verdict;
mod turns;

use std::path::Path;

use anyhow::Context as _;
use catalog::Workspace;
use protocol::ExitCode;
use report::export::{Part, SheetExport, refuse_unwritable};
use serde::Serialize;
use terminal::{counted, output, progress};

pub use crate::request::Request;

/// Simulated comparisons of each experiment unless told otherwise: a share of 1 % then has a standard
/// error of 0.2 %.
const SIMULATED: u64 = 2000;
/// Real comparisons of each kind unless told otherwise: of 4 kinds, in 20 blocks of two arms, they
/// are 6400 runs.
const REAL: u64 = 40;
/// Blocks of each real comparison unless told otherwise.
const REAL_BLOCKS: u64 = 20;
/// Real comparisons of each kind that go on until they are precise, unless told otherwise.
const TIMED: u64 = 20;
/// The most blocks of each of these unless told otherwise.
const TIMED_BLOCKS: u64 = 60;

/// Runs the command: counts what the verdicts say where the truth is known, and shows the counts.
///
/// # Errors
/// Statistics that cannot be computed, a real run that fails, an interrupt, or files that cannot be
/// written.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let page = request.export_html.as_ref();
    let files = [
        request
            .export_json
            .as_deref()
            .map(|path| ("export-json", path)),
        page.map(|export| (SheetExport::FLAG, export.path.as_path())),
    ];
    refuse_unwritable(files.into_iter().flatten())?;
    if request.real {
        let times = request.comparisons.unwrap_or(REAL);
        let blocks = request.blocks.unwrap_or(REAL_BLOCKS);
        let figures = real::compare(request, times, blocks, workspace)?;
        progress::end();
        return show(request, "", tables::real::real(&figures), &figures);
    }
    if request.time_to_verdict {
        let times = request.comparisons.unwrap_or(TIMED);
        let most = request.blocks.unwrap_or(TIMED_BLOCKS);
        let all = time_to_verdict::compare(request, times, most, workspace)?;
        progress::end();
        let races = race::races(&all);
        return show(request, "", tables::real::races(&races), &races);
    }
    let times = request.comparisons.unwrap_or(SIMULATED);
    progress::stage("simulating");
    if request.thresholds {
        let tried = thresholds::try_all(times, request.seed)?;
        progress::end();
        return show(request, "", tables::thresholds::thresholds(&tried), &tried);
    }
    let head = format!(
        "{} a setting, seed {}",
        counted(times, "comparison"),
        request.seed
    );
    if request.hosts {
        let all = fleet::count_all(times, request.seed, &|fleet| progress::step(fleet))?;
        progress::end();
        return show(request, &head, tables::fleet::fleets(&all), &all);
    }
    let all = figures::count_all(times, request.seed, &|setting| {
        progress::step(&format!("{}: {setting}", counted(times, "comparison")));
    })?;
    progress::end();
    show(request, &head, tables::simulated::scripted(&all), &all)
}

/// Shows the tables below a line that says how they came about, and writes the figures as JSON and the
/// tables as a page where that is asked for; a file called `-` is standard output.
fn show(
    request: &Request,
    head: &str,
    tables: Vec<Part>,
    figures: &impl Serialize,
) -> anyhow::Result<ExitCode> {
    let is_json = request.export_json.as_deref() == Some(Path::new("-"));
    let page = request.export_html.as_ref();
    // The tables are left out where a program reads the stream, since it expects its own format alone.
    if !is_json && !page.is_some_and(SheetExport::is_stdout) {
        output::print(&tables::text(head, &tables))?;
    }
    let json = terminal::json(serde_json::to_string_pretty(figures)?) + "\n";
    match &request.export_json {
        Some(_) if is_json => output::document(&json)?,
        Some(file) => std::fs::write(file, json)
            .with_context(|| format!("{} cannot be written", file.display()))?,
        None => {}
    }
    if let Some(export) = page {
        export.deliver(&tables::sheet(head, tables))?;
    }
    Ok(ExitCode::Ok)
}
