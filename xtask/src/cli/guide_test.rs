//! The pages of `docs/guide`, and the script that makes their pictures and that of the README: both have the same
//! commands and pictures, names exist, and figures are those of `docs/CLAIMS.md`.

use std::collections::BTreeSet;
use std::fs;

use catalog::{Registry, Workspace, workloads};

use super::Command;
use super::documents_test::{Document, anchor, in_folder, parsed, root};
use super::typed_test::{commands, words};

const FOLDER: &str = "docs/guide";

/// The pages, and the index first of all.
fn pages() -> Vec<Document> {
    let mut pages = in_folder(&root().join(FOLDER));
    pages.sort_by_key(|page| page.name() != "README.md");
    assert_eq!(pages.len(), 9, "an index and eight pages");
    pages
}

/// The README, whose pictures have the number 0.
fn front() -> Document {
    let path = root().join("README.md");
    Document {
        text: fs::read_to_string(&path).unwrap(),
        path,
    }
}

/// The calls of a function of the script, each as the words after its name.
fn calls(function: &str) -> Vec<Vec<String>> {
    let script = fs::read_to_string(root().join(FOLDER).join("figures.sh")).unwrap();
    let begin = format!("    {function} ");
    let places = script.match_indices(&begin);
    let calls: Vec<Vec<String>> = places
        .filter(|(at, _)| script[..*at].ends_with('\n'))
        .map(|(at, _)| words(&script[at + begin.len()..]))
        .collect();
    assert!(calls.len() >= 8, "a call of {function} for each page");
    calls
}

/// What the script types after `cargo xtask` to measure or record, each with the name that it gives to that.
fn measured() -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for command in ["compare", "trace"] {
        for mut call in calls(command) {
            let name = std::mem::replace(&mut call[0], command.to_owned());
            all.push((name, call));
        }
    }
    all
}

/// A command of a page without the file that it writes for the reader.
fn without_html(words: &[String]) -> Vec<String> {
    let end = words.iter().position(|word| word == "--html");
    words[..end.unwrap_or(words.len())].to_vec()
}

#[test]
fn commands_of_the_script_can_be_typed_and_stand_on_their_page() {
    let mut pages = pages();
    pages.push(front());
    for (name, typed) in measured() {
        if let Err(problem) = parsed(&typed) {
            panic!("figures.sh: {name}: {problem}");
        }
        // Names begin with the number of their page, and so do the names of pages.
        let page = match name.strip_prefix("0-") {
            Some(_) => pages.last(),
            None => pages.iter().find(|page| page.name()[..2] == name[..2]),
        };
        let page = page.unwrap_or_else(|| panic!("figures.sh: {name}: there is no such page"));
        let shown = commands(&page.text);
        let is_shown = shown.iter().any(|it| without_html(&it.words) == typed);
        assert!(
            is_shown,
            "{} does not show `{}`",
            page.name(),
            typed.join(" ")
        );
    }
}

#[test]
fn pictures_of_pages_are_made_by_the_script() {
    let mut pages = pages();
    pages.push(front());
    let targets = pages.iter().flat_map(Document::links);
    let pictures = targets.filter_map(|(_, target)| target.strip_suffix(".svg"));
    let shown: BTreeSet<&str> = pictures
        .map(|target| target.trim_start_matches("docs/guide/"))
        .filter_map(|target| target.strip_prefix("figures/"))
        .collect();
    let (traces, figures) = (calls("trace"), calls("figure"));
    let timelines = traces.iter().map(|call| call[0].as_str());
    let made: BTreeSet<&str> = timelines
        .chain(figures.iter().map(|call| call[2].as_str()))
        .collect();
    assert_eq!(shown, made);
    let stored: BTreeSet<String> = calls("compare")
        .into_iter()
        .map(|call| call[0].clone())
        .collect();
    for figure in &figures {
        assert!(
            stored.contains(&figure[0]),
            "{figure:?}: no comparison has this name"
        );
    }
}

