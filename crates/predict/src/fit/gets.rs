//! The parameters of requests and wake-ups, fitted to all runs with GETs at once: those of the machine to the runs of all variants,
//! those of a variant to its own.

use std::collections::BTreeMap;

use super::data::{Data, Known};
use super::descent::{FARTHEST, STEPS};
use crate::kind::Kind;
use crate::parameters::{Own, Parameters};
use crate::points::{NOOP, WITH_GETS};
use crate::simulated::{Asked, FITTING, simulated};

/// What a factor of e away from the start costs. It keeps parameters that no run tells anything about where they were.
/// Workloads that no fit had seen were predicted worse with 0.12.
const PULL: f64 = 0.3;

/// A variant, and its runs with GETs.
struct Subject<'a> {
    variant: &'a str,
    kind: Kind,
    known: Vec<Known<'a>>,
}

/// Which parameter is moved.
#[derive(Clone, Copy)]
enum Place {
    Shared(usize),
    Own(usize, usize),
}

/// Fits, and leaves the found values in the parameters: those of the machine as well, where the search moves them.
pub(super) fn fit(
    parameters: &mut Parameters,
    data: &Data<'_>,
    kinds: &BTreeMap<String, Kind>,
    processors: u64,
    moves_shared: bool,
) {
    let subjects: Vec<Subject<'_>> = kinds
        .iter()
        .map(|(variant, kind)| Subject {
            variant,
            kind: *kind,
            known: known_of(data, variant, *kind),
        })
        .filter(|subject| !subject.known.is_empty())
        .collect();
    let places = free_places(parameters, &subjects, moves_shared);
    let start: Vec<f64> = places
        .iter()
        .map(|place| *value(parameters, &subjects, *place))
        .collect();
    let mut misfits: Vec<f64> = subjects
        .iter()
        .map(|subject| misfit(parameters, subject, processors, f64::INFINITY))
        .collect();
    for step in STEPS {
        for (at, place) in places.iter().enumerate() {
            for moved in [step, -step] {
                let to = Move {
                    place: *place,
                    start: start[at],
                    factor: f64::exp(moved),
                };
                if try_move(parameters, &subjects, &mut misfits, &to, processors) {
                    break;
                }
            }
        }
    }
    parameters.misfit = misfits.iter().sum::<f64>() / 2.0;
}

/// One parameter by one factor.
struct Move {
    place: Place,
    /// Where the parameter began.
    start: f64,
    factor: f64,
}

/// Moves a parameter if that lessens the misfit, and says whether it did.
fn try_move(
    parameters: &mut Parameters,
    subjects: &[Subject<'_>],
    misfits: &mut [f64],
    to: &Move,
    processors: u64,
) -> bool {
    let before = *value(parameters, subjects, to.place);
    let after = before * to.factor;
    if (after / to.start).ln().abs() > FARTHEST {
        return false;
    }
    *value(parameters, subjects, to.place) = after;
    let touched = touched_subjects(to.place, subjects.len());
    let pulled = pull(after / to.start) - pull(before / to.start);
    let most = misfits[touched.clone()].iter().sum::<f64>() - pulled - 1e-4;
    let mut others: Vec<(usize, f64)> = Vec::new();
    let mut sum = 0.0;
    for which in touched {
        let new = misfit(parameters, &subjects[which], processors, most - sum);
        sum += new;
        if sum >= most {
            *value(parameters, subjects, to.place) = before;
            return false;
        }
        others.push((which, new));
    }
    for (which, new) in others {
        misfits[which] = new;
    }
    true
}

fn pull(factor: f64) -> f64 {
    (PULL * factor.ln()).powi(2)
}

/// The runs with GETs; and where a thread is made for every task the one that does nothing else.
fn known_of<'a>(data: &Data<'a>, variant: &str, kind: Kind) -> Vec<Known<'a>> {
    let nothing = kind.makes_threads.then_some(&NOOP);
    let names = WITH_GETS.iter().chain(nothing);
    names.filter_map(|name| data.known(name, variant)).collect()
}

/// All parameters that the search moves.
fn free_places(
    parameters: &mut Parameters,
    subjects: &[Subject<'_>],
    moves_shared: bool,
) -> Vec<Place> {
    let shared = if moves_shared {
        parameters.shared.free().len()
    } else {
        0
    };
    let mut all: Vec<Place> = (0..shared).map(Place::Shared).collect();
    for (which, subject) in subjects.iter().enumerate() {
        let own = parameters.own.entry(subject.variant.to_owned());
        let count = own
            .or_insert_with(|| Own::start(subject.kind))
            .free(subject.kind)
            .len();
        all.extend((0..count).map(|at| Place::Own(which, at)));
    }
    all
}

fn value<'a>(
    parameters: &'a mut Parameters,
    subjects: &[Subject<'_>],
    place: Place,
) -> &'a mut f64 {
    match place {
        Place::Shared(at) => parameters.shared.free().swap_remove(at),
        Place::Own(which, at) => {
            let subject = &subjects[which];
            let own = parameters.own.entry(subject.variant.to_owned());
            own.or_insert_with(|| Own::start(subject.kind))
                .free(subject.kind)
                .swap_remove(at)
        }
    }
}

/// The subjects whose misfit a parameter changes.
fn touched_subjects(place: Place, subjects: usize) -> std::ops::Range<usize> {
    match place {
        Place::Shared(_) => 0..subjects,
        Place::Own(which, _) => which..which + 1,
    }
}

/// The sum of squared residuals: logarithms of ratios, times most, the origin's CPU least. Past the most that is of interest it goes no
/// further.
fn misfit(parameters: &Parameters, subject: &Subject<'_>, processors: u64, most: f64) -> f64 {
    let mut sum = 0.0;
    for known in &subject.known {
        sum += misfit_of_run(parameters, subject, processors, known);
        if sum >= most {
            break;
        }
    }
    sum
}

fn misfit_of_run(
    parameters: &Parameters,
    subject: &Subject<'_>,
    processors: u64,
    known: &Known<'_>,
) -> f64 {
    let asked = Asked {
        workload: known.workload,
        variant: subject.variant,
        kind: subject.kind,
        tasks: known.tasks,
        processors,
    };
    let found = simulated(parameters, &asked, FITTING);
    // One lane is all reaction times, which vary from run to run.
    let weight: f64 = if known.lanes == 1 { 0.3 } else { 1.0 };
    let service = known
        .service_cpu
        .map_or(0.0, |cpu| (found.service_cpu / cpu).ln());
    let time = 3.0 * (found.time / known.time).ln();
    let cpu = 2.0 * (found.cpu / known.cpu).ln();
    weight.powi(2) * (time.powi(2) + cpu.powi(2) + service.powi(2))
}
