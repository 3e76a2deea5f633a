//! Workloads as `docs/WORKLOADS.md` describes them: each has a heading there.

use std::fs;

use catalog::{Workspace, workloads};

use super::source::Source;

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
    fn kind(&self) -> &'static str {
        "workloads"
    }

    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn text(&self, name: &str) -> Option<String> {
        let workload = name.to_lowercase();
        self.names.contains(&workload).then(|| {
            let about = section(&self.document, &workload).unwrap_or_default();
            format!("{workload}, a workload\n{about}\n")
        })
    }
}

/// A document that is absent says nothing: names and figures are explained without it.
pub(super) fn document(workspace: &Workspace, name: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_with_the_next() {
        let document = "# All\n\n## http\nWaits.\nAlways.\n\n## noop\nNothing\n";
        assert_eq!(section(document, "http"), Some("Waits.\nAlways."));
        assert_eq!(section(document, "htt"), None);
        assert_eq!(section("\n## `a` and `b-c`\nBoth.", "b-c"), Some("Both."));
    }
}
