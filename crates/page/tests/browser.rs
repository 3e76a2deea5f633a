//! Pages in a browser: what they load, what the console says, whether they are complete without their
//! script and accessible with it. `cargo xtask test` runs these where it finds a browser.

mod chromium;
mod common;

use std::path::{Path, PathBuf};

use chromium::{Browser, DARK, LIGHT, Opened};
use common::Fixture;
use report::export::{
    Curve, CurveAxis, CurvePlot, CurvePoint, Part, RatioPlot, RatioRow, Sheet, SheetTable,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const WITHOUT_SCRIPTS: Opened = Opened {
    scheme: "light",
    has_scripts: false,
};
/// All cells of all tables.
const TABLES: &str = "Array.from(document.querySelectorAll('table'), table => Array.from(table.rows, \
    row => Array.from(row.cells, cell => cell.textContent)))";
/// Everything that is folded, unfolded.
const UNFOLD: &str = "document.querySelectorAll('details').forEach(one => { one.open = true; })";
/// Pages of comparisons, as files.
struct Pages {
    folder: TempDir,
}

impl Pages {
    fn write() -> Pages {
        let folder = tempfile::tempdir().unwrap();
        let pages = Pages { folder };
        let pairs = [
            ("plain", Fixture::read().page()),
            ("many", Fixture::read().with_variants(12).page()),
            ("odd", Fixture::read().renamed("<b>\"'&amp;").page()),
            ("sheet", page::of_sheet(&sheet()).unwrap()),
        ];
        for (name, page) in pairs {
            std::fs::write(pages.file(name), page).unwrap();
        }
        pages
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name).with_extension("html")
    }

    fn all(&self) -> [PathBuf; 4] {
        ["plain", "many", "odd", "sheet"].map(|name| self.file(name))
    }
}

/// What another command found, with everything that a page can have of it.
fn sheet() -> Sheet {
    let row = |name: &str, ratio: f64| RatioRow {
        group: "sum".to_owned(),
        name: name.to_owned(),
        ratio,
        interval: Some((ratio * 0.9, ratio * 1.1)),
        control: Some((0.98, 1.03)),
        limit: Some(1.05),
        sign: "≈".to_owned(),
    };
    let words = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let table = SheetTable::plain(
        &["claim", "", "Rust"],
        [
            words(["C1", "✓ holds", "✗ does not hold"]),
            words(["C2", "± depends", "– not measurable here"]),
        ],
    );
    let mut matrix = table.clone();
    matrix.rows[0].leads_to = Some(1);
    Sheet {
        title: "A page".to_owned(),
        opening: vec!["What it comes to.".to_owned()],
        parts: vec![
            Part {
                heading: "Findings".to_owned(),
                ratios: Some(RatioPlot {
                    title: "head ÷ base".to_owned(),
                    caption: "Nothing differs.".to_owned(),
                    rows: vec![row("a/b (time)", 1.0), row("a/c (time)", 1.3)],
                    ..RatioPlot::default()
                }),
                table: Some(matrix),
                ..Part::default()
            },
            Part {
                heading: "C1: a claim".to_owned(),
                lines: vec!["For a choice.".to_owned()],
                curves: Some(curves()),
                table: Some(table),
                is_folded: true,
                ..Part::default()
            },
            Part {
                heading: "Nights".to_owned(),
                curves: Some(nights()),
                ..Part::default()
            },
        ],
    }
}

/// A curve with an interval and a place on it.
fn curves() -> CurvePlot {
    let axis = |name: &str| CurveAxis {
        name: name.to_owned(),
        is_log: true,
        label: |value| format!("{value:.1}"),
        levels: Vec::new(),
    };
    let point = |x: f64, y: f64| CurvePoint {
        x,
        y,
        across: None,
        up: Some((y * 0.9, y * 1.1)),
    };
    CurvePlot {
        title: "Speed-up by latency".to_owned(),
        caption: "It grows with the latency.".to_owned(),
        reading: "A line with a ribbon of the intervals.".to_owned(),
        across: axis("latency"),
        up: axis("speed-up"),
        curves: vec![Curve {
            name: "Rust".to_owned(),
            points: vec![point(1.0, 1.0), point(10.0, 8.0)],
            marks: vec![point(4.0, 4.0)],
        }],
        limits: vec![vec![(1.0, 4.0), (10.0, 4.0)]],
    }
}

