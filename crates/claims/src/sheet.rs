//! The verdicts as a page shows them: a matrix of claims by interpreters, and each claim with its evidence.
//! Pure: the same verdicts give the same page.

use report::export::{Part, Sheet, SheetRow, SheetTable};

use crate::book::{Book, Claim};
use crate::evidence::Evidence;
use crate::judge::{ColumnVerdict, JudgedClaim, TestResult};
use crate::outcome::Outcome;
use crate::page::expectation;
use crate::pictures::drawn;
use crate::table::counts;
use crate::words;

/// The page of these verdicts; `command` is what measures the same claims again.
pub(crate) fn sheet(
    book: &Book,
    judged: &[JudgedClaim<'_>],
    evidence: &Evidence,
    command: &str,
) -> Sheet {
    let manifest = &evidence.manifest;
    let (commit, started) = (&manifest.commit, &manifest.started);
    let disturbed = words::disturbed(evidence.disturbed_rounds());
    let matrix = Part {
        heading: "Verdicts".to_owned(),
        lines: counts(book, judged).lines().map(str::to_owned).collect(),
        table: Some(matrix(book, judged)),
        ..Part::default()
    };
    Sheet {
        title: "Claims about concurrency in Python".to_owned(),
        opening: [
            Some(format!("Measured at commit {commit}, {started}.")),
            Some(
                "✓ holds, ✗ does not hold, ± depends, ? inconclusive, – not measurable here. Thresholds \
                 were fixed before this was measured."
                    .to_owned(),
            ),
            disturbed.map(|disturbed| format!("{disturbed}.")),
            Some(format!("To measure it again: {command}")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        parts: [matrix]
            .into_iter()
            .chain(judged.iter().map(|one| part(book, one, evidence)))
            .collect(),
    }
}

fn matrix(book: &Book, judged: &[JudgedClaim<'_>]) -> SheetTable {
    let columns = book.columns();
    let titles = ["claim", "in our words"].into_iter();
    let names = columns.iter().map(|column| column.name());
    let rows = judged.iter().enumerate().map(|(index, one)| {
        let verdicts = one.columns.iter().map(verdict);
        let own = [one.claim.label(), one.claim.text.clone()];
        SheetRow {
            cells: own.into_iter().chain(verdicts).collect(),
            // The matrix itself is the first section.
            leads_to: Some(index + 1),
        }
    });
    SheetTable {
        titles: titles.chain(names).collect(),
        rows: rows.collect(),
    }
}

fn verdict(column: &ColumnVerdict) -> String {
    format!("{} {}", column.verdict.sign(), column.word())
}

/// A claim with its evidence, folded.
fn part(book: &Book, judged: &JudgedClaim<'_>, evidence: &Evidence) -> Part {
    let JudgedClaim { claim, columns } = judged;
    let texts = match &claim.unmeasurable {
        Some(why) => vec![format!("Not measurable as it stands: {why}")],
        None => measured(judged),
    };
    let remarks = columns.iter().flat_map(|one| {
        let name = one.column.name();
        let all = one.remarks().into_iter();
        all.map(move |remark| format!("{name}: {remark}"))
    });
    let plots = drawn(book, judged, evidence);
    let choice = format!("For a choice: {}", claim.choice);
    Part {
        heading: format!("{}: {}", claim.label(), claim.text),
        lines: [choice].into_iter().chain(texts).chain(remarks).collect(),
        table: claim.unmeasurable.is_none().then(|| tests(claim, columns)),
        ratios: plots.ratios,
        curves: plots.curves,
        is_folded: true,
    }
}

fn measured(judged: &JudgedClaim<'_>) -> Vec<String> {
    let claim = judged.claim;
    let thresholds = format!("Thresholds: {}", claim.threshold);
    let free = format!(
        "Without its GIL: {}{}",
        claim.free_threaded,
        expectation(judged)
    );
    let rust = claim.rust.as_ref().map(|rust| format!("In Rust: {rust}"));
    [thresholds, free].into_iter().chain(rust).collect()
}

/// A row for each test, after that of the verdicts.
fn tests(claim: &Claim, columns: &[ColumnVerdict]) -> SheetTable {
    let names = columns.iter().map(|one| one.column.name());
    let titles: Vec<&'static str> = ["figure", "threshold"].into_iter().chain(names).collect();
    let verdicts: Vec<String> = ["verdict".to_owned(), String::new()]
        .into_iter()
        .chain(columns.iter().map(verdict))
        .collect();
    let places = (0..claim.tests.len()).filter_map(|place| test(columns, place));
    SheetTable::plain(&titles, [verdicts].into_iter().chain(places))
}

/// The row of a test; `None` where no column has tried it.
fn test(columns: &[ColumnVerdict], place: usize) -> Option<Vec<String>> {
    let results: Vec<Option<&TestResult>> = columns
        .iter()
        .map(|one| one.tests.iter().find(|test| test.place == place))
        .collect();
    let any = results.iter().flatten().next()?;
    let when = words::prefix(any.when.as_deref());
    let own = [format!("{when}{}", any.figure), any.threshold.clone()];
    let cells = results
        .iter()
        .map(|result| result.map_or_else(String::new, cell));
    Some(own.into_iter().chain(cells).collect())
}

/// Sign, figure and interval of a test, and the processors that it used.
fn cell(test: &TestResult) -> String {
    let sign = test.outcome.sign();
    if test.outcome == Outcome::NotMeasurable {
        return sign.to_owned();
    }
    let cores = test
        .cores
        .as_ref()
        .map(|cores| format!(" on {} cores", cores.shown));
    format!("{sign} {}{}", test.shown, cores.unwrap_or_default())
}
