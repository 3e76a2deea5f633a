//! `cargo xtask claims`: the claims of the notes that this project grew out of, each with a verdict
//! for CPython, for Rust and for Rust under an emulated interpreter lock. The claims are data (`book`),
//! the runs that they share are a plan (`plan`), which is measured like any comparison (`measure`);
//! verdicts are made from stored rows alone (`judge`).

mod book;
mod estimate;
mod evidence;
mod figure;
#[cfg(test)]
mod fixtures;
mod judge;
mod measure;
mod plan;
mod report;
mod request;
mod source;
mod words;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use protocol::ExitCode;

use book::{Book, Claim};
use catalog::{Workspace, did_you_mean};
use evidence::Evidence;
use report::Line;
pub use request::{BLOCKS, Request};
use terminal::{Usage, output};

/// The page that `--write` writes.
const PAGE: &str = "docs/CLAIMS.md";

/// Where results are kept, in cargo's target folder.
pub const RESULTS: &str = "claims";

/// Everything from the command line to the exit code.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let exports = [&request.export_markdown, &request.export_json];
    let to_stdout = exports.into_iter().flatten().filter(|path| is_stdout(path));
    let to_stdout = to_stdout.count();
    if to_stdout > 1 {
        return Err(Usage::error("only one export can go to standard output"));
    }
    let book = Book::open()?;
    let wanted = chosen(&book, &request.claims)?;
    let (folder, evidence) = match &request.from {
        Some(named) => Evidence::open(&workspace.results, named)?,
        None => {
            let folder = measure::measure(workspace, &book, &wanted, request)?;
            let evidence = Evidence::read(&folder)?;
            (folder, evidence)
        }
    };
    if request.write {
        whole(&book, &evidence)?;
    }
    let measured = |claim: &&&Claim| evidence.manifest.claims.contains(&claim.label());
    let all = request.claims.is_empty();
    let shown = wanted.iter().filter(|claim| !all || measured(claim));
    let lines: Vec<Line<'_>> = shown
        .map(|claim| Line {
            claim,
            columns: judge::judge(&book, claim, &evidence),
        })
        .collect();
    let again = format!("cargo xtask claims --from {}", folder.display());
    let table = report::table(&lines) + "\nthe same again: " + &again + "\n";
    output::results(&table, to_stdout > 0)?;
    write_out(request, workspace, &book, &lines, &evidence)?;
    Ok(ExitCode::Ok)
}

/// The page is about all claims, each measured to its end.
fn whole(book: &Book, evidence: &Evidence) -> anyhow::Result<()> {
    let measured = &evidence.manifest.claims;
    let mut claims = book.claims.iter();
    if let Some(claim) = claims.find(|claim| !measured.contains(&claim.label())) {
        let label = claim.label();
        return Err(Usage::error(format!(
            "--write needs a run of all claims, and this one is without {label}"
        )));
    }
    match evidence.is_whole() {
        true => Ok(()),
        false => Err(Usage::error("--write needs a run that came to its end")),
    }
}

/// The number of every claim, as it is typed.
pub fn ids() -> Vec<String> {
    let book = Book::open().unwrap_or_default();
    book.claims
        .into_iter()
        .flat_map(|claim| claim.ids)
        .collect()
}

/// What `explain` says of a claim; nothing where there is no such claim.
pub fn explain(id: &str) -> Option<String> {
    let book = Book::open().ok()?;
    book.find(id).map(explained)
}

