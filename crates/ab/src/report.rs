//! The end of `ab`: it shows a table for people, writes one for a pull request, and gives the exit code.

use std::fs;
use std::path::Path;

use ::report::export::{Part, RatioPlot, RatioRow, Sheet, SheetExport, SheetTable};
use anyhow::Context as _;
use protocol::ExitCode;
use terminal::{markdown, output};

use crate::table::Table;

/// The last sentence where no variant ran on both sides, which must not read as good news.
pub(crate) const NOTHING_COMPARED: &str = "nothing was compared, so this is no pass: no variant ran the \
    same work in both revisions";

/// What a meter found, as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Findings {
    pub table: Table,
    /// The ratios that were measured, as a page draws them.
    pub ratios: Vec<RatioRow>,
    /// The sentence that everything comes to.
    pub last: String,
    pub code: ExitCode,
}

/// Where findings are written besides the terminal; a file called `-` is standard output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    pub(super) markdown: Option<&'a Path>,
    pub(super) page: Option<&'a SheetExport>,
}

/// Shows the findings, writes them where that is asked for, and returns their exit code.
pub(super) fn report(
    findings: &Findings,
    title: &str,
    notes: &[String],
    written: Written<'_>,
) -> anyhow::Result<ExitCode> {
    let file = written.markdown;
    let is_stdout = file.is_some_and(|path| path.as_os_str() == "-");
    let is_taken = is_stdout || written.page.is_some_and(SheetExport::is_stdout);
    let table = findings.table.text(output::style(false));
    let lines: String = notes.iter().map(|note| format!("{note}\n")).collect();
    let last = &findings.last;
    let text = format!("{title}\n\n{table}\n{lines}{last}\n");
    // A document on standard output is for another program, so that the words for people go to standard
    // error.
    output::results(&text, is_taken)?;
    if let Some(path) = file {
        let text = in_markdown(findings, title, notes);
        if is_stdout {
            output::document(&text)?;
        } else {
            fs::write(path, text)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    if let Some(page) = written.page {
        page.deliver(&sheet(findings, title, notes))?;
    }
    Ok(findings.code)
}

/// The findings as a page shows them.
fn sheet(findings: &Findings, title: &str, notes: &[String]) -> Sheet {
    let opening = [findings.last.clone()].into_iter();
    let plot = RatioPlot {
        title: "head ÷ base".to_owned(),
        caption: "The line ends in the bounds of the ratio; what is beyond the dotted limit with its whole \
                  interval, and again in a second pass, is a regression."
            .to_owned(),
        rows: findings.ratios.clone(),
        ..RatioPlot::default()
    };
    Sheet {
        title: title.to_owned(),
        opening: opening.chain(notes.iter().cloned()).collect(),
        parts: vec![Part {
            heading: "Findings".to_owned(),
            ratios: (!findings.ratios.is_empty()).then_some(plot),
            table: Some(SheetTable::plain(
                &findings.table.titles,
                findings.table.rows.iter().cloned(),
            )),
            ..Part::default()
        }],
    }
}

fn in_markdown(findings: &Findings, title: &str, notes: &[String]) -> String {
    let table = findings.table.markdown();
    // Two spaces end a line in Markdown; without them the notes would become one paragraph.
    let lines: String = notes.iter().map(|note| markdown(note) + "  \n").collect();
    let (title, last) = (markdown(title), markdown(&findings.last));
    format!("### {title}\n\n{table}\n{lines}**{last}**\n")
}
