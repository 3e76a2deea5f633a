//! What a page is made of below the level of its frame: figures and tables.

use serde::Serialize;
use terminal::{Column, shown};

use crate::room::Room;
use crate::svg::Drawing;

/// A plot with the sentence that states its finding and the table of its figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// Its id, unique on the page.
    pub(crate) id: String,
    /// What is plotted against what.
    pub(crate) title: String,
    /// The finding.
    pub(crate) caption: String,
    /// The drawing, as an element.
    pub(crate) svg: Drawing,
    /// The same drawing for a narrow screen.
    pub(crate) narrow: Option<Drawing>,
    /// Another drawing of the same figures, which is folded.
    pub(crate) also: Option<Also>,
    /// The figures that are drawn.
    pub(crate) table: Table,
}

/// A second drawing of a figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Also {
    /// What it shows.
    pub(crate) title: String,
    /// The drawing, as an element.
    pub(crate) svg: Drawing,
    /// The same drawing for a narrow screen.
    pub(crate) narrow: Option<Drawing>,
}

impl Figure {
    /// The figure with the drawing of the same for a narrow screen beside its own.
    fn with_narrow(self, narrow: Figure) -> Figure {
        let also = self.also.map(|also| Also {
            narrow: narrow.also.map(|other| other.svg),
            ..also
        });
        Figure {
            narrow: Some(narrow.svg),
            also,
            ..self
        }
    }
}

/// Figures that are drawn for both rooms; a figure has the same place among those of either.
pub(crate) fn in_both_rooms(drawn: impl Fn(Room) -> Vec<Figure>) -> Vec<Figure> {
    let [wide, narrow] = [Room::Wide, Room::Narrow].map(drawn);
    wide.into_iter()
        .zip(narrow)
        .map(|(wide, narrow)| wide.with_narrow(narrow))
        .collect()
}

/// A table.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Table {
    /// Whether cells beside the first are words, and begin at the left.
    pub(crate) has_words: bool,
    pub(crate) titles: Vec<Title>,
    pub(crate) rows: Vec<Line>,
}

/// The head of a column.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Title {
    pub(crate) text: String,
    /// Whether the cells are numbers.
    pub(crate) is_number: bool,
}

/// A row of a table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    /// The number of the variant that it is about.
    pub(crate) variant: Option<usize>,
    pub(crate) cells: Vec<String>,
    /// The id of what its first cell leads to.
    pub(crate) link: Option<String>,
    /// The classes of its cells, where they have any.
    pub(crate) classes: Vec<&'static str>,
}

impl Table {
    /// A table without rows; the first column has words, all others have numbers.
    pub(crate) fn titled(titles: &[&str]) -> Table {
        let numbered = titles.iter().enumerate();
        Table {
            has_words: false,
            titles: numbered
                .map(|(index, title)| Title {
                    text: shown(title),
                    is_number: index > 0,
                })
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, variant: Option<usize>, cells: impl IntoIterator<Item = String>) {
        let safe = cells.into_iter().map(|cell| shown(&cell)).collect();
        self.rows.push(Line {
            variant,
            cells: safe,
            link: None,
            classes: Vec::new(),
        });
    }

    /// A table of the text report; `variants` are the numbers of the variants of its rows.
    pub(crate) fn of_columns(columns: &[Column], variants: &[Option<usize>]) -> Table {
        let titles = columns.iter().map(|column| Title {
            text: shown(column.title),
            is_number: column.right,
        });
        let rows = variants.iter().enumerate().map(|(row, variant)| Line {
            variant: *variant,
            cells: columns
                .iter()
                .map(|column| {
                    column
                        .cells
                        .get(row)
                        .map_or_else(String::new, |cell| shown(cell.trim()))
                })
                .collect(),
            link: None,
            classes: Vec::new(),
        });
        Table {
            has_words: false,
            titles: titles.collect(),
            rows: rows.collect(),
        }
    }
}
