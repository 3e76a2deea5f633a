//! Standard output for results and standard error for everything else. Unlike `println!`, writing does
//! not panic where the reader has gone away, and no control character but our own colours goes through.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;

use crate::foreign::{hanging, shown_lines};
use crate::pictures::pictures;
use crate::progress;
use crate::style::Style;

/// The width of a table that goes to a file or a pipe, in characters.
const WIDTH_WITHOUT_TERMINAL: usize = 100;

/// Whether notices are left out.
static QUIET: AtomicBool = AtomicBool::new(false);

/// The parameters of the escape sequences that colour tables, and the end of such a sequence.
const COLOURS: [&str; 5] = ["0m", "2m", "31m", "32m", "33m"];

/// Writes results to standard output, with every other control character made visible.
///
/// # Errors
/// Where standard output cannot be written, such as a file on a full disk.
pub fn print(text: &str) -> anyhow::Result<()> {
    write(&safe(text, is_coloured()))
}

fn write(text: &str) -> anyhow::Result<()> {
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
        tell(&safe(text.trim_end(), is_coloured()));
        return Ok(());
    }
    print(text)
}

/// Writes a document for programs to standard output as it is: what a terminal must not get raw was
/// escaped in it by its own rules.
///
/// # Errors
/// Those of [`print()`].
pub fn document(text: &str) -> anyhow::Result<()> {
    write(text)
}

/// Writes a line for people, such as a warning or an error, to standard error.
pub fn complain(text: &str) {
    tell(&safe(text, false));
}

/// Writes an error, with the causes that it has: `error: …`.
pub fn complain_of(error: &anyhow::Error) {
    complain(&format!("error: {}", hanging(&format!("{error:#}"))));
}

fn tell(text: &str) {
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
/// terminal and no `NO_COLOR`; pictures are as [`draw_pictures`](crate::draw_pictures) decides. `knobs` asks for the settings of models; `verbose` is off.
pub fn style(knobs: bool) -> Style {
    let out = std::io::stdout();
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let terminal = terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0));
    let width = columns.or(terminal).unwrap_or(WIDTH_WITHOUT_TERMINAL);
    Style {
        width: width.max(40),
        colour: is_coloured(),
        pictures: pictures(),
        knobs,
        verbose: false,
    }
}

/// Whether tables on standard output have colours.
fn is_coloured() -> bool {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !no_colour
}

/// A text without control and invisible characters, but for line feeds and, where there are any, the
/// colours of tables. Whoever renders text from elsewhere escapes it as it fits there; here nothing else
/// slips through.
fn safe(text: &str, has_colours: bool) -> String {
    if !has_colours {
        return shown_lines(text);
    }
    let mut parts = text.split("\u{1b}[");
    let mut safe = shown_lines(parts.next().unwrap_or_default());
    for part in parts {
        let is_colour = COLOURS.iter().any(|colour| part.starts_with(colour));
        safe.push_str(if is_colour { "\u{1b}[" } else { "\\u{1b}[" });
        safe.push_str(&shown_lines(part));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn nothing_but_colours_goes_through_and_these_only_where_there_are_any() {
        let coloured = "\u{1b}[31mred\u{1b}[0m\nnext";
        assert_eq!(safe(coloured, true), coloured);
        assert_eq!(safe(coloured, false), "\\u{1b}[31mred\\u{1b}[0m\nnext");
        let hostile = "\u{1b}[2J\u{1b}]0;title\u{7}\u{202e}x\r";
        let expected = "\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{202e}x\\r";
        assert_eq!(safe(hostile, true), expected);
    }
}
