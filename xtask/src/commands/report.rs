//! `cargo xtask report`: a stored comparison shown and exported once more, to the same bytes as when
//! it was measured. Nothing is measured or built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use analysis::sweeps;
use anyhow::Context as _;
use page::WantedFigure;
use protocol::ExitCode;
use report::export::Comparison;
use report::{closing, export, plots, render, statistics};
use results::{Stored, schema};
use terminal::{Style, charset, output, shown};

use crate::cli::{FIGURE_FLAG, Places, Plotted, ReportArgs};

/// Programs that open a file as the user prefers, on Linux and on macOS.
const OPENERS: [&str; 2] = ["xdg-open", "open"];

/// Finds the comparison, computes its statistics from the stored rows, shows and exports them.
pub(crate) fn run(args: &ReportArgs, places: &Places) -> anyhow::Result<ExitCode> {
    if args.schema {
        output::print(&schema::text()?)?;
        return Ok(ExitCode::Ok);
    }
    // First of all, because a mistyped path ought to be told before a page of tables.
    let figures = args.figures.wanted()?;
    let files: Vec<(&str, &Path)> = figures
        .iter()
        .map(|(_, file)| (FIGURE_FLAG, file.as_path()))
        .collect();
    export::refuse_what_cannot_be_written(&args.exports.0, &files)?;
    let workspace = places.workspace()?;
    let Stored {
        path,
        mut run,
        rows,
    } = Stored::open(&workspace.results, &args.run)?;
    // The file of the run holds statistics too, but not where the tool was killed while it measured.
    run.statistics = statistics(&run, &rows);
    run.sweeps = sweeps(&run, &rows, &run.statistics);
    let style = Style {
        verbose: args.verbose,
        ..output::style(args.knobs)
    };
    let comparison = Comparison {
        run: &run,
        rows: &rows,
    };
    // A workload that is not there is told before a page of tables, too.
    let pictures = drawings(&figures, &comparison)?;
    let shown = if args.plots.is_empty() {
        render(&run, &rows, &run.statistics, style) + &closing(&run, &path)
    } else {
        drawn(&args.plots, &comparison, style.width)?
    };
    let is_taken = args.exports.0.take_stdout() || files.iter().any(|(_, file)| is_stdout(file));
    output::results(&shown, is_taken)?;
    export::deliver(&args.exports.0, &comparison)?;
    for (file, drawing) in &pictures {
        write(file, drawing)?;
    }
    if args.open {
        open(&comparison, &path)?;
    }
    Ok(ExitCode::Ok)
}

/// The files of figures with what is to be in them.
fn drawings<'f>(
    figures: &'f [(WantedFigure, PathBuf)],
    comparison: &Comparison<'_>,
) -> anyhow::Result<Vec<(&'f Path, String)>> {
    figures
        .iter()
        .map(|(wanted, file)| Ok((file.as_path(), page::figure_file(comparison, wanted)?)))
        .collect()
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    if is_stdout(file) {
        return output::document(text);
    }
    fs::write(file, text)
        .with_context(|| format!("{} cannot be written", shown(&file.display().to_string())))
}

fn is_stdout(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// The plots of these kinds, one after the other.
fn drawn(kinds: &[Plotted], comparison: &Comparison<'_>, width: usize) -> anyhow::Result<String> {
    let mut text = String::new();
    for kind in kinds {
        text += &plots(kind.kind(), comparison, width, charset())?;
    }
    Ok(text)
}

/// Writes the page into the folder of the comparison, and opens it.
fn open(comparison: &Comparison<'_>, folder: &Path) -> anyhow::Result<()> {
    let file = folder.join("page.html");
    let place = shown(&file.display().to_string());
    fs::write(&file, page::html(comparison)?)
        .with_context(|| format!("{place} cannot be written; `--html FILE` writes it elsewhere"))?;
    if OPENERS.iter().any(|opener| is_started(opener, &file)) {
        output::notice(&format!("opened {place}"));
    } else {
        let names = OPENERS.join(" nor ");
        // Asked for and not done, so that it is said even where notices are not wanted.
        output::complain(&format!(
            "the page is {place}; neither {names} is here to open it"
        ));
    }
    Ok(())
}

/// Whether a program that opens files is there and was started with this one.
fn is_started(opener: &str, file: &Path) -> bool {
    // It is not waited for: some browsers stay in the foreground.
    let mut command = Command::new(opener);
    command.arg(file).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}
