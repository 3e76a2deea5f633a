//! `cargo xtask claims`: a verdict on each claim of the notes that this project grew out of, in
//! CPython, in CPython without its interpreter lock, in Rust, and in Rust under an emulated lock.
//!
//! `book` holds the claims as data, `plan` lists the runs that they share, `measure` makes those
//! runs, and `judge` derives verdicts from stored rows alone.

mod book;
mod comparison;
mod crossover;
mod estimate;
mod estimated;
mod evidence;
mod explain;
mod figure;
mod forecast;
mod forest;
mod free_threaded;
mod json;
mod judge;
mod lookup;
mod measure;
mod outcome;
mod page;
mod pictures;
mod plan;
mod request;
mod scheduler;
mod sheet;
mod source;
mod table;
mod width;
mod words;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use catalog::{Workspace, did_you_mean};
use protocol::ExitCode;
use report::export::{SheetExport, refuse_unwritable};
use terminal::{Usage, output};

use crate::book::{Book, Claim};
use crate::evidence::Evidence;
pub use crate::explain::{explain, names};
use crate::judge::{JudgedClaim, judge};
use crate::pictures::PictureFile;
pub use crate::request::Request;

/// The page that `--write` writes, below the root of the workspace.
const PAGE: &str = "docs/CLAIMS.md";

/// The folder of the pictures of that page, beside it.
const PICTURES: &str = "figures";

/// The folder of results of this command, below cargo's target folder.
pub const RESULTS: &str = "claims";

/// Runs the command: measures the claims or reads a stored run, judges them, and shows the verdicts.
///
/// # Errors
/// A usage error for an unknown claim or options that exclude each other; otherwise whatever keeps
/// programs from being built or run, results from being read, or files from being written.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let page = request.export_html.as_ref();
    let exports = [
        ("export-markdown", &request.export_markdown),
        ("export-json", &request.export_json),
    ];
    let files: Vec<(&str, &Path)> = exports
        .into_iter()
        .filter_map(|(flag, path)| Some((flag, path.as_deref()?)))
        .chain(page.map(|export| (SheetExport::FLAG, export.path.as_path())))
        .collect();
    refuse_unwritable(files.iter().copied())?;
    let book = Book::open()?;
    let chosen = choose(&book, &request.claims)?;
    let (folder, evidence) = match &request.from {
        Some(named) => Evidence::open(&workspace.results, named)?,
        None => {
            let Some(folder) = measure::measure(workspace, &book, &chosen, request)? else {
                return Ok(ExitCode::Ok);
            };
            // Verdicts come from what is on disk even right after measuring, so that `--from`
            // cannot show anything else later.
            let evidence = Evidence::read(&folder)?;
            (folder, evidence)
        }
    };
    let book = &book.with_interpreter(evidence.manifest.free_threaded.as_ref());
    if request.write {
        require_whole(book, &evidence)?;
    }
    // Without a number all claims are chosen, but a stored run may have measured a few of them, and
    // the rest would only fill the table with "not measured". A claim that was named is always shown.
    let is_named = !request.claims.is_empty();
    let judged: Vec<JudgedClaim<'_>> = chosen
        .into_iter()
        .filter(|claim| is_named || evidence.manifest.claims.contains(&claim.label()))
        .map(|claim| judge(book, claim, &evidence))
        .collect();
    let again = format!("cargo xtask claims --from {}", folder.display());
    let verdicts = table::table(book, &judged, &evidence, output::style(false));
    let text = verdicts + "\nthe same again: " + &again + "\n";
    let stdout_is_taken = files.iter().any(|(_, path)| is_stdout(path));
    output::results(&text, stdout_is_taken)?;
    write_exports(request, workspace, book, &judged, &evidence)?;
    Ok(ExitCode::Ok)
}

/// Refuses a run that does not cover every claim, or that was cut short: the page is read as the
/// state of the whole project.
fn require_whole(book: &Book, evidence: &Evidence) -> anyhow::Result<()> {
    let measured = &evidence.manifest.claims;
    let mut labels = book.claims.iter().map(Claim::label);
    if let Some(label) = labels.find(|label| !measured.contains(label)) {
        return Err(Usage::error(format!(
            "--write needs a run of all claims, and this one is without {label}"
        )));
    }
    if evidence.is_whole() {
        Ok(())
    } else {
        Err(Usage::error("--write needs a run that came to its end"))
    }
}

