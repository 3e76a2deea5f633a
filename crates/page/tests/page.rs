//! Pages of stored comparisons, read back as a browser would.

mod common;

use std::collections::BTreeSet;

use common::{Fixture, drawings, elements, parsed};
use report::export::{Part, RatioPlot, RatioRow, Sheet};
use results::{Failed, Failure, Kind, Outcome, Row};
use roxmltree::Node;
use serde_json::json;

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
    assert!(whole - without.page().len() <= 60_000);
}

#[test]
fn forty_variants_at_thirty_five_workloads_are_at_most_ten_megabytes() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let all = Fixture::read().with_workloads(&names, &[1, 2, 4, 8, 16]);
    let page = all.with_variants(40).page();
    let sections = page.matches("class=\"workload\" data-w=").count();
    assert_eq!(sections, 35 + 7, "workloads and sweeps");
    assert!(page.len() <= 10_000_000, "{}", page.len());
}

/// Texts that try to act: markup, quotes, terminal sequences, text that runs backwards, and length.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img onerror='x' x=\"",
    "\u{1b}]0;t\u{7}\u{202e}\n```\n=1|<b>",
    "</svg></title></style><b>&amp;{{ 7 * 7 }}",
    "a]]>b",
];

#[test]
fn names_with_markup_are_text() {
    let cut = HOSTILE.map(|text| text.repeat(200).chars().take(200).collect());
    let long = cut.into_iter().chain(["x".repeat(5000)]);
    for name in HOSTILE.map(str::to_owned).into_iter().chain(long) {
        let fixture = Fixture::read().renamed(&name);
        let page = fixture.page();
        let document = parsed(&page);
        drawings::check(&document);
        let scripts = elements(&document).filter(|node| node.has_tag_name("script"));
        assert_eq!(scripts.count(), 2, "{name}");
        for forbidden in ["img", "b"] {
            let mut found = elements(&document).filter(|node| node.has_tag_name(forbidden));
            // The overview has signs in bold letters.
            assert!(
                found.all(|node| node.parent().unwrap().has_tag_name("td")),
                "{name}"
            );
        }
        let attributes = elements(&document).flat_map(|node| node.attributes());
        let handlers = attributes.filter(|attribute| attribute.name().starts_with("on"));
        assert_eq!(handlers.count(), 0, "{name}");
        let hidden = page
            .chars()
            .find(|c| *c != '\n' && !terminal::is_visible(*c));
        assert_eq!(hidden, None, "{name}");
    }
}

#[test]
fn none_one_and_forty_variants_have_a_page() {
    for variants in [0, 1, 40] {
        let page = Fixture::read().with_variants(variants).page();
        let count = drawings::check(&parsed(&page));
        assert!(count > 0 || variants < 40, "{variants}");
        let (shown, _) = page.split_once("<script").unwrap();
        for forbidden in ["NaN", ">inf"] {
            let found = shown.lines().find(|line| line.contains(forbidden));
            assert_eq!(found, None, "{variants}");
        }
    }
}

#[test]
fn what_was_not_measured_is_drawn_as_missing() {
    let mut fixture = Fixture::read().with_variants(3);
    for row in &mut fixture.rows {
        if let Row::Run(run) = row
            && run.variant == "other/loop"
        {
            run.outcome = Outcome::Failed(Failed {
                failure: Failure::new(Kind::Differs, "no figure <b>"),
                replay: String::new(),
            });
        }
    }
    let page = fixture.computed().page();
    let document = parsed(&page);
    drawings::check(&document);
    let forest = elements(&document).find(|node| {
        let named = node.attribute("aria-labelledby");
        named.is_some_and(|ids| ids.contains("8-forest-t"))
    });
    let mut groups = forest.unwrap().descendants();
    let row = groups.find(|node| node.attribute("data-v") == Some("1"));
    let marks: Vec<Node<'_, '_>> = row.unwrap().children().collect();
    let texts: Vec<&str> = marks.iter().filter_map(Node::text).collect();
    assert_eq!(texts, ["other/loop", "differs"]);
    // Besides these only the marker that stands before the name.
    assert_eq!(marks.len(), 3, "{marks:?}");
}

