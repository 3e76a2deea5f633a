//! Standard output for results and standard error for everything else. Unlike `println!`, writing does
//! not panic where the reader has gone away.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;

use crate::progress;
use crate::style::Style;

/// The width of a table that goes to a file or a pipe, in characters.
const WIDTH_WITHOUT_TERMINAL: usize = 100;

/// Whether notices are left out.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Writes results to standard output.
///
/// # Errors
/// Where standard output cannot be written, such as a file on a full disk.
pub fn print(text: &str) -> anyhow::Result<()> {
    let written = progress::without_bar(|| {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    });
    match written {
        // In `cargo xtask … | head` the reader ends first, and has what it wanted.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written")
        }
        _ => Ok(()),
    }
}

/// Writes the tables to standard output, or to standard error where standard output is taken by an
/// export.
///
/// # Errors
/// Those of [`print()`].
pub fn results(text: &str, stdout_is_taken: bool) -> anyhow::Result<()> {
    if stdout_is_taken {
        complain(text.trim_end());
        return Ok(());
    }
    print(text)
}

/// Writes a line for people, such as a warning or an error, to standard error.
pub fn complain(text: &str) {
    // Where standard error cannot be written, there is no place to say so.
    let _ = progress::without_bar(|| writeln!(std::io::stderr(), "{text}"));
}

/// Asks for no [`notice`] from here on.
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Writes a line that is no warning, such as what a command does next, to standard error, unless quiet
/// was asked for.
pub fn notice(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        complain(text);
    }
}

/// The style of tables on standard output: `COLUMNS` or the terminal gives the width, and colours need a
/// terminal and no `NO_COLOR`. `knobs` asks for the settings of models; `verbose` is off.
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
        verbose: false,
    }
}