/// All claims, or those that were typed, in the order of their numbers.
fn choose<'a>(book: &'a Book, typed: &[String]) -> anyhow::Result<Vec<&'a Claim>> {
    if typed.is_empty() {
        return Ok(book.claims.iter().collect());
    }
    let mut labels = Vec::new();
    for text in typed {
        let Some(claim) = book.find(text) else {
            let ids = book.claims.iter().flat_map(|claim| claim.ids.clone());
            let hint = did_you_mean(&text.to_uppercase(), ids);
            return Err(Usage::error(format!("no claim is numbered `{text}`{hint}")));
        };
        labels.push(claim.label());
    }
    // The book is filtered, and not the arguments mapped: a claim that was typed twice, or by two
    // of its numbers, is measured and shown once.
    Ok(book
        .claims
        .iter()
        .filter(|claim| labels.contains(&claim.label()))
        .collect())
}

fn write_exports(
    request: &Request,
    workspace: &Workspace,
    book: &Book,
    judged: &[JudgedClaim<'_>],
    evidence: &Evidence,
) -> anyhow::Result<()> {
    let again = command(book, judged, evidence);
    if let Some(path) = &request.export_markdown {
        write(path, &page::page(book, judged, evidence, &again, &[]))?;
    }
    if let Some(path) = &request.export_json {
        write(path, &json::json(judged, evidence)?)?;
    }
    if let Some(export) = &request.export_html {
        export.deliver(&sheet::sheet(book, judged, evidence, &again))?;
    }
    if request.write {
        let pictures: Vec<PictureFile> = judged
            .iter()
            .filter_map(|one| pictures::file(book, one, evidence, request.draw))
            .collect();
        let path = workspace.root.join(PAGE);
        write_pictures(&path.with_file_name(PICTURES), &pictures)?;
        write(
            &path,
            &page::page(book, judged, evidence, &again, &pictures),
        )?;
    }
    Ok(())
}

/// Writes the pictures into a folder, and removes those of earlier runs of which this one has no figure.
fn write_pictures(folder: &Path, pictures: &[PictureFile]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for picture in pictures {
        let path = folder.join(&picture.name);
        match &picture.svg {
            Some(svg) => write(&path, svg)?,
            None if path.exists() => fs::remove_file(&path)
                .with_context(|| format!("{} cannot be removed", path.display()))?,
            None => {}
        }
    }
    Ok(())
}

/// The command that measures the same claims again in the same order of runs.
fn command(book: &Book, judged: &[JudgedClaim<'_>], evidence: &Evidence) -> String {
    let mut words = vec!["cargo xtask claims".to_owned()];
    let is_all = judged.len() == book.claims.len();
    if !is_all {
        words.extend(
            judged
                .iter()
                .filter_map(|one| one.claim.ids.first().cloned()),
        );
    }
    // The stored options are used instead of the request's, because with `--from` the request does
    // not say how the run was measured.
    if let Some((_, stored)) = evidence.comparisons.first() {
        let options = &stored.run.options;
        if options.fewest_blocks == options.blocks {
            words.push(format!("--runs {}", options.blocks));
        }
        words.push(format!("--seed {}", options.seed));
    }
    if is_all {
        words.push("--write".to_owned());
    }
    words.join(" ")
}

/// Writes a file, or standard output where the path is `-`.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if is_stdout(path) {
        output::document(text)
    } else {
        fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
    }
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

#[cfg(test)]
mod fixtures;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Manifest;
    use results::Placement;

    #[test]
    fn pictures_are_written_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(PICTURES);
        let mut picture = PictureFile {
            claim: "C1".to_owned(),
            name: "claim-c1.svg".to_owned(),
            title: "C1".to_owned(),
            svg: Some("<svg/>".to_owned()),
        };
        write_pictures(&path, std::slice::from_ref(&picture)).unwrap();
        let file = path.join("claim-c1.svg");
        assert_eq!(fs::read_to_string(&file).unwrap(), "<svg/>");
        picture.svg = None;
        for _ in 0..2 {
            write_pictures(&path, std::slice::from_ref(&picture)).unwrap();
            assert!(!file.exists());
        }
    }

    #[test]
    fn the_page_is_of_all_claims_and_of_a_run_that_ended() {
        let book = Book::open().unwrap();
        let problem = |labels: Vec<String>, ended: Option<&str>| {
            let mut stored = fixtures::stored(Vec::new(), Vec::new());
            stored.run.ended = ended.map(str::to_owned);
            let evidence = Evidence {
                manifest: Manifest::new(labels, String::new(), String::new()),
                comparisons: vec![(Placement::Free, stored)],
            };
            let refusal = require_whole(&book, &evidence).err();
            refusal.map(|error| error.to_string())
        };
        let all: Vec<String> = book.claims.iter().map(Claim::label).collect();
        assert_eq!(problem(all.clone(), Some("now")), None);
        let unended = problem(all.clone(), None).unwrap();
        assert!(unended.contains("came to its end"), "{unended}");
        let some = problem(all[1..].to_vec(), Some("now")).unwrap();
        assert!(some.contains("without C1"), "{some}");
    }
}
