//! Fits a model to the rows of a calibration: several simulations, each to runs that are drawn anew and with another reading
//! of what the kernel does, because a single set of parameters is not identified.

mod calls;
mod data;
mod gets;
mod kernels;
mod lasting;
#[cfg(test)]
mod machine_test;
mod newton;
mod runs;
mod selects;
mod services;
mod timers;
mod variant;

use std::collections::BTreeMap;

use crate::calibration::Calibration;
use crate::kind::{Kind, Language, Reports};
use crate::model::Model;
use crate::parameters::{Own, Parameters, Shared};
use crate::points::{FILES_BY_LANES, KERNEL_VARIANTS, NOOP, ONE_GET, POOL, WITH_GETS};
use crate::variants::MEASURED;
use data::Data;
use variant::Of;

/// The part of a process's cost of a task that does nothing which its parent bears.
const PARENTS_PART: f64 = 0.6;

/// How a fitted simulation reads what differs between kernels and versions: for how long a thread is protected from one that wakes,
/// how far ahead of others it may be as it wakes, and whether smol begins a next task at once.
const READINGS: [(f64, f64, bool); 8] = [
    (1e-4, 1e-4, false),
    (1.4e-3, 1e-4, false),
    (1e-4, 0.0, false),
    (1.4e-3, 0.0, false),
    (3e-4, 1e-4, false),
    (1e-4, 1e-5, false),
    (1e-4, 1e-4, true),
    (1e-4, 1e-3, false),
];

