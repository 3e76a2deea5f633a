//! What documents say of the tool can be done: commands can be typed, and links lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use clap::error::ErrorKind;

use super::Cli;
use super::typed_test::{commands, lines};

/// A document in Markdown.
pub(super) struct Document {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Document {
    /// Its name, without its folder.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// A problem with its place.
    pub(super) fn problem(&self, line: usize, what: impl std::fmt::Display) -> String {
        format!("{}:{line}: {what}", self.path.display())
    }

    /// The targets of its links and pictures, each with its line.
    pub(super) fn links(&self) -> Vec<(usize, &str)> {
        let mut links = Vec::new();
        for (number, _, line, is_fenced) in lines(&self.text) {
            if !is_fenced {
                let rests = line.split("](").skip(1);
                let targets = rests.filter_map(|rest| Some(rest.split_once(')')?.0));
                links.extend(targets.map(|target| (number, target)));
            }
        }
        links
    }

    /// The names under which its headings can be linked to.
    fn anchors(&self) -> Vec<String> {
        lines(&self.text)
            .into_iter()
            .filter(|(_, _, line, is_fenced)| line.starts_with('#') && !is_fenced)
            .map(|(_, _, line, _)| anchor(line.trim_start_matches('#').trim()))
            .collect()
    }
}

/// What a forge makes of a heading.
pub(super) fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The folder of the checkout.
pub(super) fn root() -> PathBuf {
    // Not the path of the build: tests may run in a copy of a built checkout.
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    Path::new(&package).parent().unwrap().to_owned()
}

/// The documents in a folder, by name; none where there is no such folder.
pub(super) fn in_folder(folder: &Path) -> Vec<Document> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| Document {
            text: fs::read_to_string(&path).unwrap(),
            path,
        })
        .collect()
}

fn all() -> Vec<Document> {
    let root = root();
    let mut folders = vec![root.clone(), root.join("docs"), root.join("docs/guide")];
    for shelf in ["crates", "peers"] {
        let entries = fs::read_dir(root.join(shelf)).unwrap();
        folders.extend(entries.map(|entry| entry.unwrap().path()));
    }
    folders
        .iter()
        .flat_map(|folder| in_folder(folder))
        .collect()
}

/// The command that these words are, or what the parser says of them; `None` where they ask for help, or only
/// stand for commands.
pub(super) fn parsed(words: &[String]) -> Result<Option<Cli>, String> {
    if words.is_empty() || words.iter().any(|word| word.contains('…')) {
        return Ok(None);
    }
    let typed = words.iter().map(String::as_str);
    match Cli::try_parse_from(std::iter::once("xtask").chain(typed)) {
        Ok(cli) => Ok(Some(cli)),
        Err(error) if !error.use_stderr() => Ok(None),
        // The name of a command alone speaks of it, and is nothing to type.
        Err(error) if words.len() == 1 && lacks_the_rest(error.kind()) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether nothing is wrong with what was typed but that more must follow.
fn lacks_the_rest(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

#[test]
fn every_command_can_be_typed() {
    let (mut found, mut problems) = (0, Vec::new());
    for document in all() {
        // What the changelog says was true when it was written.
        if document.name() == "CHANGELOG.md" {
            continue;
        }
        for command in commands(&document.text) {
            found += 1;
            if let Err(problem) = parsed(&command.words) {
                problems.push(document.problem(command.line, problem));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(found > 100, "{found} commands");
}

#[test]
fn every_link_leads_somewhere() {
    let (mut found, mut problems) = (0, Vec::new());
    for document in all() {
        for (line, target) in document.links() {
            found += 1;
            if let Err(problem) = followed(&document, target) {
                problems.push(document.problem(line, problem));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(found > 50, "{found} links");
}

fn followed(from: &Document, target: &str) -> Result<(), String> {
    // Pictures are made on a quiet machine, after the pages: the tests of the guide have them.
    let folder = Path::new(target).parent();
    if target.contains("://") || folder.is_some_and(|folder| folder.ends_with("figures")) {
        return Ok(());
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => from.path.clone(),
        _ => from.path.with_file_name(file),
    };
    if !path.exists() {
        return Err(format!("{target} is not there"));
    }
    if heading.is_empty() {
        return Ok(());
    }
    let to = Document {
        text: fs::read_to_string(&path).map_err(|error| format!("{target}: {error}"))?,
        path,
    };
    if to.anchors().iter().any(|known| known == heading) {
        Ok(())
    } else {
        Err(format!("{target}: no heading is `{heading}`"))
    }
}

#[test]
fn headings_are_linked_to_as_a_forge_does() {
    let heading = "5 What does `await` do?";
    assert_eq!(anchor(heading), "5-what-does-await-do");
    assert_eq!(anchor("C33, C34, C35"), "c33-c34-c35");
}
