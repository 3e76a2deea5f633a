//! How a table is laid out under its title.

use std::fmt::Write as _;

use terminal::{Column, lay_out};

use crate::counted::share;

/// A column of a table: its title, and the text of its cell in a row.
pub(super) type ColumnDef<T> = (&'static str, fn(&T) -> String);

/// Adds a table to the text.
pub(super) fn section<T>(text: &mut String, title: &str, columns: &[ColumnDef<T>], rows: &[T]) {
    let laid_out = columns
        .iter()
        .map(|(title, cell)| {
            let cells: Vec<String> = rows.iter().map(cell).collect();
            Column {
                title,
                right: cells.iter().all(|cell| is_number(cell)),
                worth: 0,
                cells,
            }
        })
        .collect();
    let _ = writeln!(text, "{title}");
    // The width is unlimited: a column that were dropped for a narrow terminal would be missed in
    // the document that the table is copied to.
    for line in lay_out(laid_out, usize::MAX).lines {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
}

fn is_number(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
}

/// A part of a whole in per cent.
pub(super) fn percent(count: u64, total: u64) -> String {
    format!("{:.2} %", share(count, total) * 100.0)
}

/// What became of a promise.
pub(super) fn outcome(met: bool) -> String {
    if met { "met" } else { "missed" }.to_owned()
}
