//! The contents of a page: the sections in their order, made of sentences, tables and figures.

use report::export::Comparison;
use report::{Document, Section, answers, document};
use results::{Row, RunFile, WorkloadRecord, WorkloadSummary};
use serde::Serialize;
use terminal::{Column, json, plural, shown, shown_lines};

use crate::conditions::{conditions, environment};
use crate::figure::{Figure, Table};
use crate::ids::Ids;
use crate::lines::all_shown;
use crate::overview::{Overview, overview};
use crate::plots;
use crate::replay::replay;
use crate::room::Room;
use crate::subject::{Looks, Subject};
use crate::svg::{Canvas, Drawing};
use crate::swept::{SweepSection, sweeps};

/// How verdicts come about, in a paragraph.
const METHOD: &str = "Every run is a process of its own. A round runs every variant once, in random order, \
    and the reference twice: its second arm is the A/A control. Time per task is the time of a run ÷ its tasks, \
    which is less than a task takes where several are in flight. A ratio is the Hodges–Lehmann estimate over \
    rounds, paired within them, so that it need not be that of two medians, with its 95 % signed-rank interval; medians have order-statistic intervals. \
    A verdict needs an interval outside the margin and a p value that stands after Holm's correction over \
    all comparisons of the page. No answer is compared before its digest is right. A block of runs is never \
    judged by single runs, and there is no score over workloads.";

/// The contents of a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Page {
    title: String,
    opening: String,
    /// The matrix of answers, where answers are all there is.
    answers: Option<String>,
    notes: Vec<String>,
    failures: Vec<String>,
    variants: Vec<VariantEntry>,
    machine: String,
    conditions: Table,
    overview: Overview,
    legend: Vec<String>,
    sections: Vec<WorkloadSection>,
    sweeps: Vec<SweepSection>,
    environment: Table,
    method: &'static str,
    replay: String,
    closing: Vec<String>,
    run_json: String,
}

/// A variant in the list of all, with its marker.
#[derive(Clone, Debug, Serialize)]
struct VariantEntry {
    number: usize,
    name: String,
    about: String,
    is_reference: bool,
    svg: Drawing,
}

/// What a page has of a workload.
#[derive(Clone, Debug, Serialize)]
struct WorkloadSection {
    id: String,
    name: String,
    heading: Vec<String>,
    advice: Vec<String>,
    first: Option<Figure>,
    table: Table,
    /// What each host says; `None` where one tool measured everything.
    hosts: Option<Table>,
    /// What was predicted, beside what was measured; `None` where nothing was.
    predicted: Option<Table>,
    notes: Vec<String>,
    failures: Vec<String>,
    more: Vec<Figure>,
    more_summary: String,
}

/// The contents of the page of a comparison.
///
/// # Errors
/// Where `run.json` cannot be written as JSON, which does not happen.
pub(crate) fn page(comparison: &Comparison<'_>) -> anyhow::Result<Page> {
    let run = comparison.run;
    let looks = Looks::of(run);
    let mut ids = Ids::default();
    let text = document(run);
    let section_ids: Vec<String> = run
        .statistics
        .iter()
        .map(|summary| ids.take("w", &summary.workload))
        .collect();
    let measures = run.options.profile.measures();
    let sections = if measures {
        workloads(comparison, &text, &looks, &section_ids)
    } else {
        Vec::new()
    };
    let mut matrix = overview(run, &looks, &section_ids);
    if !measures {
        matrix.rows.clear();
    }
    Ok(Page {
        title: title(run),
        opening: shown(&text.opening),
        answers: (!measures).then(|| shown_lines(&answers(run))),
        notes: all_shown(&text.notes),
        failures: all_shown(&text.failures),
        variants: variants(run, &looks),
        machine: machine(run),
        conditions: conditions(run),
        overview: matrix,
        legend: all_shown(&text.legend),
        sections,
        sweeps: sweeps(run, &text, &looks, &mut ids),
        environment: environment(run),
        method: METHOD,
        replay: replay(run),
        closing: run
            .options
            .left_out
            .iter()
            .map(|line| shown(line))
            .collect(),
        run_json: embedded(run)?,
    })
}

