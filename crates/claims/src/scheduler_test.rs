//! The next block by widths, on rows that are made up: two loads, one steady and one noisy.

use compare::Scheduler as _;
use results::Stored;

use super::*;
use crate::fixtures::{VARIANTS, row, stored, work};

const SPEED_UPS: &str = "[[test]]\nfigure = \"speed-up\"\nof = \"many\"\nat = \"steady\"\nat-least = 2.0\n\
    [[test]]\nfigure = \"speed-up\"\nof = \"many\"\nat = \"noisy\"\nat-least = 2.0\n";

/// A book with the loads `steady` and `noisy`, and one claim with these tests.
fn book(tests: &str) -> Book {
    let claim = format!(
        "ids = [\"C1\"]\nsection = \"s\"\ntext = \"t.\"\nthreshold = \"because.\"\nchoice = \"c.\"\n{tests}"
    );
    let role = |name: &str| toml::from_str(&format!("rust = \"{name}\"")).unwrap();
    let load = |name: &str| {
        let load = toml::from_str(&format!("workload = \"{name}\"")).unwrap();
        (name.to_owned(), load)
    };
    Book {
        roles: [("sequential", VARIANTS[0]), ("many", VARIANTS[1])]
            .map(|(name, variant)| (name.to_owned(), role(variant)))
            .into(),
        loads: [load("steady"), load("noisy")].into(),
        claims: vec![toml::from_str(&claim).unwrap()],
        ..Book::default()
    }
}

/// So many blocks, in which the second variant takes this part of the first one's time, and at `noisy` up to
/// three times as much.
fn measured(blocks: u64, part: f64) -> Stored {
    let rows = (2..blocks + 2).flat_map(|block| {
        let noise = 1.0 + (block % 3) as f64;
        [
            row(block, "steady", VARIANTS[0], Some(100.0)),
            row(block, "steady", VARIANTS[1], Some(100.0 * part)),
            row(block, "noisy", VARIANTS[0], Some(100.0)),
            row(block, "noisy", VARIANTS[1], Some(100.0 * part * noise)),
        ]
    });
    let mut stored = stored(
        vec![work("steady", "0ms"), work("noisy", "0ms")],
        rows.collect(),
    );
    stored.run.options.blocks = 24;
    stored
}

/// The names of what the next block measures.
fn next(tests: &str, stored: &Stored, blocks: u64, spent_s: u64) -> Vec<String> {
    let book = book(tests);
    let claims: Vec<&Claim> = book.claims.iter().collect();
    let mut evidence = Evidence::default();
    let mut scheduler = ByWidth::new(&book, &claims, Placement::Free, &mut evidence);
    let spent = Duration::from_secs(spent_s);
    scheduler
        .next(&stored.run, &stored.rows, &[blocks, blocks], spent)
        .into_iter()
        .map(|place| stored.run.workloads[place].workload.name.clone())
        .collect()
}

#[test]
fn every_load_is_measured_in_as_many_blocks_as_an_interval_needs() {
    let both = ["steady", "noisy"];
    assert_eq!(next(SPEED_UPS, &measured(5, 0.5), 5, 0), both);
    // Disturbed blocks do not count, so that the rows alone do not tell.
    assert_eq!(next(SPEED_UPS, &measured(9, 0.5), 5, 0), both);
}

#[test]
fn a_crossover_has_more_blocks_in_any_case() {
    let crossover = "[[test]]\nfigure = \"crossover\"\nof = \"many\"\nat = \"steady\"\nsetting = \"latency\"\n\
        factor = 2.0\nat-most = 1.0\nthrough = [\"noisy\"]\n";
    let both = ["steady", "noisy"];
    let needed = u64::from(verdict::crossover::fewest_blocks(2));
    assert!(needed > 6);
    // The time for further blocks is over, and these are no further ones.
    let mut stored = measured(6, 0.5);
    stored.run.options.budget_ms = Some(1_000);
    assert_eq!(next(crossover, &stored, 6, 10_000), both);
    assert!(next(crossover, &measured(needed, 0.5), needed, 0).is_empty());
}

#[test]
fn widths_decide_and_neither_sign_nor_threshold() {
    // At a threshold of 2 these lie beyond it, on it, and short of it.
    for part in [0.1, 0.5, 1.0, 3.0] {
        assert_eq!(
            next(SPEED_UPS, &measured(6, part), 6, 0),
            ["noisy"],
            "{part}"
        );
    }
}

/// Makes the runs of the second variant at `steady` longer by this in every second and by twice this in every
/// third block.
fn longer_by(stored: &mut Stored, step_ns: u64) {
    for row in &mut stored.rows {
        if let Row::Run(run) = row
            && run.workload == "steady"
            && run.variant == VARIANTS[1]
            && let results::Outcome::Measured(measured) = &mut run.outcome
        {
            measured.done.elapsed_ns += step_ns * (run.block % 3);
        }
    }
}

#[test]
fn the_noisiest_come_first_and_what_has_most_blocks_stops() {
    let mut stored = measured(6, 0.5);
    longer_by(&mut stored, 10_000_000);
    assert_eq!(
        next(SPEED_UPS, &stored, 6, 0),
        ["noisy", "steady"],
        "both are cheap"
    );
    for row in &mut stored.rows {
        if let Row::Run(run) = row {
            run.took_ms = 600;
        }
    }
    assert_eq!(
        next(SPEED_UPS, &stored, 6, 0),
        ["noisy"],
        "the other is less than half as wide"
    );
    longer_by(&mut stored, 30_000_000);
    assert_eq!(next(SPEED_UPS, &stored, 6, 0), ["noisy", "steady"]);
    assert!(next(SPEED_UPS, &measured(24, 0.5), 24, 0).is_empty());
}

#[test]
fn no_block_begins_that_would_end_after_the_time() {
    let mut stored = measured(6, 0.5);
    stored.run.options.budget_ms = Some((10_000.0 * PATIENCE) as u64);
    for row in &mut stored.rows {
        if let Row::Run(run) = row {
            run.took_ms = 400;
        }
    }
    assert_eq!(next(SPEED_UPS, &stored, 6, 9), ["noisy"]);
    stored.run.options.budget_ms = Some((9_700.0 * PATIENCE) as u64);
    assert!(next(SPEED_UPS, &stored, 6, 9).is_empty());
}

#[test]
fn a_number_of_blocks_is_a_number_of_blocks() {
    let mut stored = measured(8, 0.5);
    stored.run.options.fewest_blocks = 8;
    stored.run.options.blocks = 8;
    assert_eq!(next(SPEED_UPS, &stored, 7, 0).len(), 2);
    assert!(next(SPEED_UPS, &stored, 8, 0).is_empty());
}

#[test]
fn a_figure_that_cannot_be_had_or_does_not_narrow_asks_for_nothing() {
    let failed = {
        let mut stored = measured(6, 0.5);
        stored.rows.push(row(8, "noisy", VARIANTS[1], None));
        stored
    };
    assert!(next(SPEED_UPS, &failed, 6, 0).is_empty());
    let latency = "[[test]]\nfigure = \"value\"\nmetric = \"p50\"\nof = \"many\"\nat = \"noisy\"\nat-most = 1e6\n";
    assert!(next(latency, &measured(6, 0.5), 6, 0).is_empty());
}
