//! Columns of text side by side, as many as fit. What they say is left to others.

const GAP: &str = "  ";

/// One column, all of its cells made.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: &'static str,
    pub right: bool,
    /// Of a table that is too wide the columns with the lowest number go first.
    pub worth: u8,
    pub cells: Vec<String>,
}

/// A table as lines, and the titles that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub lines: Vec<String>,
    pub hidden: Vec<&'static str>,
}

/// Lays columns out, the title above. Empty columns are left out; then the least worth, until the
/// table is no wider than it may be.
pub fn lay_out(columns: Vec<Column>, width: usize) -> Table {
    let is_empty = |column: &Column| column.cells.iter().all(String::is_empty);
    let mut kept: Vec<Column> = columns
        .into_iter()
        .filter(|column| !is_empty(column))
        .collect();
    let mut hidden = Vec::new();
    while total(&kept) > width && kept.len() > 2 {
        let Some(least) = (0..kept.len()).min_by_key(|at| kept[*at].worth) else {
            break;
        };
        hidden.push(kept.remove(least).title);
    }
    let rows = kept.first().map_or(0, |column| column.cells.len());
    let title = line(&kept, |column| column.title);
    let body = (0..rows).map(|row| line(&kept, |column| column.cells[row].as_str()));
    Table {
        lines: std::iter::once(title).chain(body).collect(),
        hidden,
    }
}

fn line<'a>(columns: &'a [Column], cell: impl Fn(&'a Column) -> &'a str) -> String {
    let cells = columns.iter().map(|column| {
        let (text, wide) = (cell(column), width_of(column));
        // The format's own width counts characters, which is what all signs here are wide.
        if column.right {
            format!("{text:>wide$}")
        } else {
            format!("{text:<wide$}")
        }
    });
    let cells: Vec<String> = cells.collect();
    cells.join(GAP).trim_end().to_owned()
}

fn total(columns: &[Column]) -> usize {
    let cells: usize = columns.iter().map(width_of).sum();
    cells + GAP.len() * columns.len().saturating_sub(1)
}

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
