//! The parts of a report without any layout: sentences and tables, for formats that lay them out
//! themselves.

use results::{RunFile, SweepSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Column, Style};

use crate::columns::columns;
use crate::exceptions::{Exception, exceptions};
use crate::fit::without_constants;
use crate::hoist::hoist;
use crate::hosts::host_columns;
use crate::legend::legend;
use crate::matrix::matrix;
use crate::notes::{Notes, notes};
use crate::opening::{heading, opening};
use crate::predicted::predicted_columns;
use crate::sweep::{costs, grid, title};
use crate::sweep_lines;
use crate::view::View;

/// The characters in a line of the matrix of answers.
const MATRIX_WIDTH: usize = 100;
/// The style of a document, which does not depend on any terminal.
const STYLE: Style = Style {
    width: usize::MAX,
    colour: false,
    pictures: None,
    knobs: false,
    verbose: false,
};

/// A report. Its texts quote names and messages as they are: whoever writes them into a document makes
/// them safe there.
#[derive(Clone, Debug)]
pub struct Document {
    /// What was compared, and how.
    pub opening: String,
    /// The workloads, in the order of the tables.
    pub sections: Vec<Section>,
    /// Notes that hold for several workloads.
    pub notes: Vec<String>,
    /// Failures at several workloads.
    pub failures: Vec<String>,
    /// The sweeps.
    pub sweeps: Vec<SweptSection>,
    /// What ratios and signs mean; empty where there is no ratio.
    pub legend: Vec<String>,
}

/// What is said of one workload.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name.
    pub workload: String,
    /// Its name with a sentence about it, and how it was run.
    pub heading: Vec<String>,
    /// The columns of its table, those without any cell left out.
    pub columns: Vec<Column>,
    /// The columns of the table of what each host says; none where one tool measured everything.
    pub hosts: Vec<Column>,
    /// The columns of the table of predictions beside what was measured; none where nothing was predicted.
    pub predicted: Vec<Column>,
    /// Its notes, the advice first.
    pub notes: Vec<String>,
    /// Failures at this workload alone.
    pub failures: Vec<String>,
}

/// What is said of one sweep.
#[derive(Clone, Debug)]
pub struct SweptSection {
    /// What is swept.
    pub title: String,
    /// A row of titles, and a row for each variant.
    pub grid: Vec<Vec<String>>,
    /// The same of what a task costs; `None` where tasks do more than wait.
    pub costs: Option<Vec<Vec<String>>>,
    /// What follows from it.
    pub lines: Vec<String>,
    /// Those of the lines that tell where the lead changes.
    pub changes: Vec<String>,
}

/// The report of a comparison whose times count.
pub fn document(run: &RunFile) -> Document {
    let shown: Vec<(&WorkloadRecord, &WorkloadSummary)> = run
        .statistics
        .iter()
        .filter_map(|summary| Some((record(run, &summary.workload)?, summary)))
        .collect();
    let mut noted: Vec<(&str, Notes)> = shown
        .iter()
        .map(|(record, summary)| {
            let its_notes = notes(run, record, summary, STYLE);
            (summary.workload.as_str(), its_notes)
        })
        .collect();
    let shared = hoist(&mut noted);
    let all_failures = exceptions(&run.statistics);
    let sections = shown.iter().zip(noted);
    Document {
        opening: opening(run, &run.statistics),
        sections: sections
            .map(|((record, summary), (_, notes))| {
                section(run, record, summary, notes, &all_failures)
            })
            .collect(),
        notes: shared,
        failures: all_failures
            .iter()
            .filter(|failure| failure.workloads.len() > 1)
            .map(|failure| failure.sentence(shown.len()))
            .collect(),
        sweeps: run.sweeps.iter().map(|sweep| swept(run, sweep)).collect(),
        legend: legend(run, &run.statistics, true)
            .lines()
            .map(str::to_owned)
            .collect(),
    }
}

/// The answers of a comparison as a matrix of signs, which needs a font of one width.
pub fn answers(run: &RunFile) -> String {
    let style = Style {
        width: MATRIX_WIDTH,
        ..STYLE
    };
    matrix(run, &run.statistics, style)
}

fn record<'a>(run: &'a RunFile, workload: &str) -> Option<&'a WorkloadRecord> {
    run.workloads
        .iter()
        .find(|record| record.workload.name == workload)
}

fn section(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    notes: Notes,
    failures: &[Exception<'_>],
) -> Section {
    let view = View::new(run, record, summary, STYLE.verbose);
    let (columns, constants) = without_constants(columns(summary, &view));
    Section {
        workload: summary.workload.clone(),
        heading: heading(run, record, summary, &constants)
            .lines()
            .map(|line| line.trim().to_owned())
            .collect(),
        columns: columns
            .into_iter()
            .filter(|column| column.cells.iter().any(|cell| !cell.is_empty()))
            .collect(),
        hosts: host_columns(run, summary),
        predicted: predicted_columns(record, summary),
        notes: notes.own.into_iter().chain(notes.general).collect(),
        failures: failures
            .iter()
            .filter(|failure| failure.workloads == [summary.workload.as_str()])
            .map(|failure| failure.sentence(1))
            .collect(),
    }
}

fn swept(run: &RunFile, sweep: &SweepSummary) -> SweptSection {
    SweptSection {
        title: title(sweep),
        grid: grid(run, sweep, &run.statistics),
        costs: costs(sweep, &run.statistics),
        lines: sweep_lines::lines(run, sweep),
        changes: sweep
            .pairs
            .iter()
            .flat_map(|pair| &pair.crossovers)
            .map(|crossing| sweep_lines::crossing_line(&sweep.key, crossing))
            .collect(),
    }
}
