//! The end of `ab`: a table for people, one for a pull request, and the exit code. What was found is
//! left to the meters.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use protocol::ExitCode;

use super::table::Table;
use report::plain;
use terminal::output;

/// What a meter found.
#[derive(Clone, Debug)]
pub(crate) struct Findings {
    pub table: Table,
    /// The sentence that it comes to.
    pub last: String,
    pub code: ExitCode,
}

/// Shows everything, and keeps what is to be kept.
pub(super) fn report(
    findings: &Findings,
    title: &str,
    notes: &[String],
    markdown: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let is_stdout = markdown.is_some_and(|path| path.as_os_str() == "-");
    let table = findings.table.text(output::style(false).width);
    let lines: String = notes.iter().map(|note| format!("{note}\n")).collect();
    let last = &findings.last;
    let text = format!("{title}\n\n{table}\n{lines}{last}\n");
    output::results(&text, is_stdout)?;
    if let Some(path) = markdown {
        let text = in_markdown(findings, title, notes);
        match is_stdout {
            true => output::print(&text)?,
            false => fs::write(path, text)
                .with_context(|| format!("{} cannot be written", path.display()))?,
        }
    }
    Ok(findings.code)
}

fn in_markdown(findings: &Findings, title: &str, notes: &[String]) -> String {
    let table = findings.table.markdown();
    let notes: String = notes.iter().map(|note| plain(note) + "  \n").collect();
    let (title, last) = (plain(title), plain(&findings.last));
    format!("### {title}\n\n{table}\n{notes}**{last}**\n")
}
