//! The contents of the page of a command besides `compare`: its sections with their tables and plots.

use report::export::{Part, Sheet, SheetTable};
use serde::Serialize;
use terminal::shown;

use crate::figure::{Figure, Line, Table, Title, in_both_rooms};
use crate::ids::Ids;
use crate::lines::all_shown;
use crate::plots;

/// The contents of a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Contents {
    title: String,
    opening: Vec<String>,
    /// Whether there is anything that a field can filter.
    is_filtered: bool,
    parts: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug, Serialize)]
struct Section {
    id: String,
    heading: String,
    lines: Vec<String>,
    /// The plot together with the table; without a plot the table stands alone.
    figure: Option<Figure>,
    /// A plot with a table of its own.
    curves: Option<Figure>,
    table: Option<Table>,
    is_folded: bool,
}

/// The contents of the page of what a command found.
pub(crate) fn contents(sheet: &Sheet) -> Contents {
    let mut ids = Ids::default();
    let names = sheet.parts.iter();
    let part_ids: Vec<String> = names.map(|part| ids.take("p", &part.heading)).collect();
    let parts = sheet.parts.iter().zip(&part_ids);
    Contents {
        title: shown(&sheet.title),
        opening: all_shown(&sheet.opening),
        is_filtered: sheet.parts.iter().any(|part| part.is_folded),
        parts: parts
            .map(|(part, id)| section(part, id, &part_ids))
            .collect(),
    }
}

fn section(part: &Part, id: &str, ids: &[String]) -> Section {
    let listed = part.table.as_ref().map(|listed| table(listed, ids));
    let ratios = in_both_rooms(|room| {
        let drawn = part.ratios.as_ref();
        let figure =
            drawn.and_then(|ratios| plots::dumbbells(ratios, &format!("{id}-ratios"), room));
        figure.into_iter().collect()
    });
    let figure = ratios.into_iter().next().map(|figure| Figure {
        table: listed.clone().unwrap_or_default(),
        ..figure
    });
    let curves = in_both_rooms(|room| {
        let drawn = part.curves.as_ref();
        let figure = drawn.and_then(|plot| plots::curves(plot, &format!("{id}-curves"), room));
        figure.into_iter().collect()
    });
    Section {
        id: id.to_owned(),
        heading: shown(&part.heading),
        lines: all_shown(&part.lines),
        figure,
        curves: curves.into_iter().next(),
        table: listed,
        is_folded: part.is_folded,
    }
}

fn table(listed: &SheetTable, ids: &[String]) -> Table {
    let titles = listed.titles.iter().enumerate().map(|(column, title)| {
        let cells = listed.rows.iter().filter_map(|row| row.cells.get(column));
        Title {
            // A head without a text could not be read aloud, nor chosen to sort by.
            text: if title.is_empty() {
                "finding".to_owned()
            } else {
                shown(title)
            },
            is_number: cells.into_iter().all(|cell| is_number(cell)),
        }
    });
    let titles: Vec<Title> = titles.collect();
    Table {
        has_words: titles.iter().skip(1).any(|title| !title.is_number),
        rows: listed
            .rows
            .iter()
            .map(|row| {
                let link = row.leads_to.and_then(|part| ids.get(part));
                Line {
                    variant: None,
                    cells: all_shown(&row.cells),
                    link: link.cloned(),
                    classes: row.cells.iter().map(|cell| class(cell)).collect(),
                }
            })
            .collect(),
        titles,
    }
}

/// Whether a cell is a number, or has none.
fn is_number(cell: &str) -> bool {
    let mut characters = cell.trim_start_matches(['+', '-']).chars();
    characters.next().is_none_or(|first| first.is_ascii_digit())
}

/// The class that gives a cell the colour of the sign that it begins with.
fn class(cell: &str) -> &'static str {
    match cell.split(' ').next().unwrap_or("") {
        "++" | "✓" => "better",
        "--" | "✗" => "worse",
        "+" => "rather-better",
        "-" | "±" => "rather-worse",
        "?" | "–" => "open",
        _ => "",
    }
}
