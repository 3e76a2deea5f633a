//! `--export-markdown`: the tables for a pull request. GitHub takes comments of 65 536 characters, so
//! that what goes beyond 60 kB is cut, with a line that says so.

use terminal::{Column, markdown as plain, plural};

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use crate::document::{Section, SweptSection, answers, document};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-markdown",
    takes: "FILE|-",
    about: "The tables for a pull request, 60 kB at most",
    files: Files::One,
    export,
};

/// Bytes, which are at least as many as characters. The rest is for what others add to the comment.
const MOST_BYTES: usize = 60_000;
/// The most characters of a failure's message.
const LONGEST_MESSAGE: usize = 300;

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let run = comparison.run;
    let mut lines = if run.options.profile.measures() {
        tables(comparison)
    } else {
        fenced(&answers(comparison.run))
    };
    lines.push(String::new());
    lines.push(provenance(comparison));
    Ok(ExportedFile::only(cut(&lines, MOST_BYTES)))
}

/// A text as it is printed, since its signs need a font of one width.
fn fenced(text: &str) -> Vec<String> {
    let ticks = fence(text);
    [format!("{ticks}text")]
        .into_iter()
        .chain(text.lines().map(str::to_owned))
        .chain([ticks.clone()])
        .collect()
}

/// A line of more backticks than stand together anywhere in the text, so that no name ends the block.
fn fence(text: &str) -> String {
    let runs = text.split(|character| character != '`').map(str::len);
    let longest = runs.max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// A table for each workload, and what holds for several of them.
fn tables(comparison: &Comparison<'_>) -> Vec<String> {
    let shown = document(comparison.run);
    let mut lines = vec![plain(&shown.opening), String::new()];
    for section in &shown.sections {
        lines.extend(workload(section));
        lines.extend(items(&section.notes, &section.failures));
    }
    lines.extend(items(&shown.notes, &shown.failures));
    lines.extend(shown.sweeps.iter().flat_map(swept));
    // Two spaces at the end of a line are a line break in Markdown.
    lines.extend(shown.legend.iter().map(|line| plain(line) + "  "));
    lines
}

/// The heading of a workload, and its table.
fn workload(section: &Section) -> Vec<String> {
    let mut lines = vec![format!("### {}", plain(&section.workload)), String::new()];
    lines.extend(section.heading.iter().map(|line| plain(line) + "  "));
    lines.push(String::new());
    for columns in [&section.columns, &section.hosts] {
        if !columns.is_empty() {
            lines.extend(table(columns));
            lines.push(String::new());
        }
    }
    lines
}

/// Notes and failures as a list.
fn items(notes: &[String], failures: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = notes
        .iter()
        .map(|note| plain(note))
        .chain(failures.iter().map(|failure| plain(&shortened(failure))))
        .map(|item| format!("- {item}"))
        .collect();
    lines.push(String::new());
    lines
}

fn shortened(message: &str) -> String {
    message.chars().take(LONGEST_MESSAGE).collect()
}

/// A sweep, which comes after the tables of its cells.
fn swept(section: &SweptSection) -> Vec<String> {
    let mut lines = vec![format!("### {}", plain(&section.title)), String::new()];
    for grid in [&section.grid].into_iter().chain(&section.costs) {
        lines.extend(grid_rows(grid));
        lines.push(String::new());
    }
    lines.extend(
        section
            .lines
            .iter()
            .map(|line| format!("- {}", plain(line))),
    );
    lines.push(String::new());
    lines
}

/// The table of a row of titles and rows of cells.
fn grid_rows(grid: &[Vec<String>]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, row) in grid.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell.trim())).collect();
        lines.push(row_of(&cells));
        // Markdown wants the alignments between the titles and the first row.
        if index == 0 {
            lines.push(format!("| :-- |{}", " --: |".repeat(row.len() - 1)));
        }
    }
    lines
}

/// The table of these columns.
fn table(columns: &[Column]) -> Vec<String> {
    let titles: Vec<String> = columns.iter().map(|column| plain(column.title)).collect();
    let alignments: Vec<&str> = columns
        .iter()
        .map(|column| if column.right { "--:" } else { ":--" })
        .collect();
    let rows = columns.first().map_or(0, |column| column.cells.len());
    [row_of(&titles), row_of(&alignments)]
        .into_iter()
        .chain((0..rows).map(|row| {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| plain(column.cells[row].trim()))
                .collect();
            row_of(&cells)
        }))
        .collect()
}

fn row_of(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |", cells.join(" | "))
}

fn provenance(comparison: &Comparison<'_>) -> String {
    let (run, environment) = (comparison.run, &comparison.run.environment);
    let changed = match run.changed {
        Some(true) => ", changed",
        _ => "",
    };
    let facts: Vec<String> = [format!("commit {}{changed}", run.commit)]
        .into_iter()
        .chain(
            ["cpu", "processors", "os", "rustc"]
                .iter()
                .filter_map(|name| Some(format!("{name} {}", environment.get(*name)?))),
        )
        .chain([format!("seed {}", run.options.seed)])
        .collect();
    format!("<sub>{}</sub>", plain(&facts.join("; ")))
}

/// As many lines as fit into so many bytes, and a note of how many did not.
fn cut(lines: &[String], most: usize) -> String {
    let whole: usize = lines.iter().map(|line| line.len() + 1).sum();
    if whole <= most {
        return lines.iter().flat_map(|line| [line, "\n"]).collect();
    }
    // The note needs room, too. It is longest where all lines are left out. Whole lines are cut, so
    // that no table row or escape is torn.
    let room = most - cut_note(lines.len()).len();
    let mut text = String::new();
    let mut kept = 0;
    for line in lines {
        if text.len() + line.len() + 1 > room {
            break;
        }
        text.push_str(line);
        text.push('\n');
        kept += 1;
    }
    text + &cut_note(lines.len() - kept)
}

fn cut_note(left: usize) -> String {
    let lines = plural(left as u64, "more line");
    let (verb, them) = if left == 1 {
        ("does", "it")
    } else {
        ("do", "them")
    };
    format!("\n**Cut: {left} {lines} {verb} not fit; the other exports have {them}.**\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(title: &'static str, right: bool, cells: &[&str]) -> Column {
        Column {
            title,
            right,
            worth: 1,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        }
    }

    #[test]
    fn names_do_not_end_a_cell_of_a_table() {
        let columns = [
            column("variant", false, &["a/b", "c|d"]),
            column("time", true, &["1 ms", ""]),
        ];
        let expected = [
            "| variant | time |",
            "| :-- | --: |",
            "| a/b | 1 ms |",
            "| c\\|d |  |",
        ];
        assert_eq!(table(&columns), expected);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let lines: Vec<String> = (0..2000)
            .map(|at| format!("line {at} {}", "é".repeat(20)))
            .collect();
        let text = cut(&lines, MOST_BYTES);
        let kept = text.lines().filter(|line| line.starts_with("line")).count();
        let last = text.lines().last().unwrap();
        assert!(
            text.len() <= MOST_BYTES && text.len() > MOST_BYTES - 200,
            "{}",
            text.len()
        );
        assert_eq!(
            last,
            format!(
                "**Cut: {} more lines do not fit; the other exports have them.**",
                2000 - kept
            )
        );
    }

    #[test]
    fn no_name_ends_the_block_of_the_matrix() {
        assert_eq!(fence("✓ right"), "```");
        assert_eq!(fence("```\n# a heading\n`````"), "``````");
    }

    #[test]
    fn what_fits_is_whole() {
        let lines = ["a".to_owned(), "b".to_owned()];
        assert_eq!(cut(&lines, 4), "a\nb\n");
    }
}
