//! The end of `ab`: it shows a table for people, writes one for a pull request, and gives the exit code.

use std::fs;
use std::path::Path;

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
    /// The sentence that everything comes to.
    pub last: String,
    pub code: ExitCode,
}

/// Shows the findings, writes them to a `file` (standard output where that is `-`), and returns
/// their exit code.
pub(super) fn report(
    findings: &Findings,
    title: &str,
    notes: &[String],
    file: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let is_stdout = file.is_some_and(|path| path.as_os_str() == "-");
    let table = findings.table.text(output::style(false));
    let lines: String = notes.iter().map(|note| format!("{note}\n")).collect();
    let last = &findings.last;
    let text = format!("{title}\n\n{table}\n{lines}{last}\n");
    // Markdown on standard output is for another program, so that the words for people go to standard
    // error.
    output::results(&text, is_stdout)?;
    if let Some(path) = file {
        let text = in_markdown(findings, title, notes);
        if is_stdout {
            output::document(&text)?;
        } else {
            fs::write(path, text)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    Ok(findings.code)
}

fn in_markdown(findings: &Findings, title: &str, notes: &[String]) -> String {
    let table = findings.table.markdown();
    // Two spaces end a line in Markdown; without them the notes would become one paragraph.
    let lines: String = notes.iter().map(|note| markdown(note) + "  \n").collect();
    let (title, last) = (markdown(title), markdown(&findings.last));
    format!("### {title}\n\n{table}\n{lines}**{last}**\n")
}
