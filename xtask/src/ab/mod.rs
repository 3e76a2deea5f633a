//! `cargo xtask ab --base REV`: is this revision slower than that one? Both are built here and run
//! side by side, so that no figure of another day or machine is needed. How a time is judged is in
//! `judge`, how instructions are is left to `instructions`.

mod args;
mod git;
mod judge;
mod keep;
mod matter;
mod pass;
mod report;
mod side;
mod table;
mod words;

use std::path::PathBuf;

use protocol::ExitCode;

use crate::cli::{Places, Usage};
use crate::instructions;
use crate::interrupt;
use crate::launch::{Ledger, sweep};
use crate::output;
use crate::scripted::Script;
use crate::store::time;
use crate::workspace::Workspace;
pub(crate) use args::AbArgs;
use args::Meter;
use matter::{Matter, Pair};
use pass::{Bench, Extent};
pub(crate) use report::Findings;
use side::Side;
pub(crate) use table::Table;

/// A second pass must not repeat the order of the first.
const FRESH: u64 = 0x9E37_79B9_7F4A_7C15;

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &AbArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let tool = Workspace::find(places.results.as_deref(), &places.more_models)?;
    let folder = tool.results.with_file_name("ab");
    let tool = Workspace {
        results: folder.join("runs"),
        ..tool
    };
    if let Some(path) = &args.scripted {
        return scripted(args, &tool, path);
    }
    let checkout = Workspace {
        root: match &args.repository {
            Some(folder) => std::path::absolute(folder)?,
            None => tool.root.clone(),
        },
        ..tool.clone()
    };
    let revision = args.base.as_deref().unwrap_or("HEAD");
    let base = Side::checked_out("base", &checkout, revision, &folder, None)?;
    let head = match &args.head {
        Some(revision) => Side::checked_out("head", &checkout, revision, &folder, Some(&base))?,
        None => Side::working_tree("head", checkout.clone()),
    };
    for removed in keep::prune(&folder) {
        output::complain(&format!("removed an old revision: {}", removed.display()));
    }
    let matter = matter::of_both(args, &base, &head)?;
    let ledger = watched(&tool)?;
    output::complain(&format!("building {} and {}", base.revision, head.revision));
    matter::build(&matter, [&base, &head], &ledger)?;
    // The services and the right answers are the head's, like the workloads.
    let of_head = match args.repository {
        Some(_) => &tool,
        None => &head.workspace,
    };
    let title = format!("head {} against base {}", head.revision, base.revision);
    measured(args, &title, &matter, of_head, &ledger, None)
}

fn scripted(args: &AbArgs, tool: &Workspace, path: &std::path::Path) -> anyhow::Result<ExitCode> {
    let script = Script::read(path).map_err(|error| Usage::error(format!("{error:#}")))?;
    let matter = matter::of_script(args, &script)?;
    let ledger = watched(tool)?;
    measured(
        args,
        "head against base",
        &matter,
        tool,
        &ledger,
        Some(&script),
    )
}

fn watched(workspace: &Workspace) -> anyhow::Result<Ledger> {
    interrupt::watch()?;
    let ledger = Ledger::open(&workspace.results)?;
    sweep(&workspace.results);
    Ok(ledger)
}

fn measured(
    args: &AbArgs,
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
        sizes: &args.sizes,
        extent: Extent::of(args.runs, matter, args.max_regression),
    };
    let seed = args.seed.unwrap_or_else(time::now_ms);
    let (findings, how) = match args.meter {
        Meter::Time => {
            let findings = by_time(&bench, matter, args, seed)?;
            let blocks = bench.extent.words();
            (findings, format!("{blocks}; seed {seed}"))
        }
        Meter::Instructions => {
            let pairs: Vec<_> = matter.pairs.iter().map(Pair::both).collect();
            let chosen = &matter.workloads;
            let findings = instructions::run(workspace, ledger, &args.sizes, chosen, &pairs)?;
            (findings, instructions::ABOUT.to_owned())
        }
    };
    let left_out = matter.left_out.iter().map(|why| format!("left out: {why}"));
    let notes: Vec<String> = [how].into_iter().chain(left_out).collect();
    let markdown: Option<PathBuf> = args.export_markdown.clone();
    report::report(&findings, title, &notes, markdown.as_deref())
}

/// Twice, where the first pass finds something.
fn by_time(
    bench: &Bench<'_>,
    matter: &Matter,
    args: &AbArgs,
    seed: u64,
) -> anyhow::Result<Findings> {
    let limit = args.max_regression;
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
