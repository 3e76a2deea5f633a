//! `--export-markdown`: the tables for a pull request. GitHub takes comments of 65 536 characters, so
//! that what goes beyond 60 kB is cut, with a line that says so. What the cells say is left to `report`.

use super::{Comparison, Exporter, Files, Part};
use crate::columns::columns;
use crate::markdown::plain;
use crate::sweep;
use crate::sweep::{grid, title};
use crate::text::{heading, legend, notes};
use results::{SweepSummary, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Column, Style};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-markdown",
    takes: "FILE|-",
    about: "The tables for a pull request, 60 kB at most",
    files: Files::One,
    export,
};

const MOST_BYTES: usize = 60_000;
/// Most characters of a failure's message.
const LONGEST_MESSAGE: usize = 300;
/// Nothing here depends on a terminal.
const STYLE: Style = Style {
    width: usize::MAX,
    colour: false,
    knobs: false,
};

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<Part>> {
    let mut lines = Vec::new();
    for summary in &comparison.run.statistics {
        let mut records = comparison.run.workloads.iter();
        if let Some(record) = records.find(|record| record.workload.name == summary.workload) {
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
    let legend = legend(comparison.run, &comparison.run.statistics);
    lines.extend(legend.lines().map(plain).map(|line| line + "  "));
    lines.push(String::new());
    lines.push(provenance(comparison));
    Ok(Part::only(cut(&lines, MOST_BYTES)))
}

fn workload(
    comparison: &Comparison<'_>,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
) -> Vec<String> {
    let (run, options) = (comparison.run, &comparison.run.options);
    let mut lines = vec![format!("### {}", plain(&summary.workload)), String::new()];
    let heading = heading(run, record, summary);
    lines.extend(heading.lines().map(|line| plain(line.trim()) + "  "));
    lines.push(String::new());
    let measures = options.profile.measures();
    lines.extend(table(&columns(
        summary,
        &options.reference,
        record.lanes,
        measures,
    )));
    lines.push(String::new());
    let notes = notes(run, record, summary, STYLE);
    let failures = summary.variants.iter().filter_map(failure);
    let items: Vec<String> = notes
        .iter()
        .map(|note| plain(note))
        .chain(failures)
        .collect();
    lines.extend(items.iter().map(|item| format!("- {item}")));
    lines.push(String::new());
    lines
}

/// A sweep after its cells.
fn swept(comparison: &Comparison<'_>, sweep: &SweepSummary) -> Vec<String> {
    let run = comparison.run;
    let mut lines = vec![format!("### {}", plain(&title(sweep))), String::new()];
    for (at, row) in grid(run, sweep, &run.statistics).iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell.trim())).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if at == 0 {
            lines.push(format!("| :-- |{}", " --: |".repeat(row.len() - 1)));
        }
    }
    lines.push(String::new());
    let items = sweep::lines(run, sweep);
    lines.extend(items.iter().map(|item| format!("- {}", plain(item))));
    lines.push(String::new());
    lines
}

/// Columns without any cell are left out, as in the table for people.
fn table(columns: &[Column]) -> Vec<String> {
    let is_filled = |column: &&Column| column.cells.iter().any(|cell| !cell.is_empty());
    let columns: Vec<&Column> = columns.iter().filter(is_filled).collect();
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let rule = |column: &&Column| if column.right { "--:" } else { ":--" }.to_owned();
    let mut lines = vec![
        row(columns.iter().map(|column| plain(column.title)).collect()),
        row(columns.iter().map(rule).collect()),
    ];
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let cells = |at: usize| columns.iter().map(move |column| plain(&column.cells[at]));
    lines.extend((0..rows).map(|at| row(cells(at).collect())));
    lines
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
    let known = ["cpu", "processors", "os", "rustc"];
    let machine = known
        .iter()
        .filter_map(|name| Some(format!("{name} {}", environment.get(*name)?)));
    let parts: Vec<String> = [format!("commit {}{changed}", run.commit)]
        .into_iter()
        .chain(machine)
        .chain([format!("seed {}", run.options.seed)])
        .collect();
    format!("<sub>{}</sub>", plain(&parts.join("; ")))
}

/// As many lines as fit, and how many did not.
fn cut(lines: &[String], most: usize) -> String {
    let whole: usize = lines.iter().map(|line| line.len() + 1).sum();
    let note = |left: usize| {
        format!("\n**Cut: {left} more lines do not fit; the other exports have them.**\n")
    };
    let room = match whole <= most {
        true => whole,
        false => most - note(lines.len()).len(),
    };
    let mut used = 0;
    let fitting = lines.iter().take_while(|line| {
        used += line.len() + 1;
        used <= room
    });
    let fitting: Vec<&str> = fitting.map(String::as_str).collect();
    let left = lines.len() - fitting.len();
    let text: String = fitting.iter().flat_map(|line| [*line, "\n"]).collect();
    match left {
        0 => text,
        _ => text + &note(left),
    }
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
