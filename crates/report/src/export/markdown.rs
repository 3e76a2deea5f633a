//! `--export-markdown`: the tables for a pull request. GitHub takes comments of 65 536 characters, so
//! that what goes beyond 60 kB is cut, with a line that says so.

use results::{SweepSummary, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Column, Style};

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use crate::columns::columns;
use crate::legend::legend;
use crate::markdown::plain;
use crate::notes::{heading, notes};
use crate::sweep::{grid, title};
use crate::sweep_lines;

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
/// The style of an export, which does not depend on any terminal.
const STYLE: Style = Style {
    width: usize::MAX,
    colour: false,
    knobs: false,
};

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let mut lines = Vec::new();
    for summary in &comparison.run.statistics {
        if let Some(record) = comparison.record(&summary.workload) {
            lines.extend(workload(comparison, record, summary));
        }
    }
    lines.extend(
        comparison
            .run
            .sweeps
            .iter()
            .flat_map(|sweep| swept(comparison, sweep)),
    );
    // Two spaces at the end of a line are a line break in Markdown.
    lines.extend(
        legend(comparison.run, &comparison.run.statistics)
            .lines()
            .map(|line| plain(line) + "  "),
    );
    lines.push(String::new());
    lines.push(provenance(comparison));
    Ok(ExportedFile::only(cut(&lines, MOST_BYTES)))
}

fn workload(
    comparison: &Comparison<'_>,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
) -> Vec<String> {
    let (run, options) = (comparison.run, &comparison.run.options);
    let mut lines = vec![format!("### {}", plain(&summary.workload)), String::new()];
    lines.extend(
        heading(run, record, summary)
            .lines()
            .map(|line| plain(line.trim()) + "  "),
    );
    lines.push(String::new());
    lines.extend(table(&columns(
        summary,
        &options.reference,
        record.lanes,
        options.profile.measures(),
    )));
    lines.push(String::new());
    lines.extend(
        notes(run, record, summary, STYLE)
            .iter()
            .map(|note| plain(note))
            .chain(summary.variants.iter().filter_map(failure))
            .map(|item| format!("- {item}")),
    );
    lines.push(String::new());
    lines
}

/// A sweep, which comes after the tables of its cells.
fn swept(comparison: &Comparison<'_>, sweep: &SweepSummary) -> Vec<String> {
    let run = comparison.run;
    let mut lines = vec![format!("### {}", plain(&title(sweep))), String::new()];
    for (index, row) in grid(run, sweep, &run.statistics).iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell.trim())).collect();
        lines.push(row_of(&cells));
        // Markdown wants the alignments between the titles and the first row.
        if index == 0 {
            lines.push(format!("| :-- |{}", " --: |".repeat(row.len() - 1)));
        }
    }
    lines.push(String::new());
    lines.extend(
        sweep_lines::lines(run, sweep)
            .iter()
            .map(|line| format!("- {}", plain(line))),
    );
    lines.push(String::new());
    lines
}

/// The table of these columns. Columns without any cell are left out, as in the table for people.
fn table(columns: &[Column]) -> Vec<String> {
    let filled: Vec<&Column> = columns
        .iter()
        .filter(|column| column.cells.iter().any(|cell| !cell.is_empty()))
        .collect();
    let titles: Vec<String> = filled.iter().map(|column| plain(column.title)).collect();
    let alignments: Vec<&str> = filled
        .iter()
        .map(|column| if column.right { "--:" } else { ":--" })
        .collect();
    let rows = filled.first().map_or(0, |column| column.cells.len());
    [row_of(&titles), row_of(&alignments)]
        .into_iter()
        .chain((0..rows).map(|row| {
            let cells: Vec<String> = filled
                .iter()
                .map(|column| plain(&column.cells[row]))
                .collect();
            row_of(&cells)
        }))
        .collect()
}

fn row_of(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |", cells.join(" | "))
}

fn failure(variant: &VariantSummary) -> Option<String> {
    let failed = variant.failed.as_ref()?;
    let message: String = failed
        .failure
        .message
        .chars()
        .take(LONGEST_MESSAGE)
        .collect();
    let word = failed.failure.kind.word();
    Some(format!(
        "✗ {}: {word}: {}",
        plain(&variant.variant),
        plain(&message)
    ))
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
    format!("\n**Cut: {left} more lines do not fit; the other exports have them.**\n")
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
    fn a_table_has_only_columns_with_something_in_them() {
        let columns = [
            column("variant", false, &["a/b", "c|d"]),
            column("time", true, &["1 ms", ""]),
            column("alive", true, &["", ""]),
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
    fn what_fits_is_whole() {
        let lines = ["a".to_owned(), "b".to_owned()];
        assert_eq!(cut(&lines, 4), "a\nb\n");
    }
}
