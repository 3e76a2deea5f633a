//! A comparison that only checks answers, as a matrix of signs: a row for each workload and a character
//! for each variant, with words for the exceptions alone.

mod groups;

use results::{RunFile, VariantSummary, WorkloadSummary};
use terminal::{Style, counted, wrap};

use crate::exceptions::{DECLINED, FAULT, exceptions, sign};
use crate::opening::opening;
use groups::{GAP, Group, bands, groups, label, length, with_letters_if_needed};

/// A right answer.
const RIGHT: char = '✓';
/// A run that was not reached, because the comparison was interrupted.
const NOT_RUN: char = '·';
/// The report of a comparison that only checks answers.
pub(crate) fn matrix(run: &RunFile, summaries: &[WorkloadSummary], style: Style) -> String {
    let cells = match summaries {
        [only] => one_workload(&groups(run), only, style),
        _ => {
            let first = first_width(summaries);
            let groups = with_letters_if_needed(groups(run), style.width.saturating_sub(first));
            key(&groups, style) + "\n" + &grid(&groups, summaries, style)
        }
    };
    let exceptions: String = exceptions(summaries)
        .iter()
        .map(|exception| exception.text(summaries.len(), style.width))
        .collect();
    let parts = [
        wrapped(&opening(run, summaries), style),
        cells,
        exceptions,
        wrapped(&verdict(run, summaries), style),
    ];
    let filled: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    coloured(&filled.join("\n"), style)
}

/// A sentence on as many lines as it takes.
fn wrapped(sentence: &str, style: Style) -> String {
    let lines = wrap(sentence, style.width, 2);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The characters that the names of the workloads take.
fn first_width(summaries: &[WorkloadSummary]) -> usize {
    let names = summaries
        .iter()
        .map(|summary| length(&label(&summary.workload)));
    names.max().unwrap_or(0)
}

/// The rows of workloads; models that do not fit beside the others have rows of their own below.
fn grid(groups: &[Group<'_>], summaries: &[WorkloadSummary], style: Style) -> String {
    let first = first_width(summaries);
    let mut text = String::new();
    for band in bands(groups, style.width.saturating_sub(first)) {
        if !text.is_empty() {
            text.push('\n');
        }
        let heads = band.iter().map(|group| (group, group.head.clone()));
        text.push_str(&line("", first, heads));
        for summary in summaries {
            let cells = band.iter().map(|group| (group, cell(group, summary)));
            text.push_str(&line(&label(&summary.workload), first, cells));
        }
    }
    text
}

fn line<'a, 'g: 'a>(
    name: &str,
    first: usize,
    cells: impl Iterator<Item = (&'a Group<'g>, String)>,
) -> String {
    let cells: String = cells
        .map(|(group, cell)| format!("{GAP}{cell:<width$}", width = group.width()))
        .collect();
    format!("{name:<first$}{cells}").trim_end().to_owned() + "\n"
}

fn cell(group: &Group<'_>, summary: &WorkloadSummary) -> String {
    let signs = group
        .variants
        .iter()
        .map(|(name, _)| sign_at(summary, name));
    signs.collect()
}

/// The sign of a variant at a workload.
fn sign_at(summary: &WorkloadSummary, name: &str) -> char {
    let mut variants = summary.variants.iter();
    let variant = variants.find(|variant| variant.variant == name);
    match variant {
        Some(VariantSummary {
            failed: Some(failed),
            ..
        }) => sign(failed.failure.kind),
        Some(variant) if variant.time_ns.is_some() => RIGHT,
        _ => NOT_RUN,
    }
}

/// Which character of a cell is whose.
fn key(groups: &[Group<'_>], style: Style) -> String {
    let signs = format!(
        "{RIGHT} right answer, {FAULT} fault, {DECLINED} not possible here; one character a variant, \
         in this order:"
    );
    let mut text = wrapped(&signs, style);
    for group in groups {
        let names: Vec<&str> = group.variants.iter().map(|(_, short)| *short).collect();
        text.push_str(&list(groups, group, &names.join(", "), style));
    }
    text
}

/// The variants of a single workload, each with its sign.
fn one_workload(groups: &[Group<'_>], summary: &WorkloadSummary, style: Style) -> String {
    let mut text = format!("{}\n", label(&summary.workload));
    for group in groups {
        let items: Vec<String> = group
            .variants
            .iter()
            // A space that does not break keeps a name at its sign.
            .map(|(name, short)| format!("{}\u{a0}{short}", sign_at(summary, name)))
            .collect();
        text.push_str(&list(groups, group, &items.join("  "), style));
    }
    text.replace('\u{a0}', " ")
}

/// A model's line of a list.
fn list(groups: &[Group<'_>], group: &Group<'_>, items: &str, style: Style) -> String {
    let names = groups.iter().map(|group| length(&group.name()));
    let first = names.max().unwrap_or(0);
    let line = format!("{:<first$}{GAP}{items}", group.name());
    wrap(&line, style.width.saturating_sub(2), first + GAP.len())
        .iter()
        .map(|line| format!("  {line}\n"))
        .collect()
}

/// What all of it comes to, and what the signs mean that occur.
fn verdict(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let all: Vec<char> = summaries
        .iter()
        .flat_map(|summary| {
            let names = run.variants.iter().map(|variant| &variant.name);
            names.map(move |name| sign_at(summary, name))
        })
        .collect();
    let [right, faults, declined, not_run] = [RIGHT, FAULT, DECLINED, NOT_RUN]
        .map(|sign| all.iter().filter(|other| **other == sign).count() as u64);
    let ran = right + faults;
    let mut sentences = vec![match faults {
        0 => format!("{}, all answers right", counted(ran, "run")),
        _ => format!(
            "{}, {} ({FAULT})",
            counted(ran, "run"),
            counted(faults, "fault")
        ),
    }];
    if declined > 0 {
        sentences.push(format!("{declined} not possible here ({DECLINED})"));
    }
    if not_run > 0 {
        sentences.push(format!("{not_run} not run ({NOT_RUN})"));
    }
    sentences.join("; ") + "; `--verbose` shows tables"
}

fn coloured(text: &str, style: Style) -> String {
    if style.colour {
        text.replace(FAULT, &format!("\u{1b}[31m{FAULT}\u{1b}[0m"))
    } else {
        text.to_owned()
    }
}