/// Fits a model. The same rows and seed give the same model.
#[must_use]
pub fn fit(calibration: &Calibration, seed: u64) -> Model {
    let kinds = &known_kinds(calibration);
    let fits: Vec<Parameters> = std::thread::scope(|scope| {
        let readings = (0_u64..).zip(READINGS);
        let threads: Vec<_> = readings
            .map(|(number, reading)| {
                scope.spawn(move || one(calibration, kinds, seed, number, reading))
            })
            .collect();
        let ended = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .map(|fit| fit.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    Model::new(calibration, fits).corrected()
}

/// The variants that were measured and whose rules are known.
fn known_kinds(calibration: &Calibration) -> BTreeMap<String, Kind> {
    let names = calibration.variants().into_iter();
    names
        .filter_map(|name| Some((name.to_owned(), Kind::of(name)?)))
        .collect()
}

fn one(
    calibration: &Calibration,
    kinds: &BTreeMap<String, Kind>,
    seed: u64,
    number: u64,
    (protected, ahead, smol_at_once): (f64, f64, bool),
) -> Parameters {
    let data = Data::of_fit(calibration, seed, number);
    let processors = calibration.cores();
    let mut parameters = Parameters {
        shared: Shared {
            protected,
            ahead,
            smol_at_once,
            elsewhere: calibration.elsewhere(),
            ..Shared::start()
        },
        kernels: kernels::curves(&data, KERNEL_VARIANTS[0]),
        own: kinds
            .iter()
            .map(|(name, kind)| (name.clone(), own(&data, name, *kind)))
            .collect(),
        misfit: 0.0,
    };
    kernels::set_ramp(&mut parameters.shared, &data);
    // A variant that was measured on request does not move what all have in common.
    let (usual, others): (BTreeMap<_, _>, BTreeMap<_, _>) = kinds
        .iter()
        .map(|(name, kind)| (name.clone(), *kind))
        .partition(|(name, _)| MEASURED.contains(&name.as_str()));
    let moves_shared = !usual.is_empty();
    gets::fit(&mut parameters, &data, &usual, processors, moves_shared);
    let misfit = parameters.misfit;
    gets::fit(&mut parameters, &data, &others, processors, !moves_shared);
    parameters.misfit += misfit;
    let names: Vec<&str> = kinds.keys().map(String::as_str).collect();
    let each: Vec<Of<'_>> = kinds
        .iter()
        .map(|(variant, kind)| Of {
            variant,
            kind: *kind,
            processors,
        })
        .collect();
    for of in &each {
        calls::set_bytes(&mut parameters, &data, *of);
    }
    calls::set_origin_bytes(&mut parameters, &data, &names);
    services::set_new_connections(&mut parameters, &data, &each);
    let pool = each.iter().find(|of| of.variant == POOL);
    if let Some(of) = pool {
        services::fit_queries(&mut parameters, &data, *of);
        services::set_queries(&mut parameters, &data, &each);
        calls::set_files(&mut parameters, &data, *of, None);
        selects::set(&mut parameters, &data, *of, None);
    }
    let pooled = parameters.own.get(POOL).cloned();
    for of in &each {
        calls::set_files(&mut parameters, &data, *of, pooled.as_ref());
        selects::set(&mut parameters, &data, *of, pooled.as_ref());
        calls::fit_hand_over(&mut parameters, &data, *of);
        selects::correct(&mut parameters, &data, *of);
        calls::set_pacing(&mut parameters, &data, *of);
        timers::set(&mut parameters, &data, *of);
        calls::set_sizes(&mut parameters, &data, *of, &WITH_GETS);
    }
    selects::set_in_turn(&mut parameters, &each);
    selects::set_after_wait(&mut parameters, &data, &each);
    parameters
}

/// A variant's parameters before the search: a task that does nothing costs what was measured.
fn own(data: &Data<'_>, variant: &str, kind: Kind) -> Own {
    let mut own = Own::start(kind);
    if let Some(nothing) = data.known(NOOP, variant) {
        own.task = nothing.cpu;
    }
    if kind.reports != Reports::None {
        own.parent = PARENTS_PART * own.task;
        own.task -= own.parent;
    }
    if kind.language != Language::Rust {
        own.kernels = kernels::curves(data, variant);
    }
    let alone = data.known(ONE_GET, variant).zip(data.known(ONE_GET, POOL));
    if let Some((spawned, pooled)) = alone.filter(|_| kind.makes_threads_beside_others()) {
        let made = (spawned.cpu - pooled.cpu).clamp(own.task / 10.0, own.task);
        own.crowded = (own.task - made).max(own.task / 10.0);
        own.task = made;
        own.crowded_by_lanes = by_lanes(data, variant).unwrap_or(0.0);
    }
    own
}

/// What a task costs a variant more for each doubling of its lanes, where these read small files.
fn by_lanes(data: &Data<'_>, variant: &str) -> Option<f64> {
    let [few, many] = FILES_BY_LANES.map(|name| data.known(name, variant));
    let (few, many) = (few?, many?);
    let doublings = (many.lanes as f64 / few.lanes as f64).log2();
    Some(((many.cpu - few.cpu) / doublings).max(0.0))
}

/// The pool with the parameters that a search begins with: for tests of what needs a simulation, whatever it says.
#[cfg(test)]
pub(crate) fn unfitted() -> Parameters {
    let pool = Kind::of(POOL).map(|kind| (POOL.to_owned(), Own::start(kind)));
    Parameters {
        shared: Shared::start(),
        kernels: crate::kernels::Kernels::default(),
        own: pool.into_iter().collect(),
        misfit: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine_test::{parameters, rows};

    #[test]
    fn a_task_costs_more_for_each_doubling_of_lanes_by_its_files_on_few_and_on_many() {
        let mut measured = rows(&parameters(|_, _| {}), &FILES_BY_LANES);
        for (point, cpu) in measured.points.iter_mut().zip([60e-6, 124e-6]) {
            point.lanes = if cpu < 100e-6 { 4 } else { 256 };
            point.runs[0].cpu = cpu;
        }
        let found = by_lanes(&Data::of_fit(&measured, 1, 0), POOL).unwrap();
        let expected = 64e-6 / 6.0;
        assert!((found / expected - 1.0).abs() < 0.05, "{found}");
        measured.points.pop();
        assert_eq!(by_lanes(&Data::of_fit(&measured, 1, 0), POOL), None);
    }
}
