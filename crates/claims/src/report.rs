//! Verdicts for people: the table, the page and the JSON. Pure: the same verdicts give the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::book::{Book, Claim, Column};
use super::evidence::Evidence;
use super::judge::{Judged, Outcome, Tried, Verdict};
use report::plain;
use results::Placement;

/// A claim and what came of it.
pub(super) struct Line<'a> {
    pub(super) claim: &'a Claim,
    pub(super) columns: Vec<Judged>,
}

/// One line for each claim and column.
pub(super) fn table(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for Line { claim, columns } in lines {
        let _ = writeln!(text, "{}  {}", claim.label(), claim.text);
        for judged in columns {
            let _ = writeln!(text, "  {}", in_column(judged));
        }
        text.push('\n');
    }
    text + &counts(lines)
}

fn in_column(judged: &Judged) -> String {
    let Judged {
        column,
        verdict,
        condition,
        tests,
    } = judged;
    let (name, sign, word) = (column.name(), verdict.sign(), verdict.word());
    let condition = condition.as_ref().map(|text| format!(" ({text})"));
    // One reason says it all where there is no figure.
    let has_figure = |tried: &&Tried| *verdict != Verdict::NotMeasurable || tried.value.is_some();
    let figures: Vec<String> = tests.iter().filter(has_figure).map(tried).collect();
    let figures = match figures.is_empty() {
        true => String::new(),
        false => format!(": {}", figures.join("; ")),
    };
    format!(
        "{name:<15} {sign} {word}{}{figures}",
        condition.unwrap_or_default()
    )
}

/// `speed-up of threads at cpu 1.98× [1.95, 1.99], ≤ 1.15× ✗`
fn tried(tried: &Tried) -> String {
    let Tried {
        figure,
        shown,
        threshold,
        when,
        outcome,
        why,
        ..
    } = tried;
    let when = when
        .as_ref()
        .map(|when| format!("{when}: "))
        .unwrap_or_default();
    let why = why
        .as_ref()
        .map(|why| format!(" ({why})"))
        .unwrap_or_default();
    let sign = outcome.sign();
    match outcome {
        Outcome::NotMeasurable => format!("{when}{figure}: {sign}{why}"),
        _ => format!("{when}{figure} {shown}, {threshold} {sign}{why}"),
    }
}

/// How many verdicts of each kind there are in each column.
fn counts(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for (at, column) in Column::ALL.into_iter().enumerate() {
        let verdicts: Vec<Verdict> = lines.iter().map(|line| line.columns[at].verdict).collect();
        let kinds = [
            Verdict::Holds,
            Verdict::DoesNotHold,
            Verdict::Depends,
            Verdict::Inconclusive,
            Verdict::NotMeasurable,
        ];
        let of = |kind: Verdict| {
            let count = verdicts.iter().filter(|verdict| **verdict == kind).count();
            (count > 0).then(|| format!("{count} {}", kind.word()))
        };
        let shown: Vec<String> = kinds.into_iter().filter_map(of).collect();
        let _ = writeln!(text, "{:<15} {}", column.name(), shown.join(", "));
    }
    text
}

