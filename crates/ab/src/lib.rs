//! `cargo xtask ab --base REV`: is this revision slower than that one? Both are built here and run side by
//! side, so that no figure of another day or machine is needed.

mod failures;
mod git;
mod instructions;
mod judge;
mod keep;
mod pass;
mod report;
mod request;
mod revision;
mod scope;
mod table;
mod words;

use std::path::Path;

use ::report::cpu_times;
use ::report::export::{SheetExport, refuse_unwritable};
use catalog::Workspace;
use compare::Script;
use host::Ledger;
use launch::{Calibrator, LazyLedger};
use protocol::ExitCode;
use results::{AskedCpu, time};
use terminal::{Usage, output};

use crate::pass::{Extent, PassContext};
use crate::report::{Findings, Written};
use crate::revision::Revision;
use crate::scope::{Pair, Scope};

pub use request::{Meter, Request};

/// What changes the seed for the second pass, which must not repeat the order of the first. The number is
/// 2^64 divided by the golden ratio, whose bits are well mixed.
const FRESH: u64 = 0x9E37_79B9_7F4A_7C15;

/// Builds both revisions, measures them side by side, shows the findings, and returns the exit code.
///
/// # Errors
///
/// A revision or a name is unknown, a model does not build, nothing can be measured, or an interrupt.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let markdown = request.export_markdown.as_deref();
    let page = request.export_html.as_ref();
    let files = [
        markdown.map(|path| ("export-markdown", path)),
        page.map(|export| (SheetExport::FLAG, export.path.as_path())),
    ];
    refuse_unwritable(files.into_iter().flatten())?;
    let folder = workspace.results.with_file_name("ab");
    // Passes are kept apart from the comparisons that people asked for.
    let tool = Workspace {
        results: folder.join("runs"),
        ..workspace.clone()
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
    let base = Revision::checked_out("base", &checkout, revision, &folder, None)?;
    let head = match &request.head {
        Some(revision) => Revision::checked_out("head", &checkout, revision, &folder, Some(&base))?,
        None => Revision::working_tree("head", checkout.clone()),
    };
    for removed in keep::prune(&folder) {
        output::notice(&format!("removed an old revision: {}", removed.display()));
    }
    let lazy_ledger = LazyLedger::new(&tool.results);
    // One calibration for both: each revision's own program could come to other sizes.
    let calibrator = Calibrator::new(workspace, &lazy_ledger);
    let compared = scope::of_revisions(request, &base, &head, &tool, &calibrator)?;
    if request.meter == Meter::Time {
        scope::refuse_too_long(&compared, request)?;
    }
    let ledger = lazy_ledger.get()?;
    output::notice(&format!("building {} and {}", base.name, head.name));
    scope::build(&compared, [&base, &head], ledger)?;
    // The services and the expected digests are the head's, like the workloads, unless the revisions are
    // those of another repository, which need not have the programs for them.
    let of_head = match request.repository {
        Some(_) => &tool,
        None => &head.workspace,
    };
    let title = format!("head {} against base {}", head.name, base.name);
    measured(request, &title, &compared, of_head, ledger, None)
}

/// The same with a script in the place of programs.
fn scripted(request: &Request, tool: &Workspace, path: &Path) -> anyhow::Result<ExitCode> {
    let script = Script::read(path).map_err(|error| Usage::error(format!("{error:#}")))?;
    let compared = scope::of_script(request, &script)?;
    let ledger = launch::begin(&tool.results)?;
    measured(
        request,
        "head against base",
        &compared,
        tool,
        &ledger,
        Some(&script),
    )
}

/// Measures a scope by the meter that was asked for, and shows the findings.
fn measured(
    request: &Request,
    title: &str,
    scope: &Scope,
    workspace: &Workspace,
    ledger: &Ledger,
    script: Option<&Script>,
) -> anyhow::Result<ExitCode> {
    if request.meter == Meter::Time {
        Extent::refuse_too_few(request.runs, scope)?;
    }
    let context = PassContext {
        workspace,
        ledger,
        script,
        sizes: &request.sizes,
        extent: Extent::new(request.runs, scope, request.max_regression),
    };
    let seed = request.seed.unwrap_or_else(time::now_ms);
    let (findings, how) = match request.meter {
        Meter::Time => {
            let findings = by_time(&context, scope, request, seed)?;
            let blocks = context.extent.words();
            (findings, format!("{blocks}; seed {seed}"))
        }
        Meter::Instructions => {
            let pairs: Vec<_> = scope.pairs.iter().map(Pair::both).collect();
            let chosen = &scope.workloads;
            let findings = instructions::run(workspace, ledger, &request.sizes, chosen, &pairs)?;
            (findings, instructions::ABOUT.to_owned())
        }
    };
    let left_out = scope.left_out.iter().map(|why| format!("left out: {why}"));
    let sizes = scope.workloads.iter().flat_map(|chosen| {
        let asked: Vec<AskedCpu> = chosen.cpu.iter().map(AskedCpu::from).collect();
        cpu_times(&chosen.workload, &asked)
    });
    let notes: Vec<String> = [how].into_iter().chain(sizes).chain(left_out).collect();
    let written = Written {
        markdown: request.export_markdown.as_deref(),
        page: request.export_html.as_ref(),
    };
    report::report(&findings, title, &notes, written)
}

/// Measures everything once, and what is slower a second time: a slow-down by chance rarely comes twice.
fn by_time(
    context: &PassContext<'_>,
    scope: &Scope,
    request: &Request,
    seed: u64,
) -> anyhow::Result<Findings> {
    let limit = request.max_regression;
    let everything: Vec<_> = scope
        .pairs
        .iter()
        .map(|pair| (pair, scope.workloads.clone()))
        .collect();
    let mut variants = judge::judge(&pass::run(context, &everything, seed)?, limit)?;
    let suspects = scope.suspects(&variants);
    if !suspects.is_empty() {
        output::notice("a second pass, with a fresh seed, over what the first found");
        let again = pass::run(context, &suspects, seed ^ FRESH)?;
        let second = judge::of_suspects(again, &variants);
        judge::confirm(&mut variants, judge::judge(&second, limit)?);
    }
    Ok(words::findings(&variants, limit))
}
