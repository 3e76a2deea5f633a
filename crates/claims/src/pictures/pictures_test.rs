//! Pictures of claims, from rows that are made up.

use super::*;
use crate::fixtures::{VARIANTS, swept};
use crate::judge::judge;

const LATENCIES: [&str; 3] = ["0ms", "1ms", "50ms"];
const CROSSOVER: &str = "figure = \"crossover\"\nof = \"many\"\nat = \"0ms\"\nthrough = [\"1ms\", \"50ms\"]\n\
    setting = \"latency\"\nfactor = 8.0\nat-most = 20e6\n";
const ANSWERS: &str = "figure = \"ratio\"\nmetric = \"p50\"\nof = \"many\"\nto = \"sequential\"\nat = \"1ms\"\n\
    at-least = 3.0\n";
const LATE: &str =
    "figure = \"value\"\nmetric = \"longest\"\nof = \"many\"\nat = \"1ms\"\nat-most = 2e6\n";
const TIME: &str =
    "figure = \"ratio\"\nof = \"many\"\nto = \"sequential\"\nat = \"1ms\"\nat-most = 0.9\n";

/// A book of one claim with this picture and this test, tried in Rust alone.
fn book(picture: &str, test: &str) -> Book {
    let claim = format!(
        "ids = [\"C1\", \"C2\"]\nsection = \"s\"\ntext = \"It holds.\"\nchoice = \"c.\"\npicture = {picture}\n\
         [[test]]\n{test}"
    );
    let roles = [("sequential", VARIANTS[0]), ("many", VARIANTS[1])];
    Book {
        roles: roles
            .map(|(role, variant)| {
                let toml = format!("rust = \"{variant}\"");
                (role.to_owned(), toml::from_str(&toml).unwrap())
            })
            .into(),
        loads: LATENCIES
            .map(|name| {
                let toml = format!("workload = \"{name}\"");
                (name.to_owned(), toml::from_str(&toml).unwrap())
            })
            .into(),
        claims: vec![toml::from_str(&claim).unwrap()],
        ..Book::default()
    }
}

/// Twelve rounds in which the second variant is 1, 2 and 16 times as fast.
fn evidence() -> Evidence {
    swept(&[("0ms", 1.0), ("1ms", 2.0), ("50ms", 16.0)], 12)
}

fn drawn_of(picture: &str, test: &str) -> Drawn {
    let (book, evidence) = (book(picture, test), evidence());
    let judged = judge(&book, &book.claims[0], &evidence);
    drawn(&book, &judged, &evidence)
}

#[test]
fn speed_ups_have_their_intervals_the_threshold_and_where_it_is_passed() {
    let plot = drawn_of("{ speed-ups = \"latency\" }", CROSSOVER)
        .curves
        .unwrap();
    assert_eq!(plot.title, "C1, C2: speed-up of many by latency");
    let [curve] = &plot.curves[..] else {
        panic!("{:?}", plot.curves);
    };
    assert_eq!(curve.name, "Rust");
    let xs: Vec<f64> = curve.points.iter().map(|point| point.x).collect();
    assert_eq!(xs, [1e5, 1e6, 5e7], "0 ms has a place below 1 ms");
    for (point, speed_up) in curve.points.iter().zip([1.0, 2.0, 16.0]) {
        let (lower, upper) = point.up.unwrap();
        assert!(
            lower <= point.y && point.y <= upper && lower >= speed_up,
            "{point:?}"
        );
    }
    assert_eq!(plot.limits, [[(1e5, 8.0), (1e6, 8.0), (5e7, 8.0)]]);
    let [mark] = &curve.marks[..] else {
        panic!("{:?}", curve.marks);
    };
    let (lower, upper) = mark.across.unwrap();
    assert!(
        mark.y == 8.0 && 1e6 < lower && lower < upper && upper < 5e7,
        "{mark:?}"
    );
}

#[test]
fn latencies_of_both_sides_are_curves_with_what_is_judged() {
    let plot = drawn_of("\"latencies\"", ANSWERS).curves.unwrap();
    let names: Vec<&str> = plot
        .curves
        .iter()
        .map(|curve| curve.name.as_str())
        .collect();
    assert_eq!(names, ["Rust: many", "Rust: sequential"]);
    for curve in &plot.curves {
        assert_eq!(curve.points.first().map(|point| point.y), Some(0.0));
        assert_eq!(curve.points.last().map(|point| point.y), Some(1.0));
        assert!(curve.points.iter().all(|point| point.x == 1e6));
        assert_eq!(
            (curve.marks[0].y, curve.marks[0].across),
            (0.5, Some((1e6, 1e6)))
        );
    }
    assert!(plot.limits.is_empty(), "a ratio has no threshold in time");
    let late = drawn_of("\"latencies\"", LATE).curves.unwrap();
    assert_eq!(late.limits, [[(2e6, 0.0), (2e6, 1.0)]]);
    assert_eq!(late.curves[0].marks[0].y, 1.0);
}

#[test]
fn ratios_stand_beside_their_thresholds() {
    let plot = drawn_of("\"ratios\"", TIME).ratios.unwrap();
    let [row] = &plot.rows[..] else {
        panic!("{:?}", plot.rows);
    };
    assert_eq!(
        (row.name.as_str(), row.limit, row.sign.as_str()),
        ("Rust", Some(0.9), "✓")
    );
    assert!(row.ratio < 0.5 && row.interval.is_some() && plot.is_plain);
}

#[test]
fn a_picture_is_a_file_of_the_first_number_and_none_where_nothing_was_measured() {
    let (book, whole) = (book("\"ratios\"", TIME), evidence());
    let draw: fn(&Part) -> Option<String> = |part| Some(part.ratios.as_ref()?.title.clone());
    let judged = judge(&book, &book.claims[0], &whole);
    let drawn = file(&book, &judged, &whole, draw).unwrap();
    assert_eq!(
        (drawn.claim.as_str(), drawn.name.as_str()),
        ("C1, C2", "claim-c1.svg")
    );
    assert_eq!(drawn.svg.as_ref(), Some(&drawn.title));
    let nothing = Evidence::default();
    let unmeasured = judge(&book, &book.claims[0], &nothing);
    assert_eq!(file(&book, &unmeasured, &nothing, draw).unwrap().svg, None);
    let mut plain = book.claims[0].clone();
    plain.picture = None;
    assert!(file(&book, &judge(&book, &plain, &whole), &whole, draw).is_none());
}
