//! Standard output and standard error, without the panic of `println!` when nobody reads.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use crate::style::Style;

/// A table that goes to a file or a pipe may be this wide.
const WIDTH_WITHOUT_TERMINAL: usize = 200;

/// Writes results. A reader that has gone away has read enough.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written")
        }
        _ => Ok(()),
    }
}

/// Writes the tables, unless standard output is wanted for an export: then they are no result.
pub fn results(text: &str, stdout_is_taken: bool) -> anyhow::Result<()> {
    if stdout_is_taken {
        complain(text.trim_end());
        return Ok(());
    }
    print(text)
}

/// Tells people something that is no result.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// How tables are to look where they go.
pub fn style(knobs: bool) -> Style {
    let out = std::io::stdout();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let terminal = terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0));
    let width = columns.or(terminal).unwrap_or(WIDTH_WITHOUT_TERMINAL);
    Style {
        width: width.max(40),
        colour: out.is_terminal() && !no_colour,
        knobs,
    }
}

/// What is going on, on standard error; nothing without a terminal. It is drawn between runs and
/// never by a thread of its own, which would take processor time from what is measured.
pub fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
