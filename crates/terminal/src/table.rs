//! Tables of text: columns side by side, as many as fit into the width.

use crate::foreign::shown_within;

/// The space between two columns.
const GAP: &str = "  ";

/// The most characters of a cell: what is longer came from elsewhere, and would push all other columns
/// out of sight.
const LONGEST_CELL: usize = 160;

/// One column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// The text above the cells.
    pub title: &'static str,
    /// Whether cells are aligned to the right, as numbers are.
    pub right: bool,
    /// How important it is: a table that is too wide loses the columns with the lowest number first.
    pub worth: u8,
    /// The texts, one per row.
    pub cells: Vec<String>,
}

/// A table, laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The lines, the titles first.
    pub lines: Vec<String>,
    /// The titles of the columns that did not fit.
    pub hidden: Vec<&'static str>,
}

/// Lays columns out side by side. Columns without any text are left out, and then those of the least
/// worth, until the table has at most `width` characters per line or two columns.
pub fn lay_out(columns: Vec<Column>, width: usize) -> Table {
    let (kept, hidden) = fitting(columns, width);
    let rows = kept.first().map_or(0, |column| column.cells.len());
    // Once for all lines, since the width of a column takes a look at each of its cells.
    let widths: Vec<usize> = kept.iter().map(width_of).collect();
    let title = line(&kept, &widths, |column| column.title);
    let body = (0..rows).map(|row| line(&kept, &widths, |column| column.cells[row].as_str()));
    Table {
        lines: std::iter::once(title).chain(body).collect(),
        hidden,
    }
}

/// The columns that [`lay_out`] shows at this width, safe to print, and the titles of those for which it
/// has no room.
pub fn fitting(columns: Vec<Column>, width: usize) -> (Vec<Column>, Vec<&'static str>) {
    let mut kept: Vec<Column> = columns
        .into_iter()
        .map(safe)
        .filter(|column| column.cells.iter().any(|cell| !cell.is_empty()))
        .collect();
    let mut hidden = Vec::new();
    // A name without any figure says nothing, so that two columns stay however narrow the terminal is.
    while width_of_all(&kept) > width && kept.len() > 2 {
        let Some(least) = (0..kept.len()).min_by_key(|index| kept[*index].worth) else {
            break;
        };
        hidden.push(kept.remove(least).title);
    }
    (kept, hidden)
}

/// A column whose cells can do nothing to a terminal. It is made before widths are, so that columns still
/// line up.
fn safe(mut column: Column) -> Column {
    for cell in &mut column.cells {
        *cell = shown_within(cell, LONGEST_CELL);
    }
    column
}

/// One line of a table: the text that `cell` gives of each column.
fn line<'a>(
    columns: &'a [Column],
    widths: &[usize],
    cell: impl Fn(&'a Column) -> &'a str,
) -> String {
    let mut cells = Vec::new();
    for (column, &wide) in columns.iter().zip(widths) {
        let text = cell(column);
        // Formatting pads by characters. All signs that the tool prints are one column wide, so that
        // no table of the widths of signs is needed.
        cells.push(if column.right {
            format!("{text:>wide$}")
        } else {
            format!("{text:<wide$}")
        });
    }
    cells.join(GAP).trim_end().to_owned()
}

/// The width of a table of these columns, in characters.
pub fn width_of_all(columns: &[Column]) -> usize {
    let widths: usize = columns.iter().map(width_of).sum();
    widths + GAP.len() * columns.len().saturating_sub(1)
}

/// The width of the widest text of a column, in characters.
fn width_of(column: &Column) -> usize {
    let cells = column.cells.iter().map(|cell| cell.chars().count());
    cells
        .chain([column.title.chars().count()])
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(title: &'static str, right: bool, worth: u8, cells: [&str; 2]) -> Column {
        Column {
            title,
            right,
            worth,
            cells: cells.map(str::to_owned).to_vec(),
        }
    }

    fn columns() -> Vec<Column> {
        vec![
            column("variant", false, 9, ["threads/pool", "x"]),
            column("time", true, 8, ["1.2 µs", "300 s"]),
            column("empty", true, 9, ["", ""]),
            column("switches", true, 1, ["1", "22"]),
        ]
    }

    #[test]
    fn columns_are_aligned_by_characters() {
        let table = lay_out(columns(), 80);
        let expected = [
            "variant         time  switches",
            "threads/pool  1.2 µs         1",
            "x              300 s        22",
        ];
        assert_eq!(table.lines, expected);
        assert!(table.hidden.is_empty());
    }

    #[test]
    fn a_narrow_table_gives_up_what_is_worth_least() {
        let table = lay_out(columns(), 25);
        assert_eq!(table.lines[0], "variant         time");
        assert_eq!(table.hidden, ["switches"]);
    }
}
