//! Measuring what claims need: one comparison for each placement, made by the machinery of `compare`,
//! in which only the needed variants of each workload run. What cannot be had is recorded with the
//! reason, and the rest is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::{Registry, Workspace};
use compare::Script;
use host::Ledger;
use results::{Folder, Placement, time};
use terminal::{Usage, output};

use crate::book::{Book, Claim};
use crate::comparison::PlannedComparison;
use crate::evidence::{ComparisonFolder, Evidence, Manifest};
use crate::forecast;
use crate::free_threaded::FreeThreaded;
use crate::lookup::Lookup;
use crate::plan::needed;
use crate::request::Request;
use crate::scheduler::ByWidth;
use crate::source;

/// Measures everything that these claims need; returns the folder of the results, or nothing where the plan
/// alone was asked for.
///
/// # Errors
/// A script that cannot be read, an interrupt, or a failure of the tool itself. What was measured
/// before stays in the folder.
pub(crate) fn measure(
    workspace: &Workspace,
    book: &Book,
    claims: &[&Claim],
    request: &Request,
) -> anyhow::Result<Option<PathBuf>> {
    let script = request
        .scripted
        .as_deref()
        .map(Script::read)
        .transpose()
        .map_err(|error| Usage::error(format!("{error:#}")))?;
    let ledger = launch::begin(&workspace.results)?;
    let (commit, now) = (workspace.commit(), time::now_ms());
    let folder = workspace
        .results
        .join(format!("{}-{commit}", time::for_name(now)));
    if !request.dry_run {
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let registry = match &script {
        Some(script) => script.registry(),
        None => Registry::find(workspace),
    };
    let free_threaded = match &script {
        Some(_) => FreeThreaded::of_script(&registry),
        None => FreeThreaded::find(&registry, workspace, &ledger)?,
    };
    let book = &book.with_interpreter(free_threaded.as_ref());
    let arms = needed(book, claims);
    let lookup = Lookup {
        workspace,
        registry: &registry,
        book,
        script: script.as_ref(),
        folder: (!request.dry_run).then_some(&folder),
    };
    let resolved = lookup.resolve(&arms)?;
    let seed = request.seed.unwrap_or_else(time::now_ms);
    let mut planned: Vec<PlannedComparison> = [Placement::Free, Placement::OneCpu]
        .into_iter()
        .filter_map(|placement| {
            PlannedComparison::new(
                &resolved,
                &arms,
                placement,
                (seed, request.blocks()),
                script.as_ref(),
            )
        })
        .collect();
    forecast::share_time(&mut planned);
    announce(&planned, &resolved.missing);
    if request.dry_run {
        return Ok(None);
    }
    let labels = claims.iter().map(|claim| claim.label()).collect();
    let mut manifest = Manifest::new(labels, commit, time::readable(now));
    manifest.missing.clone_from(&resolved.missing);
    manifest.free_threaded = free_threaded;
    // Lines are counted now and stored, because the checkout may be another one when the run is
    // judged again.
    manifest.lines = source::lines(&workspace.root, &book.sources);
    // The manifest is written before the first run, so that a run that is interrupted at any time
    // can be read.
    manifest.write(&folder)?;
    let questions = Questions { book, claims };
    measure_all(
        workspace,
        &ledger,
        &planned,
        &questions,
        &mut manifest,
        &folder,
    )?;
    Ok(Some(folder))
}

/// The claims that are measured, and the book that they refer to.
struct Questions<'a> {
    book: &'a Book,
    claims: &'a [&'a Claim],
}

/// Makes the comparisons one after the other, each in a folder of its own below `folder`.
fn measure_all(
    workspace: &Workspace,
    ledger: &Ledger,
    planned: &[PlannedComparison],
    questions: &Questions<'_>,
    manifest: &mut Manifest,
    folder: &Path,
) -> anyhow::Result<()> {
    let inner = Workspace {
        results: folder.to_owned(),
        ..workspace.clone()
    };
    let mut evidence = Evidence::default();
    for comparison in planned {
        let into = Folder::create(folder, &manifest.commit)?;
        let name = into.path().file_name().unwrap_or_default();
        // The comparison is entered before it is measured: of one that is interrupted, the rows
        // that there are can be judged.
        manifest.comparisons.push(ComparisonFolder {
            placement: comparison.choice.options.placement,
            folder: name.to_string_lossy().into_owned(),
        });
        manifest.write(folder)?;
        let PlannedComparison { choice, pairs } = comparison;
        let placement = choice.options.placement;
        let mut scheduler =
            ByWidth::new(questions.book, questions.claims, placement, &mut evidence);
        compare::measure_pairs(&inner, ledger, choice, pairs, &mut scheduler, into).inspect_err(
            |_| {
                output::notice(&format!(
                    "what was measured is kept: `claims --from {}`",
                    folder.display()
                ));
            },
        )?;
    }
    Ok(())
}

/// Tells the plan, and what cannot be measured. It is an estimate before the build; the first block then
/// shows the real pace.
fn announce(planned: &[PlannedComparison], missing: &BTreeMap<String, String>) {
    for line in forecast::lines(planned) {
        output::notice(&line);
    }
    for why in missing.values().collect::<BTreeSet<_>>() {
        output::notice(&format!("not measurable here: {why}"));
    }
}
