//! `cargo xtask ab --base REV`: is this revision slower than that one? Both are built here and run
//! side by side, so that no figure of another day or machine is needed. How a time is judged is in
//! `judge`, how instructions are is left to `instructions`.

mod git;
mod instructions;
mod judge;
mod keep;
mod matter;
mod pass;
mod report;
mod request;
mod side;
mod table;
mod words;

use std::path::PathBuf;

use protocol::ExitCode;

use catalog::Workspace;
use compare::Script;
use launch::Ledger;
use matter::{Matter, Pair};
use pass::{Bench, Extent};
use report::Findings;
pub use request::{Meter, Request};
use results::time;
use side::Side;
use terminal::{Usage, output};

/// A second pass must not repeat the order of the first.
const FRESH: u64 = 0x9E37_79B9_7F4A_7C15;

/// Everything from the command line to the exit code.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let tool = workspace;
    let folder = tool.results.with_file_name("ab");
    let tool = Workspace {
        results: folder.join("runs"),
        ..tool.clone()
    };
    if let Some(path) = &request.scripted {
        return scripted(request, &tool, path);
    }
    let checkout = Workspace {
        root: match &request.repository {
            Some(folder) => std::path::absolute(folder)?,
            None => tool.root.clone(),
        },
        ..tool.clone()
    };
    let revision = request.base.as_deref().unwrap_or("HEAD");
    let base = Side::checked_out("base", &checkout, revision, &folder, None)?;
    let head = match &request.head {
        Some(revision) => Side::checked_out("head", &checkout, revision, &folder, Some(&base))?,
        None => Side::working_tree("head", checkout.clone()),
    };
    for removed in keep::prune(&folder) {
        output::complain(&format!("removed an old revision: {}", removed.display()));
    }
    let matter = matter::of_both(request, &base, &head)?;
    let ledger = launch::begin(&tool.results)?;
    output::complain(&format!("building {} and {}", base.revision, head.revision));
    matter::build(&matter, [&base, &head], &ledger)?;
    // The services and the right answers are the head's, like the workloads.
    let of_head = match request.repository {
        Some(_) => &tool,
        None => &head.workspace,
    };
    let title = format!("head {} against base {}", head.revision, base.revision);
    measured(request, &title, &matter, of_head, &ledger, None)
}

fn scripted(
    request: &Request,
    tool: &Workspace,
    path: &std::path::Path,
) -> anyhow::Result<ExitCode> {
    let script = Script::read(path).map_err(|error| Usage::error(format!("{error:#}")))?;
    let matter = matter::of_script(request, &script)?;
    let ledger = launch::begin(&tool.results)?;
    measured(
        request,
        "head against base",
        &matter,
        tool,
        &ledger,
        Some(&script),
    )
}

fn measured(
    request: &Request,
    title: &str,
    matter: &Matter,
    workspace: &Workspace,
    ledger: &Ledger,
    script: Option<&Script>,
) -> anyhow::Result<ExitCode> {
    let bench = Bench {
        workspace,
        ledger,
        script,
        sizes: &request.sizes,
        extent: Extent::of(request.runs, matter, request.max_regression),
    };
    let seed = request.seed.unwrap_or_else(time::now_ms);
    let (findings, how) = match request.meter {
        Meter::Time => {
            let findings = by_time(&bench, matter, request, seed)?;
            let blocks = bench.extent.words();
            (findings, format!("{blocks}; seed {seed}"))
        }
        Meter::Instructions => {
            let pairs: Vec<_> = matter.pairs.iter().map(Pair::both).collect();
            let chosen = &matter.workloads;
            let findings = instructions::run(workspace, ledger, &request.sizes, chosen, &pairs)?;
            (findings, instructions::ABOUT.to_owned())
        }
    };
    let left_out = matter.left_out.iter().map(|why| format!("left out: {why}"));
    let notes: Vec<String> = [how].into_iter().chain(left_out).collect();
    let markdown: Option<PathBuf> = request.export_markdown.clone();
    report::report(&findings, title, &notes, markdown.as_deref())
}

/// Twice, where the first pass finds something.
fn by_time(
    bench: &Bench<'_>,
    matter: &Matter,
    request: &Request,
    seed: u64,
) -> anyhow::Result<Findings> {
    let limit = request.max_regression;
    let everything: Vec<_> = matter
        .pairs
        .iter()
        .map(|pair| (pair, matter.workloads.clone()))
        .collect();
    let mut rows = judge::rows(&pass::run(bench, &everything, seed)?, limit)?;
    let suspects = matter.of(&rows);
    if !suspects.is_empty() {
        output::complain("a second pass, with a fresh seed, over what the first found");
        let second = pass::run(bench, &suspects, seed ^ FRESH)?;
        judge::confirm(&mut rows, judge::rows(&second, limit)?);
    }
    Ok(words::findings(&rows, limit))
}