fn title(run: &RunFile) -> String {
    let variants = run.variants.len() as u64;
    let workloads = run.statistics.len() as u64;
    shown(&format!(
        "Manyways: {variants} {} at {workloads} {}, {}",
        plural(variants, "variant"),
        plural(workloads, "workload"),
        run.started
    ))
}

fn machine(run: &RunFile) -> String {
    let facts: Vec<String> = ["cpu", "processors", "memory", "os", "kernel", "governor"]
        .iter()
        .filter_map(|name| Some(format!("{name} {}", run.environment.get(*name)?)))
        .chain([format!("placement {}", run.options.placement.name())])
        .collect();
    shown(&facts.join("; "))
}

fn variants(run: &RunFile, looks: &Looks) -> Vec<VariantEntry> {
    let mut entries: Vec<VariantEntry> = Vec::new();
    for variant in &run.variants {
        let look = looks.look(&variant.name);
        if entries.iter().any(|entry| entry.number == look.number) {
            continue;
        }
        let mut canvas = Canvas::new(16.0, 16.0);
        look.begin(&mut canvas);
        look.marker(&mut canvas, (8.0, 8.0), false);
        canvas.end();
        let id = format!("v-{}", look.number);
        entries.push(VariantEntry {
            number: look.number,
            name: shown(&variant.name),
            about: shown(&variant.about),
            is_reference: run.is_reference(&variant.name),
            svg: canvas.svg(
                &id,
                &variant.name,
                "The marker of this variant in all plots.",
            ),
        });
    }
    entries
}

fn workloads(
    comparison: &Comparison<'_>,
    document: &Document,
    looks: &Looks,
    ids: &[String],
) -> Vec<WorkloadSection> {
    let run = comparison.run;
    let summaries = run.statistics.iter().zip(ids);
    // A summary without a record has no section of the document either.
    let recorded = summaries.filter_map(|(summary, id)| Some((record(run, summary)?, summary, id)));
    recorded
        .zip(&document.sections)
        .map(|((record, summary, id), section)| {
            // Every plot goes through the rows several times, of which a workload has few.
            let own_rows = rows_of(comparison.rows, &summary.workload);
            let own = Comparison {
                run,
                rows: &own_rows,
            };
            let subject = Subject {
                comparison: &own,
                record,
                summary,
                looks,
                id,
                room: Room::Wide,
            };
            workload(&subject, section)
        })
        .collect()
}

/// The rows of a workload, and those about blocks.
pub(crate) fn rows_of(rows: &[Row], workload: &str) -> Vec<Row> {
    rows.iter()
        .filter(|row| match row {
            Row::Block(_) => true,
            Row::Run(run) => run.workload == workload,
        })
        .cloned()
        .collect()
}

/// What is known of the workload of a summary.
pub(crate) fn record<'a>(
    run: &'a RunFile,
    summary: &WorkloadSummary,
) -> Option<&'a WorkloadRecord> {
    run.workloads
        .iter()
        .find(|record| record.workload.name == summary.workload)
}

fn workload(subject: &Subject<'_>, section: &Section) -> WorkloadSection {
    let summary = subject.summary;
    let numbers: Vec<Option<usize>> = summary
        .variants
        .iter()
        .map(|variant| subject.looks.number(&variant.variant))
        .collect();
    let (titles, more) = plots::further(subject);
    let notes = section.notes.iter();
    WorkloadSection {
        id: subject.id.to_owned(),
        name: subject.name(),
        heading: all_shown(&section.heading),
        advice: all_shown(&summary.advice),
        first: plots::first(subject),
        table: Table::of_columns(&section.columns, &numbers),
        hosts: further_table(&section.hosts),
        predicted: further_table(&section.predicted),
        notes: notes
            .filter(|note| !summary.advice.contains(note))
            .map(|note| shown(note))
            .collect(),
        failures: all_shown(&section.failures),
        more_summary: format!("More: {}", titles.join(", ")),
        more,
    }
}

/// A table below that of all variants; `None` where it would have no columns.
fn further_table(columns: &[Column]) -> Option<Table> {
    let rows = columns.first()?.cells.len();
    Some(Table::of_columns(columns, &vec![None; rows]))
}

/// `run.json` as a part of the page: no character in it begins a tag or an entity.
fn embedded(run: &RunFile) -> anyhow::Result<String> {
    let text = serde_json::to_string(run)?;
    Ok(json(text)
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026"))
}