#[test]
fn a_round_may_lack_a_variant() {
    let mut fixture = Fixture::read();
    fixture.rows.retain(|row| match row {
        Row::Run(run) => !(run.variant == "other/loop" && run.block > 3),
        Row::Block(_) => true,
    });
    parsed(&fixture.computed().page());
}

#[test]
fn pulses_have_their_lateness_and_what_yielding_does_to_it() {
    let mut fixture = Fixture::read().renamed("plain/loop+yield");
    for record in &mut fixture.run.workloads {
        let stall = json!({"stall": {"period": "1ms", "hogs": 1, "hog": "10ms"}});
        record.workload.coordination = serde_json::from_value(stall).unwrap();
    }
    let page = fixture.computed().page();
    let document = parsed(&page);
    for kind in ["ecdf", "relief"] {
        let id = format!("w-wait-in-flight-8-{kind}");
        let mut figures = elements(&document).filter(|node| node.attribute("id") == Some(&id));
        let figure = figures.next().unwrap();
        let marks = figure.descendants().filter(|node| {
            let class = node.attribute("class").unwrap_or_default();
            node.has_tag_name("path") && class == "rule"
        });
        assert_eq!(
            marks.count(),
            2,
            "the length of a hog in {kind}, in both rooms"
        );
        let rows = figure.descendants().filter(|node| node.has_tag_name("tr"));
        assert_eq!(rows.count(), 3, "{kind}");
    }
}

#[test]
fn ratios_of_one_workload_stand_together() {
    let row = |group: &str, name: &str| RatioRow {
        group: group.to_owned(),
        name: name.to_owned(),
        ratio: 1.1,
        ..RatioRow::default()
    };
    let rows = vec![row("sum", "a/b"), row("wait", "a/b"), row("sum", "a/c")];
    let part = Part {
        ratios: Some(RatioPlot {
            rows,
            ..RatioPlot::default()
        }),
        ..Part::default()
    };
    let sheet = Sheet {
        parts: vec![part],
        ..Sheet::default()
    };
    let page = page::of_sheet(&sheet).unwrap();
    let document = parsed(&page);
    let texts: Vec<&str> = elements(&document)
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text())
        .filter(|text| ["sum", "wait", "a/b", "a/c"].contains(text))
        .collect();
    let once = ["sum", "a/b", "a/c", "wait", "a/b"];
    assert_eq!(texts, [once, once].concat(), "in both rooms");
    // Nothing is folded, so that there is nothing to filter.
    assert!(!page.contains("id=\"fw\""));
}

#[test]
fn drawings_stay_as_they_are() {
    let page = Fixture::read().page();
    let document = parsed(&page);
    for figure in elements(&document).filter(|node| node.has_tag_name("figure")) {
        let drawing = figure.descendants().find(|node| node.has_tag_name("svg"));
        let lines = page[drawing.unwrap().range()].replace("><", ">\n<");
        insta::assert_snapshot!(figure.attribute("id").unwrap(), lines);
    }
}

#[test]
fn latencies_and_memory_have_their_spread_in_tables_and_say_that_it_is_descriptive() {
    let page = Fixture::read().with_more_memory().page();
    let document = parsed(&page);
    let figure = |kind: &str| -> String {
        let mut figures = elements(&document).filter(|node| node.has_tag_name("figure"));
        let id = format!("w-wait-in-flight-8-{kind}");
        let found = figures
            .find(|node| {
                node.descendants()
                    .any(|inner| inner.attribute("id") == Some(id.as_str()))
            })
            .unwrap();
        found.descendants().filter_map(|node| node.text()).collect()
    };
    for kind in ["memory", "resources"] {
        let text = figure(kind);
        assert!(text.contains("10.0 MiB (5.00 to 20.0)"), "{kind}: {text}");
    }
    assert!(figure("memory").contains("it has no verdict"));
    let latency = figure("latency");
    assert!(latency.contains("p99 of a run"), "{latency}");
    assert!(latency.contains("and descriptive"), "{latency}");
    // Of 7 rounds the interval is from the least to the largest.
    assert!(latency.contains(" ms ["), "{latency}");
}
