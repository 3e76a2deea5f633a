//! A table of text cells, for a terminal and for a pull request. What the cells say is left to
//! others.

use report::plain;
use terminal::{Column, lay_out};

/// Titles, and rows of as many cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub titles: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Side by side, the last columns going first where it is too wide.
    pub(crate) fn text(&self, width: usize) -> String {
        let columns = self.titles.iter().enumerate().map(|(at, title)| Column {
            title,
            right: false,
            worth: u8::try_from(200_usize.saturating_sub(at)).unwrap_or(0),
            cells: self.rows.iter().map(|row| row[at].clone()).collect(),
        });
        let lines = lay_out(columns.collect(), width).lines;
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// As GitHub reads it.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let titles = self.titles.iter().map(|title| (*title).to_owned());
        let rule = self.titles.iter().map(|_| ":--".to_owned());
        let rows = self.rows.iter();
        let rows = rows.map(|row| line(row.iter().map(|cell| plain(cell)).collect()));
        let head = [line(titles.collect()), line(rule.collect())].concat();
        head + &rows.collect::<String>()
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
