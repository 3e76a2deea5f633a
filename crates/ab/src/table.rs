//! A table of text cells, for a terminal and for a pull request.

use chart::{Forest, key, lay_out_with, left_is_better};
use terminal::{Column, Pictures, Style, lay_out, markdown};

/// Titles, and rows of as many cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub titles: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    /// Its ratios, drawn beside their columns where a terminal gets pictures.
    pub forests: Vec<Forest>,
}

impl Table {
    /// The table for a terminal. Where it is too wide, its last columns are left out first.
    pub(crate) fn text(&self, style: Style) -> String {
        let Some(Pictures { charset, .. }) = style.pictures else {
            return text_of(&lay_out(self.columns(), style.width).lines);
        };
        let forests: Vec<Forest> = self
            .forests
            .iter()
            .map(|forest| Forest {
                title: left_is_better(charset),
                ..forest.clone()
            })
            .collect();
        let (table, drawn) = lay_out_with(self.columns(), &forests, style.width, charset);
        let ends = self.forests.first().map_or(1.0, |forest| forest.band.1);
        let words = key(&drawn, ends, style.width, charset);
        let gap = if words.is_empty() { "" } else { "\n" };
        text_of(&table.lines) + gap + &words
    }

    fn columns(&self) -> Vec<Column> {
        let titles = self.titles.iter().enumerate();
        let columns = titles.map(|(index, title)| Column {
            title,
            right: false,
            // The column of the least worth is left out first.
            worth: u8::try_from(200_usize.saturating_sub(index)).unwrap_or(0),
            cells: self.rows.iter().map(|row| row[index].clone()).collect(),
        });
        columns.collect()
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

fn text_of(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_the_same_in_both_forms() {
        let table = Table {
            titles: vec!["workload", "ratio"],
            rows: vec![vec!["a|b".to_owned(), "1.0".to_owned()]],
            forests: Vec::new(),
        };
        let style = Style {
            width: 80,
            colour: false,
            pictures: None,
            knobs: false,
            verbose: false,
        };
        assert_eq!(table.text(style), "workload  ratio\na|b       1.0\n");
        let markdown = "| workload | ratio |\n| :-- | :-- |\n| a\\|b | 1.0 |\n";
        assert_eq!(table.markdown(), markdown);
    }
}