fn explained(claim: &Claim) -> String {
    let mut lines = vec![
        format!("{}: {}", claim.label(), claim.text),
        format!("from the notes' section \"{}\"", claim.section),
    ];
    for test in &claim.tests {
        let when = test
            .when
            .as_ref()
            .map(|when| format!("{when}: "))
            .unwrap_or_default();
        let (figure, threshold) = (words::figure(test), words::threshold(test));
        let columns: Vec<&str> = test.columns.iter().map(|column| column.name()).collect();
        let columns = columns.join(", ");
        lines.push(format!("  {when}{figure} {threshold} ({columns})"));
    }
    let why = (!claim.threshold.is_empty()).then(|| format!("thresholds: {}", claim.threshold));
    lines.extend(why);
    lines.extend(claim.rust.as_ref().map(|rust| format!("in Rust: {rust}")));
    let not = claim.unmeasurable.as_ref();
    lines.extend(not.map(|why| format!("not measurable as it stands: {why}")));
    lines.extend(claim.unmeasurable.is_none().then(|| {
        let id = claim.ids.first().map_or("", String::as_str);
        format!("to see it: cargo xtask claims {id}")
    }));
    lines.join("\n") + "\n"
}

/// All claims, or those that were typed, in the order of their numbers.
fn chosen<'a>(book: &'a Book, typed: &[String]) -> anyhow::Result<Vec<&'a Claim>> {
    let mut wanted = Vec::new();
    for text in typed {
        let Some(claim) = book.find(text) else {
            let ids = book.claims.iter().flat_map(|claim| claim.ids.clone());
            let hint = did_you_mean(&text.to_uppercase(), ids);
            return Err(Usage::error(format!("no claim is numbered `{text}`{hint}")));
        };
        wanted.push(claim.label());
    }
    let is_wanted = |claim: &&Claim| typed.is_empty() || wanted.contains(&claim.label());
    Ok(book.claims.iter().filter(is_wanted).collect())
}

fn write_out(
    request: &Request,
    workspace: &Workspace,
    book: &Book,
    lines: &[Line<'_>],
    evidence: &Evidence,
) -> anyhow::Result<()> {
    let command = command(book, lines, evidence);
    if let Some(path) = &request.export_markdown {
        to(path, &report::page(book, lines, evidence, &command))?;
    }
    if let Some(path) = &request.export_json {
        to(path, &report::json(lines, evidence)?)?;
    }
    if request.write {
        to(
            &workspace.root.join(PAGE),
            &report::page(book, lines, evidence, &command),
        )?;
    }
    Ok(())
}

/// What measures the same claims again in the same order, from what is stored.
fn command(book: &Book, lines: &[Line<'_>], evidence: &Evidence) -> String {
    let mut words = vec!["cargo xtask claims".to_owned()];
    let is_all = lines.len() == book.claims.len();
    if !is_all {
        let ids = lines.iter().filter_map(|line| line.claim.ids.first());
        words.extend(ids.cloned());
    }
    if let Some((_, stored)) = evidence.parts.first() {
        let options = &stored.run.options;
        words.push(format!("--runs {} --seed {}", options.blocks, options.seed));
    }
    words.extend(is_all.then(|| "--write".to_owned()));
    words.join(" ")
}

fn to(path: &Path, text: &str) -> anyhow::Result<()> {
    match is_stdout(path) {
        true => output::print(text),
        false => {
            fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
        }
    }
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

#[cfg(test)]
mod tests {
    use super::*;
    use evidence::Manifest;
    use results::Placement;

    #[test]
    fn the_page_is_of_all_claims_and_of_a_run_that_ended() {
        let book = Book::open().unwrap();
        let problem = |labels: Vec<String>, ended: Option<&str>| {
            let mut stored = fixtures::stored(Vec::new(), Vec::new());
            stored.run.ended = ended.map(str::to_owned);
            let evidence = Evidence {
                manifest: Manifest::new(labels, String::new(), String::new()),
                parts: vec![(Placement::Free, stored)],
            };
            let found = whole(&book, &evidence).err();
            found.map(|error| error.to_string())
        };
        let all: Vec<String> = book.claims.iter().map(Claim::label).collect();
        assert_eq!(problem(all.clone(), Some("now")), None);
        let unended = problem(all.clone(), None).unwrap();
        assert!(unended.contains("came to its end"), "{unended}");
        let some = problem(all[1..].to_vec(), Some("now")).unwrap();
        assert!(some.contains("without C1"), "{some}");
    }
}
