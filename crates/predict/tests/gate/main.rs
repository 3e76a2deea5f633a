//! The gate without measuring: rows that were measured once, of a calibration and of workloads that no fit has seen, and how
//! well these are predicted. The figures may not fall.

mod choice;
mod data;
mod figures;
mod floors;
mod intervals;
mod parts;
mod past;
mod set;

use std::collections::BTreeSet;

use data::{HOLD_OUT, ONE, TWO};
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

/// Prints the figures of a set.
fn printed(set: &Set, coverage: (f64, f64)) -> Gate {
    let gate = Gate::of(set, coverage);
    println!("set {}", set.data.name);
    print(set, &gate);
    gate
}

/// Six sets on machines with two processors, whose errors together give the intervals.
#[test]
fn stored_rows_are_predicted_as_well_as_before() {
    let sets = TWO.map(Set::read);
    let sets = sets.each_ref();
    let gates = sets.map(|set| printed(set, intervals::coverage_without_each(set, &sets)));
    assert_quantiles(&sets);
    for (set, gate) in sets.iter().zip(&gates) {
        set.data.floor.assert(set.data.name, gate);
    }
}

#[test]
fn stored_rows_of_one_processor_are_predicted_as_well_as_before() {
    let set = Set::read(ONE);
    let gate = printed(&set, intervals::coverage(&set));
    set.data.floor.assert(set.data.name, &gate);
}

/// Twelve workloads that were drawn when all rules stood, on another machine, whose own calibration was measured just before. That machine's
/// speed changed meanwhile: the same kernel took 1.2 to 1.5 times as long in the calibration, whichever variant ran it.
#[test]
fn stored_rows_of_a_machine_that_changed_its_speed_are_ordered_as_well_as_before() {
    let set = Set::read(HOLD_OUT);
    // Intervals know how noisy the calibration was.
    let gate = printed(&set, intervals::coverage(&set));
    set.data.floor.assert(set.data.name, &gate);
    assert!(gate.relative >= 0.94, "{gate:?}");
}
