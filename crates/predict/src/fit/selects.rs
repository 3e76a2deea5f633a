//! What selects of SQLite cost, and how much more while the page cache of their connection fills, and where connections are many.

use super::calls::{amount, measured_line, moved_to};
use super::data::{Data, Known};
use super::newton;
use super::variant::Of;
use crate::kind::Lanes;
use crate::lines::{Line, far_part};
use crate::parameters::{Own, Parameters};
use crate::points::{SELECTS, SELECTS_BY_LANES};
use crate::sqlite::{Misses, Selects, cold_part};

/// What selects cost, by their number. For an executor the first one's cost is that of the pool's.
pub(super) fn set(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>, pool: Option<&Own>) {
    let task = of.own(parameters).whole_task();
    let selects = measured(data, of, task, pool).unwrap_or_default();
    let shared = pool.filter(|_| of.shares_first());
    of.own(parameters).sqlite = Selects {
        line: moved_to(selects.line, shared.map(|pool| pool.sqlite.line)),
        ..selects
    };
}

/// What selects cost: their line, and what a cold one and one among many connections cost more, by four points: one select a
/// task on connections whose caches hardly fill, many on ones whose caches are full, a middle number on very many connections
/// that stay cold, and the same on many whose caches are full. A variant whose connections are few takes what the pool's cost
/// more.
fn measured(data: &Data<'_>, of: Of<'_>, task: f64, pool: Option<&Own>) -> Option<Selects> {
    let few = data.known(SELECTS[0], of.variant)?;
    let many = data.known(SELECTS[1], of.variant)?;
    let (at_few, at_many) = (Met::of(&few)?, Met::of(&many)?);
    let own = Some(beside(data, of)).filter(|_| of.kind.lanes == Lanes::InFlight);
    let differences = own.unwrap_or_default().into_iter().map(|(met, known)| {
        let row = [0, 1, 2].map(|at| met.row()[at] - at_few.row()[at]);
        (row, known.cpu - few.cpu)
    });
    let misses = solved(&differences.collect::<Vec<_>>(), 0.0)
        .map(|[_, cold, far]| Misses { cold, far })
        .or(pool.map(|pool| pool.sqlite.at_once))
        .unwrap_or_default();
    let cold = misses.cold.max(0.0);
    let at_once = Misses {
        cold,
        far: misses.far.max(0.0),
    };
    let plain = measured_line(data, of.variant, SELECTS, task)?;
    let counts = at_many.count - at_few.count;
    let each = plain.each - (cold * (at_many.cold - at_few.cold)) / counts;
    let first = few.cpu - task - each * at_few.count - cold * at_few.cold;
    Some(Selects {
        line: Line { first, each },
        at_once,
        in_turn: at_once,
    })
}

/// The points with many selects, or on many connections. Those of older calibrations have none of the last one.
fn beside<'a>(data: &Data<'a>, of: Of<'_>) -> Vec<(Met, Known<'a>)> {
    [SELECTS[1], SELECTS_BY_LANES[1], SELECTS_BY_LANES[2]]
        .into_iter()
        .filter_map(|name| {
            let known = data.known(name, of.variant)?;
            Some((Met::of(&known)?, known))
        })
        .collect()
}

/// What selects cost an executor once its hand-over is known: the points with many of them say how far the first guess is off.
pub(super) fn correct(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let far_before = of.own(parameters).sqlite.at_once.far;
    let missing = beside(data, of).into_iter().map(|(met, known)| {
        let found = of.run(parameters, &known).cpu;
        (met.row(), known.cpu - found)
    });
    let corrections = solved(&missing.collect::<Vec<_>>(), -far_before);
    if let Some([each, cold, far]) = corrections.filter(|_| of.shares_first()) {
        let Selects { line, at_once, .. } = &mut of.own(parameters).sqlite;
        line.each = (line.each + each).max(line.each / 2.0);
        at_once.cold = (at_once.cold + cold).max(0.0);
        at_once.far = (at_once.far + far).max(0.0);
    }
}

