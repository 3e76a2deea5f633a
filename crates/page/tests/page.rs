//! Pages of stored comparisons, read back as a browser would.

mod common;

use std::collections::BTreeSet;

use common::{Fixture, elements, parsed};

#[test]
fn ids_are_unique_and_links_within_the_page_lead_somewhere() {
    let page = Fixture::read().page();
    let document = parsed(&page);
    let ids: Vec<&str> = elements(&document)
        .filter_map(|node| node.attribute("id"))
        .collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for link in elements(&document).filter_map(|node| node.attribute("href")) {
        let target = link.strip_prefix('#').unwrap();
        assert!(unique.contains(target), "{link}");
    }
}

#[test]
fn every_figure_has_a_caption_a_title_a_description_and_a_table() {
    let page = Fixture::read().page();
    let document = parsed(&page);
    let figures: Vec<_> = elements(&document)
        .filter(|node| node.has_tag_name("figure"))
        .collect();
    assert!(!figures.is_empty());
    for figure in figures {
        for part in ["figcaption", "title", "desc", "tbody"] {
            let mut found = figure.descendants().filter(|node| node.has_tag_name(part));
            let text: String = found
                .next()
                .unwrap()
                .descendants()
                .filter_map(|node| node.text())
                .collect();
            assert!(
                !text.trim().is_empty(),
                "{part} of {:?}",
                figure.attribute("id")
            );
        }
    }
}

#[test]
fn nothing_is_loaded() {
    let page = Fixture::read().page();
    for forbidden in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
}

#[test]
fn equal_rows_give_equal_bytes() {
    assert_eq!(Fixture::read().page(), Fixture::read().page());
}

#[test]
fn a_workload_takes_no_more_room_than_a_picture() {
    let fixture = Fixture::read();
    let whole = fixture.page().len();
    let mut without = fixture.clone();
    without.run.statistics.truncate(1);
    assert!(whole - without.page().len() <= 40_000);
}
