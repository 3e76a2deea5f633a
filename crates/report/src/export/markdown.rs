//! `--export-markdown`: the tables for a pull request. GitHub takes comments of 65 536 characters, so
//! that what goes beyond 60 kB is cut, with a line that says so.

use results::{SweepSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Column, Style, markdown as plain, plural};

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use crate::columns::columns;
use crate::exceptions::{Exception, exceptions};
use crate::fit::without_constants;
use crate::hoist::hoist;
use crate::legend::legend;
use crate::matrix::matrix;
use crate::notes::{Notes, notes};
use crate::opening::{heading, opening};
use crate::sweep::{grid, title};
use crate::sweep_lines;
use crate::view::View;

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-markdown",
    takes: "FILE|-",
    about: "The tables for a pull request, 60 kB at most",
    files: Files::One,
    export,
};

/// Bytes, which are at least as many as characters. The rest is for what others add to the comment.
const MOST_BYTES: usize = 60_000;
/// The characters in a line of the matrix of answers.
const MATRIX_WIDTH: usize = 100;
/// The most characters of a failure's message.
const LONGEST_MESSAGE: usize = 300;
/// The style of an export, which does not depend on any terminal.
const STYLE: Style = Style {
    width: usize::MAX,
    colour: false,
    knobs: false,
    verbose: false,
};

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let run = comparison.run;
    let mut lines = if run.options.profile.measures() {
        tables(comparison)
    } else {
        answers(comparison)
    };
    lines.push(String::new());
    lines.push(provenance(comparison));
    Ok(ExportedFile::only(cut(&lines, MOST_BYTES)))
}

/// The matrix of answers as it is printed, since its signs need a font of one width.
fn answers(comparison: &Comparison<'_>) -> Vec<String> {
    let style = Style {
        width: MATRIX_WIDTH,
        ..STYLE
    };
    let text = matrix(comparison.run, &comparison.run.statistics, style);
    let ticks = fence(&text);
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
    let run = comparison.run;
    let shown: Vec<(&WorkloadRecord, &WorkloadSummary)> = run
        .statistics
        .iter()
        .filter_map(|summary| Some((comparison.record(&summary.workload)?, summary)))
        .collect();
    let mut noted: Vec<(&str, Notes)> = shown
        .iter()
        .map(|(record, summary)| {
            let its_notes = notes(run, record, summary, STYLE);
            (summary.workload.as_str(), its_notes)
        })
        .collect();
    let shared = hoist(&mut noted);
    let failures = exceptions(&run.statistics);
    let mut lines = vec![plain(&opening(run, &run.statistics)), String::new()];
    for ((record, summary), (_, notes)) in shown.iter().zip(&noted) {
        lines.extend(workload(comparison, record, summary));
        let own = failures.iter().filter(|failure| {
            failure.workloads.len() == 1 && failure.workloads[0] == summary.workload
        });
        lines.extend(items(notes.own.iter().chain(&notes.general), own, 1));
    }
    let common = failures
        .iter()
        .filter(|failure| failure.workloads.len() > 1);
    lines.extend(items(shared.iter(), common, shown.len()));
    lines.extend(run.sweeps.iter().flat_map(|sweep| swept(comparison, sweep)));
    // Two spaces at the end of a line are a line break in Markdown.
    lines.extend(
        legend(run, &run.statistics)
            .lines()
            .map(|line| plain(line) + "  "),
    );
    lines
}

/// The heading of a workload, and its table.
fn workload(
    comparison: &Comparison<'_>,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
) -> Vec<String> {
    let run = comparison.run;
    let view = View::new(run, record, summary, STYLE.verbose);
    let (columns, constants) = without_constants(columns(summary, &view));
    let mut lines = vec![format!("### {}", plain(&summary.workload)), String::new()];
    lines.extend(
        heading(run, record, summary, &constants)
            .lines()
            .map(|line| plain(line.trim()) + "  "),
    );
    lines.push(String::new());
    lines.extend(table(&columns));
    lines.push(String::new());
    lines
}

/// Notes and failures as a list; `workloads` is the number that the failures are spoken of among.
fn items<'a>(
    notes: impl Iterator<Item = &'a String>,
    failures: impl Iterator<Item = &'a Exception<'a>>,
    workloads: usize,
) -> Vec<String> {
    let mut lines: Vec<String> = notes
        .map(|note| plain(note))
        .chain(failures.map(|failure| plain(&shortened(&failure.sentence(workloads)))))
        .map(|item| format!("- {item}"))
        .collect();
    lines.push(String::new());
    lines
}

fn shortened(message: &str) -> String {
    message.chars().take(LONGEST_MESSAGE).collect()
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