/// The page: how it was made, a summary, and every claim with its figures.
pub(super) fn page(book: &Book, lines: &[Line<'_>], evidence: &Evidence, command: &str) -> String {
    let mut text = head(evidence, command);
    text.push_str(
        "| claim | in our words | CPython | Rust | Rust with a GIL |\n|:--|:--|:--|:--|:--|\n",
    );
    for Line { claim, columns } in lines {
        let verdicts = columns
            .iter()
            .map(|j| format!("{} {}", j.verdict.sign(), j.verdict.word()));
        let verdicts: Vec<String> = verdicts.collect();
        let words = plain(&claim.text);
        let _ = writeln!(
            text,
            "| {} | {words} | {} |",
            claim.label(),
            verdicts.join(" | ")
        );
    }
    let _ = writeln!(text, "\n```text\n{}```\n", counts(lines));
    for line in lines {
        one(&mut text, line);
    }
    who(&mut text, book);
    text
}

/// What the names in the tests stand for.
fn who(text: &mut String, book: &Book) {
    text.push_str("## Who stands for what\n\n| name | CPython | Rust | Rust with a GIL |\n|:--|:--|:--|:--|\n");
    for (role, each) in &book.roles {
        let of = |column| {
            each.of(column)
                .map_or(String::new(), |name| format!("`{name}`"))
        };
        let cells: Vec<String> = Column::ALL.map(of).to_vec();
        let _ = writeln!(text, "| {role} | {} |", cells.join(" | "));
    }
    text.push_str(
        "\n| work | of the catalogue | changed | besides, in CPython |\n|:--|:--|:--|:--|\n",
    );
    for (name, load) in &book.loads {
        let changed = |settings: &BTreeMap<String, String>| {
            let settings = settings
                .iter()
                .map(|(key, value)| format!("{key} = {value}"));
            plain(&settings.collect::<Vec<String>>().join(", "))
        };
        let (all, cpython) = (changed(&load.set), changed(&load.cpython));
        let on_one = match load.placement {
            Placement::Free => "",
            Placement::OneCpu => ", on one processor",
        };
        let workload = &load.workload;
        let _ = writeln!(
            text,
            "| {name} | `{workload}`{on_one} | {all} | {cpython} |"
        );
    }
}

fn head(evidence: &Evidence, command: &str) -> String {
    let mut text = "# Claims\n\nManyways grew out of notes on concurrency in Python. Each of their claims is \
         an experiment here, tried in CPython, in Rust, and in Rust under an emulated interpreter lock. \
         Thresholds were fixed before this was measured. How verdicts come about, and which \
         thresholds an earlier measurement showed to be wrong: [METHODOLOGY](METHODOLOGY.md#claims).\n\n"
        .to_owned();
    let manifest = &evidence.manifest;
    let _ = writeln!(
        text,
        "Generated by `{command}` at commit {}, {}.\n",
        manifest.commit, manifest.started
    );
    if let Some((_, stored)) = evidence.parts.first() {
        let _ = writeln!(
            text,
            "{}.\n",
            machine(&stored.run.environment, stored.run.options.blocks)
        );
        let versions: Vec<String> = versions(evidence)
            .into_values()
            .map(|v| plain(&v))
            .collect();
        let _ = writeln!(text, "Programs: {}.\n", versions.join(", "));
    }
    text
}

fn machine(environment: &BTreeMap<String, String>, blocks: u64) -> String {
    let wanted = ["processors", "cpu", "memory", "kernel", "rustc"];
    let known = wanted.iter().filter_map(|name| {
        let fact = environment.get(*name)?;
        Some(format!("{name} {}", plain(fact)))
    });
    let known: Vec<String> = known.collect();
    format!("Machine: {}; {blocks} blocks", known.join("; "))
}

/// What the programs of the models say of themselves, each once.
fn versions(evidence: &Evidence) -> BTreeMap<String, String> {
    let records = evidence
        .parts
        .iter()
        .flat_map(|(_, stored)| &stored.run.variants);
    let known = records.filter_map(|record| {
        let model = record.name.split('/').next()?;
        Some((model.to_owned(), record.version.clone()?))
    });
    known.collect()
}

fn one(text: &mut String, line: &Line<'_>) {
    let Line { claim, columns } = line;
    let _ = writeln!(text, "## {}\n", claim.label());
    let _ = writeln!(
        text,
        "{} *({})*\n",
        plain(&claim.text),
        plain(&claim.section)
    );
    if let Some(why) = &claim.unmeasurable {
        let _ = writeln!(text, "Not measurable as it stands: {}\n", plain(why));
        return;
    }
    let _ = writeln!(text, "Thresholds: {}\n", plain(&claim.threshold));
    text.push_str("| | figure | 95 % | threshold | |\n|:--|:--|:--|:--|:--|\n");
    for judged in columns {
        let condition = judged
            .condition
            .as_ref()
            .map(|c| format!(" ({})", plain(c)));
        let (sign, word) = (judged.verdict.sign(), judged.verdict.word());
        let name = judged.column.name();
        let condition = condition.unwrap_or_default();
        let _ = writeln!(text, "| **{name}** | **{sign} {word}**{condition} | | | |");
        for tried in &judged.tests {
            let _ = writeln!(text, "{}", row(tried));
        }
    }
    if let Some(rust) = &claim.rust {
        let _ = writeln!(text, "\nIn Rust: {}", plain(rust));
    }
    text.push('\n');
}

fn row(tried: &Tried) -> String {
    let when = tried
        .when
        .as_ref()
        .map(|when| format!("{when}: "))
        .unwrap_or_default();
    let figure = plain(&format!("{when}{}", tried.figure));
    let why = tried
        .why
        .as_ref()
        .map(|why| format!(" ({why})"))
        .unwrap_or_default();
    let shown = plain(&format!("{}{why}", tried.shown));
    format!(
        "| | {figure} | {shown} | {} | {} |",
        tried.threshold,
        tried.outcome.sign()
    )
}

/// Everything that is shown, as data.
pub(super) fn json(lines: &[Line<'_>], evidence: &Evidence) -> anyhow::Result<String> {
    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    struct One<'a> {
        ids: &'a [String],
        text: &'a str,
        section: &'a str,
        threshold: &'a str,
        why_rust_differs: Option<&'a str>,
        columns: &'a [Judged],
    }
    #[derive(Serialize)]
    struct All<'a> {
        commit: &'a str,
        started: &'a str,
        claims: Vec<One<'a>>,
    }
    let claims = lines.iter().map(|line| One {
        ids: &line.claim.ids,
        text: &line.claim.text,
        section: &line.claim.section,
        threshold: &line.claim.threshold,
        why_rust_differs: line.claim.rust.as_deref(),
        columns: &line.columns,
    });
    let all = All {
        commit: &evidence.manifest.commit,
        started: &evidence.manifest.started,
        claims: claims.collect(),
    };
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}
