//! Figures of stored comparisons as SVG files.

mod common;

use common::Fixture;
use page::{WantedFigure, figure_file, figure_names};
use report::export::Comparison;
use roxmltree::Document;

/// The file of a figure, or why there is none.
fn file(fixture: &Fixture, typed: &str) -> Result<String, String> {
    let comparison = Comparison {
        run: &fixture.run,
        rows: &fixture.rows,
    };
    let wanted = WantedFigure::parse(typed).map_err(|error| error.to_string())?;
    figure_file(&comparison, &wanted).map_err(|error| error.to_string())
}

#[test]
fn every_plot_of_a_workload_is_a_small_file_with_a_title_and_a_description() {
    let plain = Fixture::read();
    for name in [
        "forest",
        "run-order",
        "runs",
        "latency",
        "cost",
        "memory",
        "resources",
    ] {
        let file = file(&plain, &format!("{name}:wait-in-flight-8")).unwrap();
        let document = Document::parse(&file).unwrap();
        let root = document.root_element();
        for part in ["title", "desc"] {
            let node = root.children().find(|node| node.has_tag_name(part));
            let named = node.unwrap();
            assert!(
                named.text().is_some_and(|text| text.len() > 8),
                "{name}: {part}"
            );
            let labels = root.attribute("aria-labelledby").unwrap();
            assert!(labels.contains(named.attribute("id").unwrap()), "{labels}");
        }
        assert_eq!(
            file,
            self::file(&plain, &format!("{name}:wait-in-flight-8")).unwrap()
        );
    }
}

#[test]
fn forty_variants_are_still_a_small_file() {
    let many = Fixture::read().with_variants(40);
    for name in [
        "forest:wait-in-flight-8",
        "run-order:wait-in-flight-8",
        "latency:wait-in-flight-8",
    ]
    .into_iter()
    .chain(["cost:wait-in-flight-8", "sweep"])
    {
        let file = file(&many, name).unwrap();
        assert!(file.len() <= 40_000, "{name}: {}", file.len());
        assert!(!file.contains("NaN"), "{name}");
    }
}

#[test]
fn a_sweep_is_found_by_its_title_its_workload_or_alone() {
    let fixture = Fixture::read();
    let alone = file(&fixture, "sweep").unwrap();
    assert!(alone.contains("time per task by in_flight: wait over in_flight</title>"));
    for name in ["sweep:wait", "sweep:wait over in_flight"] {
        assert_eq!(file(&fixture, name).as_ref(), Ok(&alone));
    }
    assert_ne!(file(&fixture, "sweep-cpu").unwrap(), alone);
}

#[test]
fn a_workload_is_found_as_it_was_typed_too() {
    let fixture = Fixture::read();
    let by_name = file(&fixture, "forest:wait-in-flight-8").unwrap();
    assert_eq!(file(&fixture, "forest:wait[in_flight=8]"), Ok(by_name));
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let fixture = Fixture::read();
    let several = file(&fixture, "forest").unwrap_err();
    assert!(
        several.contains("forest can be drawn of several here: name one, as in `forest:"),
        "{several}"
    );
    let unknown = file(&fixture, "forest:wait-in-flight-9").unwrap_err();
    assert!(
        unknown.contains("no `wait-in-flight-9`: did you mean `wait-in-flight-"),
        "{unknown}"
    );
    let nothing = file(&fixture, "lateness:wait-in-flight-8").unwrap_err();
    assert!(nothing.contains("nothing to draw as lateness"), "{nothing}");
    let no_plot = file(&fixture, "pie").unwrap_err();
    assert!(
        figure_names().all(|name| no_plot.contains(name)),
        "{no_plot}"
    );
}

#[test]
fn names_with_markup_are_text() {
    let hostile = Fixture::read().renamed("<script>alert('1')</script>&\u{1b}]]>");
    let file = file(&hostile, "forest:wait-in-flight-8").unwrap();
    let document = Document::parse(&file).unwrap();
    let mut elements = document.descendants();
    assert!(!elements.any(|node| node.has_tag_name("script")));
}
