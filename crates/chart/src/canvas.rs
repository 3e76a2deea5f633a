//! The area of a plot as cells of characters. Several variants may have a mark in the same cell: they take
//! turns along the row, so that one does not hide the others.

/// A cell of the area.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// The markers in it, each once.
    markers: Vec<char>,
    /// What stands behind them.
    behind: Option<char>,
}

/// The area of a plot.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    width: usize,
    cells: Vec<Cell>,
}

impl Canvas {
    /// An empty area.
    pub(crate) fn new(width: usize, height: usize) -> Canvas {
        Canvas {
            width,
            cells: vec![Cell::default(); width * height],
        }
    }

    /// Puts a marker into a cell; outside of the area nothing happens.
    pub(crate) fn mark(&mut self, (column, row): (usize, usize), marker: char) {
        if let Some(cell) = self.cell(column, row)
            && !cell.markers.contains(&marker)
        {
            cell.markers.push(marker);
        }
    }

    /// Puts a character behind the markers of a cell.
    pub(crate) fn put_behind(&mut self, (column, row): (usize, usize), character: char) {
        if let Some(cell) = self.cell(column, row) {
            cell.behind = Some(character);
        }
    }

    /// The rows, from the top.
    pub(crate) fn rows(&self) -> impl Iterator<Item = String> {
        let rows = self.cells.chunks(self.width.max(1));
        rows.map(|row| {
            let cells = row.iter().enumerate();
            cells.map(|(column, cell)| cell.shown(column)).collect()
        })
    }

    fn cell(&mut self, column: usize, row: usize) -> Option<&mut Cell> {
        if column >= self.width {
            return None;
        }
        self.cells.get_mut(row * self.width + column)
    }
}

impl Cell {
    fn shown(&self, column: usize) -> char {
        match self.markers.len() {
            0 => self.behind.unwrap_or(' '),
            many => self.markers[column % many],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_one_row_take_turns() {
        let mut canvas = Canvas::new(5, 2);
        for column in 0..9 {
            canvas.put_behind((column, 1), '·');
            canvas.mark((column, 0), 'A');
            canvas.mark((column, 0), 'A');
        }
        canvas.mark((1, 0), 'B');
        canvas.mark((2, 0), 'B');
        canvas.mark((4, 1), 'B');
        canvas.mark((4, 2), 'C');
        let rows: Vec<String> = canvas.rows().collect();
        assert_eq!(rows, ["ABAAA", "····B"]);
    }
}
