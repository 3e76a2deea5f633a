//! Figures of rows that are made up: places at which a speed-up passes a factor, and what lies in two
//! comparisons.

use results::Placement;

use super::*;
use crate::book::Load;
use crate::estimated::Beyond;
use crate::evidence::Manifest;
use crate::fixtures::{VARIANTS, row, stored, swept, work};

const LATENCIES: [&str; 5] = ["0ms", "1ms", "5ms", "20ms", "50ms"];

fn book(test: &str) -> Book {
    let claim = format!(
        "ids = [\"C1\"]\nsection = \"s\"\ntext = \"t.\"\nthreshold = \"because.\"\nchoice = \"c.\"\n[[test]]\n{test}"
    );
    let role = |name: &str| toml::from_str(&format!("rust = \"{name}\"")).unwrap();
    let load = |name: &str| {
        let load = toml::from_str(&format!("workload = \"{name}\"")).unwrap();
        (name.to_owned(), load)
    };
    let mut loads: std::collections::BTreeMap<_, _> = LATENCIES.map(load).into();
    let (name, mut elsewhere): (String, Load) = load("elsewhere");
    elsewhere.placement = Placement::OneCpu;
    loads.insert(name, elsewhere);
    Book {
        roles: [("sequential", VARIANTS[0]), ("many", VARIANTS[1])]
            .map(|(name, variant)| (name.to_owned(), role(variant)))
            .into(),
        loads,
        claims: vec![toml::from_str(&claim).unwrap()],
        ..Book::default()
    }
}

/// Blocks in which the second variant is so many times as fast at each of the latencies.
fn at_all(speed_ups: [f64; 5], blocks: u64) -> Evidence {
    let levels: Vec<_> = LATENCIES.into_iter().zip(speed_ups).collect();
    swept(&levels, blocks)
}

const EIGHT: &str = "figure = \"crossover\"\nof = \"many\"\nat = \"0ms\"\n\
    through = [\"1ms\", \"5ms\", \"20ms\", \"50ms\"]\nsetting = \"latency\"\nfactor = 8.0\n\
    at-least = 1e5\nat-most = 20e6\n";

fn estimated(test: &str, evidence: &Evidence) -> Estimated {
    let book = book(test);
    estimate(&book, &book.claims[0].tests[0], Column::Rust, evidence).unwrap()
}

#[test]
fn a_crossover_lies_between_the_levels_that_differ() {
    let figure = estimated(EIGHT, &at_all([1.0, 4.0, 12.0, 15.0, 15.0], 8));
    let (place, (lower, upper)) = (figure.value.unwrap(), figure.interval.unwrap());
    assert!(1e6 < lower && lower <= place && place <= upper && upper < 5e6);
    assert_eq!((figure.blocks, figure.beyond), (8, None));
}

#[test]
fn beyond_the_levels_a_crossover_has_one_bound() {
    let below = estimated(EIGHT, &at_all([9.0, 10.0, 12.0, 15.0, 15.0], 8));
    assert_eq!(
        (below.value, below.beyond),
        (Some(0.0), Some(Beyond::Below))
    );
    assert_eq!(below.range(), Some((f64::NEG_INFINITY, 0.0)));
    let above = estimated(EIGHT, &at_all([1.0, 1.0, 1.1, 1.2, 1.2], 8));
    assert_eq!(
        (above.value, above.beyond),
        (Some(50e6), Some(Beyond::Above))
    );
    assert_eq!(above.range(), Some((50e6, f64::INFINITY)));
}

#[test]
fn levels_that_do_not_tell_leave_it_open() {
    let few = estimated(EIGHT, &at_all([1.0, 4.0, 12.0, 15.0, 15.0], 7));
    assert_eq!(
        few.why_open().unwrap(),
        "7 rounds, and 5 levels need 8",
        "{few:?}"
    );
    // It is ahead first, and then behind.
    let backwards = estimated(EIGHT, &at_all([12.0, 12.0, 12.0, 4.0, 1.0], 8));
    let why = backwards.why_open().unwrap();
    assert_eq!(why, "the levels do not tell where it lies");
    assert_eq!((backwards.value, backwards.range()), (None, None));
}

#[test]
fn comparisons_in_two_places_are_not_paired() {
    let test = "figure = \"ratio\"\nof = \"many\"\nat = \"0ms\"\nto-at = \"elsewhere\"\n\
                differs-by = 1.5\n";
    let times = [2.0, 2.1, 2.2, 2.3, 2.4, 2.5];
    let rows = |workload: &str, times: &[f64]| {
        let blocks = (2..).zip(times);
        let rows = blocks.map(|(block, ms)| row(block, workload, VARIANTS[1], Some(*ms)));
        stored(vec![work(workload, "0ms")], rows.collect())
    };
    // Block by block the one would be exactly twice the other.
    let evidence = Evidence {
        manifest: Manifest::default(),
        comparisons: vec![
            (Placement::Free, rows("0ms", &times.map(|ms| 2.0 * ms))),
            (Placement::OneCpu, rows("elsewhere", &times)),
        ],
    };
    let figure = estimated(test, &evidence);
    let (lower, upper) = figure.interval.unwrap();
    assert!((figure.value.unwrap() - 2.0).abs() < 1e-6);
    assert!((lower - 4.0 / 2.5).abs() < 1e-6 && (upper - 5.0 / 2.0).abs() < 1e-6);
}

#[test]
fn nothing_is_divided_by_nothing() {
    assert!(ratio_of_medians(&[1.0; 6], &[0.0; 6]).is_err());
    assert!(ratio_of_medians(&[], &[1.0; 6]).is_err());
    let few = ratio_of_medians(&[2.0; 3], &[1.0; 6]).unwrap();
    assert_eq!((few.value, few.range(), few.blocks), (Some(2.0), None, 3));
}
