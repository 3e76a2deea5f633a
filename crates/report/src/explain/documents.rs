//! Workloads and models as `docs/WORKLOADS.md` and `docs/MODELS.md` describe them: each workload has
//! a heading there, and each variant has paragraphs or rows of tables that name it.

use std::fmt::Write as _;
use std::fs;

use catalog::{Model, Registry, Workspace, workloads};

use crate::explain::source::Source;

/// The workloads of the catalogue.
pub(super) struct Workloads {
    names: Vec<String>,
    document: String,
}

impl Workloads {
    pub(super) fn find(workspace: &Workspace) -> Workloads {
        Workloads {
            names: workloads::names(workspace),
            document: document(workspace, "WORKLOADS.md"),
        }
    }
}

impl Source for Workloads {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn text(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let known = self.names.contains(&name);
        known.then(|| {
            let section = section(&self.document, &name).unwrap_or_default();
            format!("{name}, a workload\n{section}\n")
        })
    }
}

/// The models that are shown, and their variants.
pub(super) struct Models {
    models: Vec<Model>,
    document: String,
}

impl Models {
    pub(super) fn find(workspace: &Workspace) -> Models {
        let models = Registry::find(workspace).models.into_iter();
        Models {
            models: models.filter(|model| !model.hidden).collect(),
            document: document(workspace, "MODELS.md"),
        }
    }
}

impl Source for Models {
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for model in &self.models {
            names.push(model.name.clone());
            let variants = model.variants.iter();
            names.extend(variants.map(|variant| format!("{}/{}", model.name, variant.name)));
        }
        names
    }

    fn text(&self, name: &str) -> Option<String> {
        let (wanted, only) = match name.split_once('/') {
            Some((model, variant)) => (model, Some(variant)),
            None => (name, None),
        };
        let model = self.models.iter().find(|model| model.name == wanted)?;
        let mut variants = model
            .variants
            .iter()
            .filter(|variant| only.is_none_or(|only| only == variant.name))
            .peekable();
        // A variant that the model does not have is an unknown name, although the model is known.
        variants.peek()?;
        let mut text = format!("{wanted}, a model: {}\n", model.about);
        for variant in variants {
            let full = format!("{wanted}/{}", variant.name);
            let _ = writeln!(text, "{full}: {}", variant.about);
            for said in mentions(&self.document, &full) {
                let _ = writeln!(text, "  {said}");
            }
        }
        Some(text)
    }
}

/// A document that is absent says nothing: names and figures are explained without it.
fn document(workspace: &Workspace, name: &str) -> String {
    fs::read_to_string(workspace.root.join("docs").join(name)).unwrap_or_default()
}

/// The text between the heading with this name and the next; a heading may have several names.
fn section<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = document.split("\n## ");
    parts.find_map(|part| {
        let (heading, body) = part.split_once('\n')?;
        words(heading).any(|word| word == name).then(|| body.trim())
    })
}

fn words(heading: &str) -> impl Iterator<Item = &str> {
    heading.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
}

/// Every row of a table, and every paragraph, that names it; a row with its cells apart.
fn mentions(document: &str, name: &str) -> Vec<String> {
    let quoted = format!("`{name}`");
    let mut said = Vec::new();
    for part in document.split("\n\n").filter(|part| part.contains(&quoted)) {
        // A table is one paragraph of the document, but its other rows are about other names.
        if part.contains("|---") {
            let rows = part.lines().filter(|line| line.contains(&quoted));
            said.extend(rows.map(cells));
        } else {
            said.push(part.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    said
}

/// The cells after the first, which is the name.
fn cells(row: &str) -> String {
    let after_name = row.trim().trim_matches('|').split('|').skip(1);
    after_name.map(str::trim).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# All\n\n| variant | lanes | expect |\n|---|---|---|\n| `a/b` | 2 | speed |\n\
        | `a/c` | 1 | calm |\n\n## http\nWaits.\nAlways.\n\n## noop\nNothing\nlike `a/b`.\n";

    #[test]
    fn a_section_ends_with_the_next() {
        assert_eq!(section(DOCUMENT, "http"), Some("Waits.\nAlways."));
        assert_eq!(section(DOCUMENT, "htt"), None);
        assert_eq!(section("\n## `a` and `b-c`\nBoth.", "b-c"), Some("Both."));
    }

    #[test]
    fn rows_and_paragraphs_that_name_it_are_found() {
        let found = mentions(DOCUMENT, "a/b");
        assert_eq!(found, ["2; speed", "## noop Nothing like `a/b`."]);
    }
}
