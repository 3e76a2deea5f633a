//! Where the links of a document lead on the site. Pages lie in the same folders as their documents, so that a relative
//! link stays as it is but for the end of the file's name.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{DOCUMENTS, Tree};

/// What a link of a document becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A link to this.
    Link(String),
    /// The same, to a file that the site must have a copy of.
    Asset { link: String, path: String },
    /// Its text alone: a file of the checkout that is no page, or a picture that is not made yet.
    Text,
}

/// The anchors of each document, by its path.
pub(crate) type Anchors = BTreeMap<String, BTreeSet<String>>;

/// What a link in a document becomes.
///
/// # Errors
/// What is wrong with a link that leads nowhere.
pub(crate) fn target(
    from: &str,
    link: &str,
    tree: &Tree,
    anchors: &Anchors,
) -> Result<Target, String> {
    if is_elsewhere(link) {
        return Ok(Target::Link(link.to_owned()));
    }
    let (path, fragment) = match link.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (link, None),
    };
    let place = if path.is_empty() {
        from.to_owned()
    } else {
        joined(from, path).ok_or_else(|| format!("`{link}` leads out of the checkout"))?
    };
    let index = format!("{place}/README.md");
    let (document, written) = if anchors.contains_key(&index) {
        (index, format!("{}/index.html", path.trim_end_matches('/')))
    } else {
        (place, page_of(path))
    };
    if let Some(known) = anchors.get(&document) {
        return match fragment {
            Some(fragment) if !known.contains(fragment) => {
                Err(format!("`{link}`: {document} has no heading `#{fragment}`"))
            }
            Some(fragment) => Ok(Target::Link(format!("{written}#{fragment}"))),
            None => Ok(Target::Link(written)),
        };
    }
    if document.starts_with(&format!("{DOCUMENTS}/")) && tree.has_file(&document) {
        return Ok(Target::Asset {
            link: link.to_owned(),
            path: document,
        });
    }
    if tree.has(&document) || is_of_pictures(&document) {
        Ok(Target::Text)
    } else {
        Err(format!("`{link}`: there is no {document}"))
    }
}

/// Whether a path is in a folder of pictures. They are made on a quiet machine, after the pages that show them, and
/// until then a page has their text.
fn is_of_pictures(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("figures")
}

/// Whether a link leads to another site, or writes a letter.
fn is_elsewhere(link: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| link.starts_with(scheme))
}

/// A path from the root, of one that is relative to the folder of a document; `None` where it leads out of the root.
fn joined(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The page of a document: `README.md` is the index of its folder.
pub(crate) fn page_of(document: &str) -> String {
    match document.strip_suffix("README.md") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("{folder}index.html"),
        _ => document
            .strip_suffix(".md")
            .map_or_else(|| document.to_owned(), |name| format!("{name}.html")),
    }
}

/// A link from one page to another, both from the root.
pub(crate) fn between(from: &str, to: &str) -> String {
    "../".repeat(from.matches('/').count()) + to
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn all_targets(from: &str, links: &[&str]) -> Vec<Result<Target, String>> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("docs/guide/figures")).unwrap();
        fs::create_dir(root.join("src")).unwrap();
        for path in [
            "README.md",
            "docs/A.md",
            "docs/guide/README.md",
            "docs/guide/figures/x.svg",
            "docs/schema.json",
            "src/main.rs",
        ] {
            fs::write(root.join(path), "# Title\n").unwrap();
        }
        let tree = Tree::read(root).unwrap();
        let headings: BTreeSet<String> = ["title".to_owned()].into();
        let anchors = tree
            .documents
            .keys()
            .map(|path| (path.clone(), headings.clone()))
            .collect();
        links
            .iter()
            .map(|link| target(from, link, &tree, &anchors))
            .collect()
    }

    fn link(to: &str) -> Result<Target, String> {
        Ok(Target::Link(to.to_owned()))
    }

    #[test]
    fn links_between_documents_lead_to_pages() {
        let found = all_targets(
            "docs/A.md",
            &[
                "guide/README.md",
                "guide/",
                "guide",
                "../README.md#title",
                "#title",
                "https://example.org/a.md",
            ],
        );
        let expected = [
            "guide/index.html",
            "guide/index.html",
            "guide/index.html",
            "../index.html#title",
            "#title",
            "https://example.org/a.md",
        ];
        assert_eq!(found, expected.map(link));
        let from_guide = all_targets("docs/guide/README.md", &["../A.md#title", "README.md"]);
        assert_eq!(from_guide, ["../A.html#title", "index.html"].map(link));
    }

    #[test]
    fn files_of_the_documents_are_copied_and_others_are_text() {
        let found = all_targets(
            "docs/A.md",
            &[
                "guide/figures/x.svg",
                "schema.json",
                "../src/main.rs",
                "../src",
                "guide/figures/y.svg",
            ],
        );
        let asset = |link: &str| -> Result<Target, String> {
            Ok(Target::Asset {
                link: link.to_owned(),
                path: format!("docs/{link}"),
            })
        };
        let expected = [
            asset("guide/figures/x.svg"),
            asset("schema.json"),
            Ok(Target::Text),
            Ok(Target::Text),
            Ok(Target::Text),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_leads_nowhere_is_said() {
        let found = all_targets("docs/A.md", &["B.md", "A.md#x", "#x", "../../x"]);
        let expected = [
            "`B.md`: there is no docs/B.md",
            "`A.md#x`: docs/A.md has no heading `#x`",
            "`#x`: docs/A.md has no heading `#x`",
            "`../../x` leads out of the checkout",
        ];
        assert_eq!(found, expected.map(|problem| Err(problem.to_owned())));
    }

    #[test]
    fn pages_of_any_depth_find_each_other() {
        assert_eq!(between("index.html", "docs/A.html"), "docs/A.html");
        assert_eq!(
            between("docs/guide/index.html", "index.html"),
            "../../index.html"
        );
        assert_eq!(page_of("docs/MYREADME.md"), "docs/MYREADME.html");
    }
}