/// What selects cost where lanes wait between their tasks. Under executors and new threads every call is another connection's as it is. A
/// thread that carries out task after task finds its own connection's pages, and does not where it waits in between: then a select costs it
/// as much more as it costs those that hand calls over. Of 90 lanes with 20 selects after a timer of 4.8 ms each had some 10 µs of CPU a
/// select under `threads/pool` and `async-tokio/multi-thread` alike (seed 20261217 of the gate).
pub(super) fn set_in_turn(parameters: &mut Parameters, each: &[Of<'_>]) {
    let handing: Vec<Misses> = each
        .iter()
        .filter(|of| of.kind.hands_over())
        .map(|of| of.own(parameters).sqlite.at_once)
        .collect();
    let [cold, far] = [|one: &Misses| one.cold, |one: &Misses| one.far].map(|cost| {
        let all: Vec<f64> = handing.iter().map(cost).collect();
        verdict::median(&all).unwrap_or(0.0)
    });
    for of in each {
        let keeps_its_pages = !of.shares_first();
        let own = &mut of.own(parameters).sqlite;
        own.in_turn = own.at_once;
        if keeps_its_pages {
            own.in_turn.cold = own.at_once.cold.max(cold);
            own.in_turn.far = own.at_once.far.max(far);
        }
    }
}

/// The costs that as many points make up, of one select, a cold one, and one among many connections; without the last of them
/// where there are two points, or where it would be less than `least_far`. `None` where there are fewer points, or where these do not
/// tell costs apart.
fn solved(points: &[([f64; 3], f64)], least_far: f64) -> Option<[f64; 3]> {
    if points.len() < 2 {
        return None;
    }
    let rows = points.iter().map(|(row, _)| row[..points.len()].to_vec());
    let sums = points.iter().map(|(_, sum)| *sum);
    let found = newton::solved(rows.collect(), sums.collect());
    let far = found.get(2).copied().unwrap_or(0.0);
    if far < least_far {
        return solved(&points[..2], least_far);
    }
    let all = [found[0], found[1], far];
    all.iter().all(|cost| cost.is_finite()).then_some(all)
}

/// What the selects of a task meet.
#[derive(Clone, Copy, Debug)]
struct Met {
    count: f64,
    /// How many find their connection's cache not full, as a mean over the run.
    cold: f64,
    /// All of them, times how far there are more connections than the caches of processors hold.
    far: f64,
}

impl Met {
    fn of(known: &Known<'_>) -> Option<Met> {
        let count = amount(known)?;
        let by_connection = count * known.tasks as f64 / known.lanes.max(1) as f64;
        Some(Met {
            count,
            cold: count * cold_part(by_connection),
            far: count * far_part(known.lanes),
        })
    }

    fn row(self) -> [f64; 3] {
        [self.count, self.cold, self.far]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_points_as_costs_give_them_and_points_alike_none() {
        let three = [
            ([2.0, 1.0, 0.0], 7.0),
            ([1.0, 3.0, 2.0], 21.0),
            ([1.0, 1.0, 1.0], 10.0),
        ];
        let found = solved(&three, 0.0).unwrap();
        for (cost, expected) in found.iter().zip([2.0, 3.0, 5.0]) {
            assert!((cost - expected).abs() < 1e-9, "{found:?}");
        }
        // Where the third cost would be less than it may be, the first two points tell the others.
        let negative = [three[0], ([1.0, 3.0, 2.0], 9.0), ([1.0, 1.0, 1.0], 4.0)];
        let without = solved(&negative, 0.0).unwrap();
        for (cost, expected) in without.iter().zip([2.4, 2.2, 0.0]) {
            assert!((cost - expected).abs() < 1e-9, "{without:?}");
        }
        assert!(solved(&negative, -2.0).unwrap()[2] < 0.0);
        // An older calibration has two points.
        let two = solved(&[([2.0, 1.0, 9.0], 7.0), ([1.0, 3.0, 9.0], 11.0)], 0.0);
        assert_eq!(two, Some([2.0, 3.0, 0.0]));
        assert_eq!(
            solved(&[([1.0, 2.0, 0.0], 3.0), ([2.0, 4.0, 0.0], 6.0)], 0.0),
            None
        );
        assert_eq!(solved(&three[..1], 0.0), None);
    }
}
