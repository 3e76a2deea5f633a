//! `cargo xtask history`: a night is added, and the changes of all nights are shown.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::Workspace;
use protocol::ExitCode;
use report::export::{Sheet, SheetExport, refuse_unwritable};
use results::Stored;
use terminal::{Usage, output, shown};

use crate::file::{History, add, read};
use crate::night::Night;
use crate::series::judge;
use crate::sheet::sheet;
use crate::text::text;

/// What is asked of a history.
#[derive(Debug)]
pub struct Request {
    /// The file, with a line for each night.
    pub file: PathBuf,
    /// A stored comparison that is added first: a folder, its name among the results, or `latest`.
    pub add: Option<String>,
    /// Where the page is written.
    pub export_html: Option<SheetExport>,
}

/// Adds a night where that is asked for, and shows what changed over all nights.
///
/// # Errors
/// Usage errors: there is no such file or comparison, or the comparison has no ratios; a file that is no history, or
/// cannot be written.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let export = request.export_html.as_ref();
    let page = export.map(|export| (SheetExport::FLAG, export.path.as_path()));
    let added = request
        .add
        .as_ref()
        .map(|_| ("add", request.file.as_path()));
    refuse_unwritable(page.into_iter().chain(added))?;
    if export.is_some_and(|export| is_one_file(&export.path, &request.file)) {
        return Err(Usage::error(format!(
            "--{} {}: this is the history itself, which the page would destroy",
            SheetExport::FLAG,
            request.file.display()
        )));
    }
    if let Some(named) = &request.add {
        let stored = Stored::open(&workspace.results, named)
            .map_err(|error| Usage::error(format!("{error:#}")))?;
        let night = Night::of(&stored)?;
        if !add(&request.file, &night)? {
            output::notice(&format!(
                "the comparison of {} is in the history already",
                shown(&night.started)
            ));
        }
    }
    let history = open(&request.file)?;
    let judged = judge(&history);
    output::results(&text(&judged), export.is_some_and(SheetExport::is_stdout))?;
    if let Some(export) = export {
        export.deliver(&sheet(&judged))?;
    }
    Ok(ExitCode::Ok)
}

/// What a page shows of the history in a file.
///
/// # Errors
/// There is no such file (a usage error), or it is no history.
pub fn sheet_of(file: &Path) -> anyhow::Result<Sheet> {
    let history = open(file)?;
    Ok(sheet(&judge(&history)))
}

/// Whether two paths are of one file that exists.
fn is_one_file(one: &Path, other: &Path) -> bool {
    let known = [one, other].map(fs::canonicalize);
    matches!(&known, [Ok(one), Ok(other)] if one == other)
}

fn open(file: &Path) -> anyhow::Result<History> {
    let place = shown(&file.display().to_string());
    if !file.is_file() {
        return Err(Usage::error(format!(
            "there is no history {place}: `--add RUN` makes one from a stored comparison"
        )));
    }
    read(file).with_context(|| format!("{place} is no history"))
}
