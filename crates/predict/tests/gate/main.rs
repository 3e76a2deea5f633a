//! The gate without measuring: rows that were measured once, of a calibration and of workloads that no fit has seen, and how
//! well these are predicted. The figures may not fall.

mod choice;
mod figures;
mod intervals;
mod parts;
mod set;

use std::collections::BTreeSet;

use figures::{Gate, time_error};
use predict::{Regime, quantile};
use set::Set;

/// Prints what is more than 15 % off, and the figures.
fn print(set: &Set, gate: &Gate) {
    for pair in set.closed().filter(|pair| time_error(pair) > 0.15) {
        let off = 100.0 * (figures::ratio(pair) - 1.0);
        println!(
            "{} {}: {off:+.0} % ({})",
            pair.workload.name,
            pair.variant,
            pair.prediction.regime.word()
        );
    }
    println!("{gate:#?}");
    choice::print_rules(set);
}

/// The quantiles of [`Regime::quantiles`] are those of these sets.
fn assert_quantiles(sets: &[&Set]) {
    let pairs = sets.iter().flat_map(|set| &set.pairs);
    let regimes: BTreeSet<Regime> = pairs.map(|pair| pair.prediction.regime).collect();
    let found = regimes.into_iter().map(|regime| {
        let [time, cpu] =
            [true, false].map(|is_time| quantile(&intervals::errors(sets, regime, "", is_time)));
        println!("{}: ({time:.2}, {cpu:.2})", regime.word());
        (regime, time, cpu)
    });
    for (regime, time, cpu) in found.collect::<Vec<_>>() {
        let (of_time, of_cpu) = regime.quantiles();
        for (kept, found) in [(of_time, time), (of_cpu, cpu)] {
            assert!(
                (0.9..1.3).contains(&(kept / found)),
                "{regime:?}: {kept} is not {found}"
            );
        }
    }
}

/// Three sets on quiet machines, whose errors together give the intervals.
#[test]
fn stored_rows_are_predicted_as_well_as_before() {
    let a = Set::read(
        include_str!("data/calibration.json"),
        include_str!("data/development.json"),
    );
    let b = Set::read(
        include_str!("data/calibration-3.json"),
        include_str!("data/development-2.json"),
    );
    let c = Set::read(
        include_str!("data/calibration-4.json"),
        include_str!("data/development-3.json"),
    );
    let sets = [&a, &b, &c];
    let [gate, gate_b, gate_c] =
        sets.map(|set| Gate::of(set, intervals::coverage_without_each(set, &sets)));
    print(&a, &gate);
    print(&b, &gate_b);
    print(&c, &gate_c);
    assert_quantiles(&sets);
    // What was reached when this was written, less what another platform's logarithms may change, and less the chance of a fit:
    // with four seeds, 2 % more or less. Two fits choose and order, so that there are twice as many choices and pairs.
    assert!(
        gate.times >= 0.83 && gate.times_unrefused >= 0.85 && gate.median <= 0.044,
        "{gate:?}"
    );
    assert!(gate.choices.0 >= 33 && gate.choices.1 == 40, "{gate:?}");
    assert!(gate.regret <= 0.024, "{gate:?}");
    assert!(gate.pairs.0 >= 352 && gate.pairs.1 == 360, "{gate:?}");
    assert!((0.85..=0.97).contains(&gate.coverage.0), "{gate:?}");
    assert!(
        gate.coverage.1 >= 0.85 && gate.cpu >= 0.88 && gate.cpu_refused <= 0.3,
        "{gate:?}"
    );
    assert!(gate.refused <= 0.4, "{gate:?}");
    assert!(
        gate_c.choices.0 >= 90 && gate_c.choices.1 == 96 && gate_c.pairs.0 >= 858,
        "{gate_c:?}"
    );
    assert!(
        gate_c.coverage.0 >= 0.88 && gate_c.coverage.1 >= 0.8 && gate_c.cpu >= 0.85,
        "{gate_c:?}"
    );
    assert!(
        gate_b.times >= 0.93 && gate_b.median <= 0.04 && gate_b.regret <= 0.024,
        "{gate_b:?}"
    );
    assert!(
        gate_c.times >= 0.92 && gate_c.median <= 0.025 && gate_c.regret <= 0.016,
        "{gate_c:?}"
    );
    assert!(
        gate_b.choices.0 >= 60 && gate_b.choices.1 == 72,
        "{gate_b:?}"
    );
}

/// Twelve workloads that were drawn when all rules stood, on another machine, whose own calibration was measured just before. That machine's
/// speed changed meanwhile: the same kernel took 1.2 to 1.5 times as long in the calibration, whichever variant ran it.
#[test]
fn stored_rows_of_a_machine_that_changed_its_speed_are_ordered_as_well_as_before() {
    let set = Set::read(
        include_str!("data/calibration-2.json"),
        include_str!("data/hold-out.json"),
    );
    let gate = Gate::of(&set, intervals::coverage(&set));
    print(&set, &gate);
    assert!(
        gate.times >= 0.64 && gate.relative >= 0.94 && gate.refused <= 0.05,
        "{gate:?}"
    );
    // One half of the measured rounds, judged by the other, has a regret of 0.053 there.
    assert!(gate.choices.0 >= 14 && gate.choices.1 == 24, "{gate:?}");
    assert!(gate.regret <= 0.045, "{gate:?}");
    assert!(gate.pairs.0 >= 234 && gate.pairs.1 == 240, "{gate:?}");
    // Intervals know how noisy the calibration was.
    assert!(
        gate.coverage.0 >= 0.87 && gate.coverage.1 >= 0.85,
        "{gate:?}"
    );
}
