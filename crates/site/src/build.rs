//! The pages of a site: the documents with links between them, and pages that are made elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use page::{Prose, SiteLink};
use terminal::shown;

use crate::links::{Anchors, Target, between, page_of, target};
use crate::markdown::{Markdown, Targets};
use crate::tree::Tree;

/// The page that a site begins with, made of the document of the same name at the root.
const INDEX: &str = "index.html";
/// What links to it say.
const START: &str = "Start";
/// The folder of the guide, whose pages are read one after the other.
const GUIDE: &str = "docs/guide/";
/// The documents that every page leads to, each by its name.
const ALWAYS: [(&str, &str); 3] = [
    ("Guide", "docs/guide/README.md"),
    ("Claims", "docs/CLAIMS.md"),
    ("Method", "docs/METHODOLOGY.md"),
];
/// Keeps GitHub Pages from leaving out files.
const NO_JEKYLL: &str = ".nojekyll";

/// A page that is made elsewhere.
#[derive(Clone, Debug)]
pub struct ReadyPage {
    /// Its file at the root of the site, such as `history.html`.
    pub file: String,
    /// What it is, as links to it say.
    pub title: String,
    /// The whole page.
    pub html: String,
}

/// The files of a site, or what keeps it from being made.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The files by their paths in the folder of the site.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The links of documents that lead nowhere, a line each.
    pub problems: Vec<String>,
}

/// The site of a checkout, with these pages beside its documents.
///
/// # Errors
/// A file that a document shows cannot be read, or a page cannot be put together.
pub fn build(tree: &Tree, pages: &[ReadyPage]) -> anyhow::Result<Site> {
    let documents: BTreeMap<&str, Markdown<'_>> = tree
        .documents
        .iter()
        .map(|(path, text)| (path.as_str(), Markdown::read(text)))
        .collect();
    let titles: BTreeMap<&str, String> = documents
        .iter()
        .map(|(path, document)| (*path, title(path, &document.title)))
        .collect();
    let anchors: Anchors = documents
        .iter()
        .map(|(path, document)| {
            let anchors = document.anchors.iter().cloned().collect();
            ((*path).to_owned(), anchors)
        })
        .collect();
    let mut site = Site::default();
    let mut assets = BTreeSet::new();
    for (path, document) in documents {
        let reached = targets(
            path,
            &document,
            tree,
            &anchors,
            &mut assets,
            &mut site.problems,
        );
        let mut body = document.html(&reached);
        let page = page_of(path);
        if page == INDEX {
            body += &all_pages(&titles, pages);
        }
        let (links, around) = (links(&page, &titles, pages), around(path, &titles));
        let html = page::prose(&Prose {
            title: &titles[path],
            links: &links,
            body: &body,
            around: &around,
        })?;
        site.files.insert(page, html.into_bytes());
    }
    for ready in pages {
        site.files
            .insert(ready.file.clone(), ready.html.clone().into_bytes());
    }
    for path in assets {
        let bytes = tree.bytes(&path)?;
        site.files.insert(path, bytes);
    }
    site.files.insert(NO_JEKYLL.to_owned(), Vec::new());
    Ok(site)
}

/// The link back to the first page, for the head of a page at the root that is made elsewhere.
pub fn to_start() -> SiteLink {
    SiteLink {
        text: START.to_owned(),
        href: INDEX.to_owned(),
        is_here: false,
    }
}

/// The title of a document, or its path where it has no heading.
fn title(path: &str, heading: &str) -> String {
    if heading.is_empty() {
        path.to_owned()
    } else {
        heading.to_owned()
    }
}

/// What becomes of the links of a document. Files that it shows are added to `assets`, and links that lead nowhere to
/// `problems`.
fn targets(
    path: &str,
    document: &Markdown<'_>,
    tree: &Tree,
    anchors: &Anchors,
    assets: &mut BTreeSet<String>,
    problems: &mut Vec<String>,
) -> Targets {
    let mut targets = Targets::new();
    for written in document.links() {
        match target(path, written, tree, anchors) {
            Ok(Target::Link(link)) => {
                targets.insert(written.to_owned(), link);
            }
            Ok(Target::Asset { link, path }) => {
                targets.insert(written.to_owned(), link);
                assets.insert(path);
            }
            Ok(Target::Text) => {}
            Err(problem) => problems.push(shown(&format!("{path}: {problem}"))),
        }
    }
    targets
}

/// The links at the head of a page.
fn links(page: &str, titles: &BTreeMap<&str, String>, pages: &[ReadyPage]) -> Vec<SiteLink> {
    let known = ALWAYS.iter().filter(|(_, path)| titles.contains_key(path));
    let always = known.map(|(name, path)| ((*name).to_owned(), page_of(path)));
    let ready = pages
        .iter()
        .map(|ready| (ready.title.clone(), ready.file.clone()));
    [(START.to_owned(), INDEX.to_owned())]
        .into_iter()
        .chain(always)
        .chain(ready)
        .map(|(text, to)| SiteLink {
            text,
            is_here: to == page,
            href: between(page, &to),
        })
        .chain([SiteLink {
            text: "All pages".to_owned(),
            is_here: false,
            href: between(page, INDEX) + "#all-pages",
        }])
        .collect()
}

/// The pages of the guide before and after this one.
fn around(path: &str, titles: &BTreeMap<&str, String>) -> Vec<SiteLink> {
    let guide: Vec<&str> = titles
        .keys()
        .copied()
        .filter(|other| other.starts_with(GUIDE) && page_of(other) != format!("{GUIDE}{INDEX}"))
        .collect();
    let Some(place) = guide.iter().position(|other| *other == path) else {
        return Vec::new();
    };
    let before = place.checked_sub(1).and_then(|before| guide.get(before));
    [("Before", before), ("Next", guide.get(place + 1))]
        .into_iter()
        .filter_map(|(word, other)| {
            other.map(|other| SiteLink {
                text: format!("{word}: {}", titles[other]),
                href: between(&page_of(path), &page_of(other)),
                is_here: false,
            })
        })
        .collect()
}

/// The list of all pages, as the last part of the first page.
fn all_pages(titles: &BTreeMap<&str, String>, pages: &[ReadyPage]) -> String {
    let documents = titles
        .iter()
        .map(|(path, title)| (page_of(path), title.clone()));
    let ready = pages
        .iter()
        .map(|ready| (ready.file.clone(), ready.title.clone()));
    let lines: String = documents
        .chain(ready)
        .filter(|(file, _)| file != INDEX)
        .map(|(file, title)| {
            let [href, text] = [&file, &title].map(|part| page::escaped(part));
            format!("<li><a href=\"{href}\">{text}</a></li>\n")
        })
        .collect();
    format!("<h2 id=\"all-pages\">All pages</h2>\n<ul>\n{lines}</ul>\n")
}
