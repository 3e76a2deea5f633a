//! A table of text cells, for a terminal and for a pull request.

use terminal::{Column, lay_out, markdown};

/// Titles, and rows of as many cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub titles: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table for a terminal. Where it is too wide, its last columns are left out first.
    pub(crate) fn text(&self, width: usize) -> String {
        let columns = self.titles.iter().enumerate().map(|(index, title)| Column {
            title,
            right: false,
            // The column of the least worth is left out first.
            worth: u8::try_from(200_usize.saturating_sub(index)).unwrap_or(0),
            cells: self.rows.iter().map(|row| row[index].clone()).collect(),
        });
        let lines = lay_out(columns.collect(), width).lines;
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// The table in GitHub's Markdown.
    pub(crate) fn markdown(&self) -> String {
        let titles = self.titles.join(" | ");
        let rule = vec![":--"; self.titles.len()].join(" | ");
        let mut text = format!("| {titles} |\n| {rule} |\n");
        for row in &self.rows {
            // A cell quotes foreign text, in which `|` would end the cell.
            let cells: Vec<String> = row.iter().map(|cell| markdown(cell)).collect();
            text += &format!("| {} |\n", cells.join(" | "));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_the_same_in_both_forms() {
        let table = Table {
            titles: vec!["workload", "ratio"],
            rows: vec![vec!["a|b".to_owned(), "1.0".to_owned()]],
        };
        assert_eq!(table.text(80), "workload  ratio\na|b       1.0\n");
        let markdown = "| workload | ratio |\n| :-- | :-- |\n| a\\|b | 1.0 |\n";
        assert_eq!(table.markdown(), markdown);
    }
}
