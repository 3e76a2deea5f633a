//! The rows of a unit, line by line from its file to the merged one.

use std::fs::File;
use std::io::{BufRead as _, BufReader};

use anyhow::{Context as _, ensure};
use results::{Rewrite, Row};
use terminal::{interrupt, progress};

use crate::renumber::Renumbering;
use crate::units::Unit;

/// The size in bytes of what is read at once: some hundred rows.
const BUFFER: usize = 1 << 16;

/// Adds the rows of a unit to the merged file, and to `rows`.
///
/// # Errors
/// A line that is no row, another number of rows than the unit was completed with, a file that cannot be read or
/// written, or an interrupt.
pub(crate) fn unit(
    unit: &Unit,
    renumbering: &mut Renumbering,
    rewrite: &mut Rewrite,
    rows: &mut Vec<Row>,
) -> anyhow::Result<()> {
    interrupt::check()?;
    progress::tick();
    let path = unit.path.join("samples.jsonl");
    let file = File::open(&path).with_context(|| path.display().to_string())?;
    let mut lines = BufReader::with_capacity(BUFFER, file);
    let mut line = Vec::new();
    let mut count = 0;
    while lines
        .read_until(b'\n', &mut line)
        .with_context(|| path.display().to_string())?
        > 0
    {
        count += 1;
        let row = row_of(&line).with_context(|| format!("{}, line {count}", path.display()))?;
        let renumbered = renumbering.renumbered(row);
        rewrite.append(&renumbered)?;
        rows.push(renumbered);
        line.clear();
    }
    ensure!(
        count == unit.rows,
        "{}: {count} rows are there, and the unit was completed with {}",
        path.display(),
        unit.rows
    );
    Ok(())
}

/// The row in a line.
fn row_of(line: &[u8]) -> anyhow::Result<Row> {
    // A whole line is known to be UTF-8 sooner than each of its strings.
    Ok(serde_json::from_str(std::str::from_utf8(line)?)?)
}
