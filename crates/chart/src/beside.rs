//! Forests beside the columns of a table, in the room that the table leaves.

use terminal::{Charset, Column, Table, lay_out, width_of_all};

use crate::forest::{Axis, Mark};

/// The fewest characters of a line that shows an interval.
const LEAST: usize = 16;
/// More characters make no picture clearer.
const MOST: usize = 41;
/// The space between two columns of a table.
const GAP: usize = 2;

/// Ratios that are drawn at the right of a column over one axis.
#[derive(Clone, Debug)]
pub struct Forest {
    /// The title of the column; several forests may have the same.
    pub beside: &'static str,
    /// What stands above the forest.
    pub title: &'static str,
    /// A ratio for each row; `None` where the row has none.
    pub marks: Vec<Option<Mark>>,
    /// Ratios of other columns for which the axis has room, so that the two can be compared.
    pub others: Vec<Mark>,
    /// The ratios that make no practical difference.
    pub band: (f64, f64),
}

impl Forest {
    fn axis(&self, width: usize, charset: Charset) -> Option<Axis> {
        let marks: Vec<Mark> = self
            .marks
            .iter()
            .flatten()
            .chain(&self.others)
            .copied()
            .collect();
        Axis::over(&marks, self.band, width, charset)
    }
}

/// The title of a forest of costs, of which less is better.
pub fn left_is_better(charset: Charset) -> &'static str {
    match charset {
        Charset::Unicode => "← better",
        Charset::Ascii => "<- better",
    }
}

/// Columns with their forests.
#[derive(Clone, Debug)]
pub struct Pictured {
    /// The columns, each with one more row for the labels of the axes.
    pub columns: Vec<Column>,
    /// The lines of all forests without their labels, which tell what [`key`](crate::key()) must explain.
    pub drawn: String,
}

/// Draws as many forests, from the first, as a table of these columns leaves room for within a width; `None`
/// where there is room for none or nothing to draw. The columns fit into the width by themselves.
pub fn place_beside(
    columns: &[Column],
    forests: &[Forest],
    width: usize,
    charset: Charset,
) -> Option<Pictured> {
    let shown: Vec<&Forest> = forests
        .iter()
        .filter(|forest| columns.iter().any(|column| column.title == forest.beside))
        .filter(|forest| forest.axis(LEAST, charset).is_some())
        .collect();
    let room = width.saturating_sub(width_of_all(columns));
    let (count, each) = (1..=shown.len())
        .rev()
        .map(|count| (count, (room / count).saturating_sub(GAP).min(MOST)))
        .find(|(_, each)| *each >= LEAST)?;
    let mut pictured = Pictured {
        columns: columns.iter().map(with_another_row).collect(),
        drawn: String::new(),
    };
    // The first is inserted last, and stands before others of the same column.
    for forest in shown[..count].iter().rev() {
        pictured.insert(forest, each, charset);
    }
    Some(pictured)
}

/// A table of columns that fit into a width, with the forests for which it leaves room, and the lines of
/// these forests.
pub fn lay_out_with(
    columns: Vec<Column>,
    forests: &[Forest],
    width: usize,
    charset: Charset,
) -> (Table, String) {
    let (kept, hidden) = terminal::fitting(columns, width);
    let pictured = place_beside(&kept, forests, width, charset).unwrap_or(Pictured {
        columns: kept,
        drawn: String::new(),
    });
    let table = Table {
        hidden,
        ..lay_out(pictured.columns, usize::MAX)
    };
    (table, pictured.drawn)
}

fn with_another_row(column: &Column) -> Column {
    let mut longer = column.clone();
    longer.cells.push(String::new());
    longer
}

impl Pictured {
    fn insert(&mut self, forest: &Forest, width: usize, charset: Charset) {
        let mut columns = self.columns.iter();
        let place = columns.position(|column| column.title == forest.beside);
        let (Some(index), Some(axis)) = (place, forest.axis(width, charset)) else {
            return;
        };
        let rows = self.columns[index].cells.len().saturating_sub(1);
        let lines = (0..rows).map(|row| axis.line(forest.marks.get(row).and_then(Option::as_ref)));
        let mut cells: Vec<String> = lines.collect();
        self.drawn.extend(cells.iter().map(String::as_str));
        cells.push(axis.labels());
        let picture = Column {
            title: forest.title,
            right: false,
            worth: 0,
            cells,
        };
        self.columns.insert(index + 1, picture);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(title: &'static str, worth: u8, cells: Vec<String>) -> Column {
        Column {
            title,
            right: false,
            worth,
            cells,
        }
    }

    fn forest(ratios: &[f64]) -> Forest {
        let marks = ratios.iter().map(|ratio| Mark {
            ratio: *ratio,
            interval: Some((ratio * 0.9, ratio * 1.1)),
            is_control: false,
        });
        Forest {
            beside: "ratio",
            title: "picture",
            marks: marks.map(Some).collect(),
            others: Vec::new(),
            band: (1.0 / 1.02, 1.02),
        }
    }

    fn columns(names: &[String]) -> Vec<Column> {
        vec![
            column("variant", 9, names.to_vec()),
            column(
                "ratio",
                8,
                names.iter().map(|_| "1.234".to_owned()).collect(),
            ),
            column(
                "time",
                1,
                names.iter().map(|_| "300 ms".to_owned()).collect(),
            ),
        ]
    }

    #[test]
    fn a_forest_stands_at_the_right_of_its_column_with_an_axis_below() {
        let names = ["a", "b"].map(str::to_owned);
        let forests = [forest(&[0.8, 1.25])];
        let (table, drawn) = lay_out_with(columns(&names), &forests, 42, Charset::Unicode);
        let expected = [
            "variant  ratio  picture             time",
            "a        1.234   ├─●──┤ ░┊          300 ms",
            "b        1.234          ░┊ ├──●─┤   300 ms",
            "                         1",
        ];
        assert_eq!(table.lines, expected);
        assert!(drawn.contains('●') && !drawn.contains('1'), "{drawn}");
    }

    #[test]
    fn where_there_is_no_room_the_table_is_as_without() {
        let names = ["a", "b"].map(str::to_owned);
        let forests = [forest(&[0.8, 1.25])];
        for width in [10, 21, 38] {
            let (table, drawn) = lay_out_with(columns(&names), &forests, width, Charset::Unicode);
            assert_eq!(table, lay_out(columns(&names), width));
            assert_eq!(drawn, "");
        }
    }

    proptest! {
        #[test]
        fn no_figure_is_lost_to_a_forest(
            names in prop::collection::vec("[a-z\u{1b}\n\u{202e}測]{0,200}", 0..40),
            width in 20_usize..300,
            ratio in 0.01_f64..100.0,
        ) {
            let plain = lay_out(columns(&names), width);
            let ratios: Vec<f64> = names.iter().map(|name| ratio + name.len() as f64).collect();
            let forests = [forest(&ratios), forest(&ratios)];
            let (table, drawn) = lay_out_with(columns(&names), &forests, width, Charset::Ascii);
            prop_assert_eq!(&table.hidden, &plain.hidden);
            let axis = usize::from(!drawn.is_empty());
            prop_assert_eq!(table.lines.len(), plain.lines.len() + axis);
            let widest = plain.lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
            for line in &table.lines {
                prop_assert!(line.chars().count() <= width.max(widest), "{}", line);
                prop_assert!(line.chars().all(terminal::is_visible), "{:?}", line);
            }
            for (line, other) in plain.lines.iter().zip(&table.lines) {
                prop_assert!(line.split_whitespace().all(|word| other.contains(word)), "{}", other);
            }
        }
    }
}