/// Many points on two machines with labels at all of them, as a history has.
fn nights() -> CurvePlot {
    let machine = |name: &str, nights: std::ops::Range<u32>| Curve {
        name: name.to_owned(),
        points: nights
            .map(|night| CurvePoint {
                x: f64::from(night),
                y: 1.0 + f64::from(night % 7) / 50.0,
                across: None,
                up: Some((0.99, 1.15)),
            })
            .collect(),
        marks: Vec::new(),
    };
    let plain = curves();
    CurvePlot {
        title: "Ratio over the nights".to_owned(),
        across: CurveAxis {
            levels: (1..90)
                .map(|night| (f64::from(night), format!("2026-01-{night:02} abcdef0")))
                .collect(),
            ..plain.across
        },
        curves: vec![machine("one machine", 1..40), machine("another", 40..90)],
        limits: vec![
            vec![(39.5, 0.9), (39.5, 1.2)],
            vec![(1.0, 1.0), (89.0, 1.0)],
        ],
        ..plain
    }
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_requested_and_the_console_stays_empty() {
    let pages = Pages::write();
    let mut browser = Browser::start();
    for page in pages.all() {
        for opened in [LIGHT, DARK, WITHOUT_SCRIPTS] {
            browser.open(&page, opened);
            browser.value(UNFOLD);
            let requests = browser.events_of("Network.requestWillBeSent");
            let urls: Vec<&Value> = requests.iter().map(|its| &its["request"]["url"]).collect();
            assert_eq!(urls, [&json!(format!("file://{}", page.display()))]);
            browser.has_told_nothing(&page);
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn tables_are_the_same_without_scripts() {
    let pages = Pages::write();
    let mut browser = Browser::start();
    for page in pages.all() {
        browser.open(&page, LIGHT);
        let with = browser.value(TABLES);
        assert!(browser.value("document.documentElement.className") == "js");
        browser.open(&page, WITHOUT_SCRIPTS);
        assert!(browser.value("document.documentElement.className") == "");
        assert_eq!(browser.value(TABLES), with, "{page:?}");
        assert!(
            with.as_array().is_some_and(|tables| tables.len() > 1),
            "{with}"
        );
    }
}

#[test]
#[ignore = "needs a browser"]
fn the_script_sorts_filters_and_changes_the_theme() {
    let pages = Pages::write();
    let mut browser = Browser::start();
    browser.open(&pages.file("many"), LIGHT);
    let first = "document.querySelector('.workload>.scroll tbody tr').cells[0].textContent";
    let head = "document.querySelector('.workload>.scroll th button')";
    browser.value(&format!("{head}.click()"));
    let ascending = browser.value(first);
    browser.value(&format!("{head}.click()"));
    assert_ne!(browser.value(first), ascending);
    let rows = "Array.from(document.querySelectorAll('.workload>.scroll tbody tr')).filter(row => \
                row.offsetParent !== null).length";
    let all = browser.value(rows);
    browser.value(
        "{ const field = document.getElementById('fv'); field.value = 'copy/5'; \
         field.dispatchEvent(new Event('input')); }",
    );
    let chosen = browser.value(rows);
    assert!(
        chosen.as_u64() < all.as_u64() && chosen != 0,
        "{chosen} {all}"
    );
    let paper = "getComputedStyle(document.body).backgroundColor";
    let light = browser.value(paper);
    browser.value("document.getElementById('theme').click()");
    assert_ne!(browser.value(paper), light);
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_wider_than_a_telephone() {
    let pages = Pages::write();
    let mut browser = Browser::start();
    for page in pages.all() {
        browser.open(&page, LIGHT);
        browser.value(UNFOLD);
        browser.fits_a_telephone(&page);
    }
}

#[test]
#[ignore = "needs a browser and axe-core, which `npm ci` installs in crates/page/tests/browser"]
fn axe_core_finds_nothing() {
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let file = Path::new(&package).join("tests/browser/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(file).unwrap();
    let pages = Pages::write();
    let mut browser = Browser::start();
    for page in pages.all() {
        for opened in [LIGHT, DARK] {
            browser.open(&page, opened);
            browser.value(UNFOLD);
            browser.is_accessible(&axe, &page);
        }
    }
}