#[test]
fn names_in_the_guide_exist() {
    let root = root();
    let workspace = Workspace {
        target: root.join("target"),
        results: root.join("target/compare"),
        more_models: Vec::new(),
        root,
    };
    let mut problems = Vec::new();
    for page in pages() {
        for command in commands(&page.text) {
            if let Ok(Some(cli)) = parsed(&command.words) {
                let unknown = unknown_names(&cli.command, &workspace).into_iter();
                problems.extend(unknown.map(|name| page.problem(command.line, name)));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The names of variants, workloads and claims in a command that there are not.
fn unknown_names(command: &Command, workspace: &Workspace) -> Vec<String> {
    let (mut variants, mut typed_workloads, mut typed_claims) =
        (Vec::new(), Vec::new(), Vec::new());
    match command {
        Command::Compare(args) => {
            let request = args.request();
            variants.extend(request.models.into_iter().chain(request.reference));
            typed_workloads = request.workloads;
        }
        Command::Trace(args) => {
            let request = args.request();
            variants.push(request.variant);
            typed_workloads.push(request.workload);
        }
        Command::Run(args) => {
            variants.push(args.variant.clone());
            typed_workloads.push(args.workload.clone());
        }
        Command::Claims(args) => typed_claims = args.request().claims,
        _ => {}
    }
    let registry = Registry::as_written(workspace);
    variants.retain(|name| registry.matching(std::slice::from_ref(name)).is_err());
    typed_workloads.retain(|typed| !is_workload(typed, workspace));
    typed_claims.retain(|name| !claims::names().contains(name));
    [variants, typed_workloads, typed_claims].concat()
}

fn is_workload(typed: &str, workspace: &Workspace) -> bool {
    if typed.contains('/') {
        // The reader's own file.
        return typed == "./mine.toml" || workspace.root.join(typed).is_file();
    }
    let name = typed.split('[').next().unwrap_or_default();
    workloads::names(workspace)
        .iter()
        .any(|known| known == name)
}

#[test]
fn figures_are_those_of_the_claims() {
    let claims = fs::read_to_string(root().join("docs/CLAIMS.md")).unwrap();
    let (mut found, mut problems) = (0, Vec::new());
    for page in pages() {
        let mut titles: Vec<&str> = Vec::new();
        for (number, line) in (1..).zip(page.text.lines()) {
            if line.starts_with("| claim |") {
                titles = cells(line);
            }
            let Some(rest) = line.strip_prefix("| [C") else {
                continue;
            };
            let (_, link) = rest.split_once("CLAIMS.md#").unwrap();
            let (claim, _) = link.split_once(')').unwrap();
            let judged = section(&claims, claim);
            for (column, cell) in titles.iter().zip(cells(line)).skip(2) {
                found += usize::from(!cell.is_empty());
                if !is_figure(cell, &figures(judged, column)) {
                    let problem = format!("{claim} has no figure `{cell}` in `{column}`");
                    problems.push(page.problem(number, problem));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(found > 60, "{found} figures");
}

/// The cells of a row of a table.
fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// What stands under the heading of a claim.
fn section<'t>(document: &'t str, claim: &str) -> &'t str {
    document
        .split("\n## ")
        .find(|text| {
            text.lines()
                .next()
                .is_some_and(|heading| anchor(heading) == claim)
        })
        .unwrap_or_default()
}

/// The figures of a claim in a column, without their intervals; one that is undecided has a `?` behind it.
fn figures(section: &str, column: &str) -> Vec<String> {
    let mut rows = section.lines().filter(|line| line.starts_with('|'));
    let titles = rows.next().map(cells).unwrap_or_default();
    let Some(place) = titles.iter().position(|title| *title == column) else {
        return Vec::new();
    };
    rows.filter_map(|row| {
        let cell = *cells(row).get(place)?;
        let (sign, judged) = cell.split_once(' ').unwrap_or(("", cell));
        let whole = if ["✓", "✗", "?"].contains(&sign) {
            judged
        } else {
            cell
        };
        let figure = whole.split(" \\[").next()?;
        let open = if sign == "?" { " ?" } else { "" };
        Some(format!("{figure}{open}"))
    })
    .collect()
}

/// Whether a cell of a page is a figure, or says that there is none.
fn is_figure(cell: &str, figures: &[String]) -> bool {
    cell.is_empty() || cell == "–" || figures.iter().any(|figure| figure == cell)
}

#[test]
fn a_figure_is_found_in_its_column_with_its_verdict() {
    let section = "C1\n\n| | threshold | CPython | Rust |\n|:--|:--|:--|:--|\n\
        | of a | ≥ 1.4× | ? 2.07× \\[1.30×, 2.66×\\] | ✓ 1.9× \\[1.8×, 2×\\] |\n\
        | cores | | 1.98 \\[1.96, 1.99\\] | – |\n| of b | ≤ 0 % | ✗ 49.2 % | |\n";
    let cpython = figures(section, "CPython");
    let known = [
        "2.07× ?", "2.07×", "1.98", "49.2 %", "49.2 % ?", "1.9×", "–",
    ];
    let expected = [true, false, true, true, false, false, true];
    assert_eq!(known.map(|cell| is_figure(cell, &cpython)), expected);
    assert!(is_figure("1.9×", &figures(section, "Rust")));
}

#[test]
fn nothing_is_left_to_measure() {
    let mut problems = Vec::new();
    for page in pages().into_iter().chain([front()]) {
        for (number, line) in (1..).zip(page.text.lines()) {
            if line.contains("TODO-MEASURE") {
                problems.push(page.problem(number, "is still to be measured"));
            }
        }
        for (number, target) in page.links() {
            if target.ends_with(".svg") && !page.path.with_file_name(target).is_file() {
                problems.push(page.problem(number, format!("{target} is not there")));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
