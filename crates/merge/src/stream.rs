//! The rows of units, line by line from their files to the merged one. A thread of its own reads ahead, since reading rows
//! takes about as long as numbering and writing them.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::sync::mpsc::sync_channel;
use std::thread;

use anyhow::{Context as _, ensure};
use results::Row;
use terminal::{interrupt, progress};

use crate::units::Unit;

/// The size in bytes of what is read at once: some hundred rows.
const BUFFER: usize = 1 << 16;
/// How many units are read ahead.
const AHEAD: usize = 4;

/// Calls something with each unit, its host and its rows, in their order.
///
/// # Errors
/// A line that is no row, another number of rows than a unit was completed with, a file that cannot be read, an
/// interrupt, or what the call fails with.
pub(crate) fn each_unit<'u>(
    units: impl Iterator<Item = (&'u Unit, usize)> + Clone + Send,
    mut call: impl FnMut(&'u Unit, usize, Vec<Row>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        let read = units.clone();
        scope.spawn(move || {
            // Nobody receives any more where the call has failed.
            read.map(|(unit, _)| rows_of(unit))
                .try_for_each(|rows| sender.send(rows))
                .ok()
        });
        for ((unit, host), rows) in units.zip(receiver) {
            interrupt::check()?;
            progress::tick();
            call(unit, host, rows?)?;
        }
        Ok(())
    })
}

/// The rows of a unit.
fn rows_of(unit: &Unit) -> anyhow::Result<Vec<Row>> {
    let path = unit.path.join("samples.jsonl");
    let file = File::open(&path).with_context(|| path.display().to_string())?;
    let mut lines = BufReader::with_capacity(BUFFER, file);
    let mut line = Vec::new();
    let mut rows = Vec::new();
    while lines
        .read_until(b'\n', &mut line)
        .with_context(|| path.display().to_string())?
        > 0
    {
        let number = rows.len() + 1;
        let row = row_of(&line).with_context(|| format!("{}, line {number}", path.display()))?;
        rows.push(row);
        line.clear();
    }
    ensure!(
        rows.len() as u64 == unit.rows,
        "{}: {} rows are there, and the unit was completed with {}",
        path.display(),
        rows.len(),
        unit.rows
    );
    Ok(rows)
}

/// The row in a line.
fn row_of(line: &[u8]) -> anyhow::Result<Row> {
    // A whole line is known to be UTF-8 sooner than each of its strings.
    Ok(serde_json::from_str(std::str::from_utf8(line)?)?)
}
