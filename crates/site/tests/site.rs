//! The site of this checkout: every link leads somewhere, nothing is loaded from elsewhere, and equal documents give
//! equal bytes.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::made;
use roxmltree::{Document, Node, ParsingOptions};
use site::Site;

/// The page as a tree. It is written as well-formed XML; the style is none, and has no `<` in it.
fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}: {page}"))
}

fn pages(site: &Site) -> BTreeMap<&str, &str> {
    let files = site.files.iter();
    files
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap()))
        .collect()
}

fn elements<'a, 'd>(document: &'a Document<'d>) -> impl Iterator<Item = Node<'a, 'd>> {
    document.descendants().filter(Node::is_element)
}

/// The path of what a relative link on a page leads to, and the anchor.
fn followed<'l>(page: &str, link: &'l str) -> (String, Option<&'l str>) {
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (link, None),
    };
    if path.is_empty() {
        return (page.to_owned(), anchor);
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{page}: {link}"),
            name => parts.push(name),
        }
    }
    (parts.join("/"), anchor)
}

#[test]
fn every_link_leads_to_a_page_and_a_heading() {
    let site = made();
    let pages = pages(&site);
    let ids: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .map(|(path, text)| {
            let document = parsed(text);
            let ids = elements(&document).filter_map(|node| node.attribute("id"));
            (*path, ids.map(str::to_owned).collect())
        })
        .collect();
    let mut followed_links = 0;
    for (path, text) in &pages {
        let document = parsed(text);
        for node in elements(&document) {
            let Some(link) = node.attribute("href").or(node.attribute("src")) else {
                continue;
            };
            if link.starts_with("https://") || link.starts_with("http://") {
                assert!(node.has_tag_name("a"), "{path} loads {link}");
                continue;
            }
            let (target, anchor) = followed(path, link);
            assert!(site.files.contains_key(&target), "{path}: {link}");
            if let Some(anchor) = anchor {
                assert!(ids[target.as_str()].contains(anchor), "{path}: {link}");
            }
            followed_links += 1;
        }
    }
    assert!(followed_links > 100, "{followed_links}");
}

#[test]
fn every_page_has_one_title_one_first_heading_and_unique_ids() {
    let site = made();
    for (path, text) in pages(&site) {
        let document = parsed(text);
        for (tag, count) in [("title", 1), ("h1", 1), ("main", 1), ("script", 0)] {
            let found = elements(&document).filter(|node| node.has_tag_name(tag));
            assert_eq!(found.count(), count, "{path}: {tag}");
        }
        let ids: Vec<&str> = elements(&document)
            .filter_map(|node| node.attribute("id"))
            .collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{path}: {ids:?}");
    }
}

#[test]
fn the_first_page_leads_to_all_others() {
    let site = made();
    let pages = pages(&site);
    let document = parsed(pages["index.html"]);
    let linked: BTreeSet<&str> = elements(&document)
        .filter_map(|node| node.attribute("href"))
        .collect();
    for path in pages.keys().filter(|path| **path != "index.html") {
        assert!(linked.contains(path), "{path}");
    }
    for expected in [
        "docs/guide/index.html",
        "docs/CLAIMS.html",
        "comparison.html",
    ] {
        assert!(pages.contains_key(expected), "{expected}");
    }
}

#[test]
fn every_page_leads_back_to_the_first() {
    let site = made();
    for (path, text) in pages(&site) {
        let document = parsed(text);
        let mut links = elements(&document).filter_map(|node| node.attribute("href"));
        let leads_back = links.any(|link| followed(path, link).0 == "index.html");
        assert!(leads_back, "{path}");
    }
}

#[test]
fn equal_documents_give_equal_bytes() {
    assert_eq!(made().files, made().files);
}
