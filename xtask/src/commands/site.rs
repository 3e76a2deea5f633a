//! `cargo xtask site`: the documents of the checkout, the page of a comparison and that of a history as a folder of
//! static pages.

use analysis::sweeps;
use catalog::Workspace;
use protocol::ExitCode;
use report::export::Comparison;
use report::statistics;
use results::Stored;
use site::{ReadyPage, Tree};
use terminal::{Usage, counted, output, shown};

use crate::cli::{Places, SiteArgs};

/// The folder of the site below cargo's target folder.
const FOLDER: &str = "site";
/// The name of the newest comparison.
const LATEST: &str = "latest";

/// Makes all pages, and writes them where every link of the documents leads somewhere.
pub(crate) fn run(args: &SiteArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let folder = args
        .out
        .clone()
        .unwrap_or_else(|| workspace.target.join(FOLDER));
    let tree = Tree::read(&workspace.root)?;
    let pages: Vec<ReadyPage> = comparison(args, &workspace)?
        .into_iter()
        .chain(history(args)?)
        .collect();
    let made = site::build(&tree, &pages)?;
    if !made.problems.is_empty() {
        output::complain(&format!(
            "the site is not written, because {} nowhere:\n  {}",
            match made.problems.len() {
                1 => "a link leads".to_owned(),
                many => format!("{many} links lead"),
            },
            made.problems.join("\n  ")
        ));
        return Ok(ExitCode::Failed);
    }
    site::write(&folder, &made.files)?;
    output::print(&format!(
        "{} in {}: open index.html\n",
        counted(made.files.len() as u64, "file"),
        shown(&folder.display().to_string())
    ))?;
    Ok(ExitCode::Ok)
}

/// The page of the comparison that is asked for, or of the latest where there is one.
fn comparison(args: &SiteArgs, workspace: &Workspace) -> anyhow::Result<Option<ReadyPage>> {
    let named = args.comparison.as_deref().unwrap_or(LATEST);
    if args.comparison.is_none() && !workspace.results.join(LATEST).exists() {
        output::notice("no comparison is stored, so the site is without one");
        return Ok(None);
    }
    let Stored { mut run, rows, .. } = Stored::open(&workspace.results, named)
        .map_err(|error| Usage::error(format!("{error:#}")))?;
    run.statistics = statistics(&run, &rows);
    run.sweeps = sweeps(&run, &rows, &run.statistics);
    let measured = Comparison {
        run: &run,
        rows: &rows,
    };
    let html = page::html_on_site(&measured, &[site::to_start()])?;
    Ok(Some(ReadyPage {
        file: "comparison.html".to_owned(),
        title: "Latest comparison".to_owned(),
        html,
    }))
}

/// The page of the history, where one is named.
fn history(args: &SiteArgs) -> anyhow::Result<Option<ReadyPage>> {
    let Some(file) = &args.history else {
        return Ok(None);
    };
    Ok(Some(ReadyPage {
        file: "history.html".to_owned(),
        title: "History".to_owned(),
        html: page::sheet_on_site(&history::sheet_of(file)?, &[site::to_start()])?,
    }))
}
