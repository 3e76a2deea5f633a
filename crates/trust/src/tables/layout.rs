//! How a table is made of rows, and how it is laid out under its title.

use std::fmt::Write as _;

use report::export::{Part, Sheet, SheetTable};
use terminal::{Column, lay_out};

use crate::counted::share;

/// A column of a table: its title, and the text of its cell in a row.
pub(super) type ColumnDef<T> = (&'static str, fn(&T) -> String);

/// The table of these rows, with its title.
pub(super) fn part<T>(title: &str, columns: &[ColumnDef<T>], rows: &[T]) -> Part {
    let titles: Vec<&'static str> = columns.iter().map(|(title, _)| *title).collect();
    let cells = rows
        .iter()
        .map(|row| columns.iter().map(|(_, cell)| cell(row)).collect());
    Part {
        heading: title.to_owned(),
        table: Some(SheetTable::plain(&titles, cells)),
        ..Part::default()
    }
}

/// The tables for a terminal, below a line that may be empty.
pub(crate) fn text(head: &str, tables: &[Part]) -> String {
    let mut text = String::new();
    if !head.is_empty() {
        let _ = writeln!(text, "{head}\n");
    }
    for part in tables {
        section(&mut text, part);
    }
    text
}

/// The tables as a page shows them.
pub(crate) fn sheet(head: &str, tables: Vec<Part>) -> Sheet {
    let opening = [head].into_iter().filter(|head| !head.is_empty());
    Sheet {
        title: "How often verdicts are wrong, and what they miss".to_owned(),
        opening: opening.map(str::to_owned).collect(),
        parts: tables,
    }
}

/// Adds a table to the text.
fn section(text: &mut String, part: &Part) {
    let Some(table) = &part.table else {
        return;
    };
    let laid_out = table.titles.iter().enumerate().map(|(column, title)| {
        let rows = table.rows.iter();
        let cells: Vec<String> = rows
            .filter_map(|row| row.cells.get(column).cloned())
            .collect();
        Column {
            title,
            right: cells.iter().all(|cell| is_number(cell)),
            worth: 0,
            cells,
        }
    });
    let _ = writeln!(text, "{}", part.heading);
    // The width is unlimited: a column that were dropped for a narrow terminal would be missed in
    // the document that the table is copied to.
    for line in lay_out(laid_out.collect(), usize::MAX).lines {
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
