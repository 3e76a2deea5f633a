//! The parameters of requests and wake-ups, fitted to all runs with GETs at once: those of the machine to the runs of all variants,
//! those of a variant to its own.

use std::collections::BTreeMap;

use super::data::{Data, Known};
use super::newton::{self, Residuals};
use crate::kind::Kind;
use crate::parameters::{Own, Parameters};
use crate::points::{NOOP, WITH_GETS};
use crate::simulated::{Asked, FITTING, simulated};

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
    let mut search = Search {
        start: places
            .iter()
            .map(|place| *value(parameters, &subjects, *place))
            .collect(),
        parameters,
        subjects: &subjects,
        places: &places,
        processors,
    };
    let found = newton::least(&mut search, places.len());
    search.set(&found.at);
    parameters.misfit = found.residuals.iter().map(|one| one.powi(2)).sum::<f64>() / 2.0;
}

/// The residuals of all subjects over logarithms of parameters.
struct Search<'a, 'b> {
    start: Vec<f64>,
    parameters: &'a mut Parameters,
    subjects: &'a [Subject<'b>],
    places: &'a [Place],
    processors: u64,
}

impl Search<'_, '_> {
    /// Moves every parameter to its start times e to the power of this.
    fn set(&mut self, at: &[f64]) {
        for ((place, start), moved) in self.places.iter().zip(&self.start).zip(at) {
            *value(self.parameters, self.subjects, *place) = start * moved.exp();
        }
    }

    fn of_subject(&self, which: usize) -> Vec<f64> {
        let subject = &self.subjects[which];
        let runs = subject.known.iter();
        runs.flat_map(|known| residuals(self.parameters, subject, self.processors, known))
            .collect()
    }
}

impl Residuals for Search<'_, '_> {
    fn all(&mut self, at: &[f64]) -> Vec<f64> {
        self.set(at);
        (0..self.subjects.len())
            .flat_map(|which| self.of_subject(which))
            .collect()
    }

    fn changed(&mut self, at: &[f64], which: usize) -> (usize, Vec<f64>) {
        self.set(at);
        let touched = touched_subjects(self.places[which], self.subjects.len());
        let first: usize = self.subjects[..touched.start]
            .iter()
            .map(|subject| PER_RUN * subject.known.len())
            .sum();
        let changed = touched.flat_map(|which| self.of_subject(which)).collect();
        (first, changed)
    }
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

/// Residuals of a run.
const PER_RUN: usize = 3;

/// The residuals of a run: logarithms of ratios, times most, the origin's CPU least.
fn residuals(
    parameters: &Parameters,
    subject: &Subject<'_>,
    processors: u64,
    known: &Known<'_>,
) -> [f64; PER_RUN] {
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
    [weight * time, weight * cpu, weight * service]
}
