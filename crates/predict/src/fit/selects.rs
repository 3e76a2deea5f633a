//! What selects of SQLite cost, and how much more while the page cache of their connection fills, and where connections are many.

use super::calls::{amount, measured_line, moved_to};
use super::data::{Data, Known};

use super::variant::Of;
use crate::equations;
use crate::kind::Lanes;
use crate::lines::{Line, far_part};
use crate::parameters::{Own, Parameters};
use crate::points::{POOL, SELECT_AFTER_WAIT, SELECTS, SELECTS_BY_LANES};
use crate::sqlite::{Misses, Selects, cold_part};

/// Most that a wait may add to a select, in seconds.
const DEAREST: f64 = 100e-6;

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

/// What selects cost: their line, and what a cold one and one among many connections cost more, by five points: one select a
/// task on connections whose caches hardly fill, many on ones whose caches are full, and a middle number on few connections, on many whose
/// caches are full, and on very many that stay cold. A variant whose connections are few takes what the pool's cost
/// more.
fn measured(data: &Data<'_>, of: Of<'_>, task: f64, pool: Option<&Own>) -> Option<Selects> {
    let few = data.known(SELECTS[0], of.variant)?;
    let many = data.known(SELECTS[1], of.variant)?;
    let (at_few, at_many) = (Met::of(&few)?, Met::of(&many)?);
    let own = Some(beside(data, of)).filter(|_| of.kind.lanes == Lanes::InFlight);
    let differences = own
        .unwrap_or_default()
        .into_iter()
        .map(|(met, known)| Equation {
            row: [0, 1, 2].map(|at| met.row()[at] - at_few.row()[at]),
            sum: known.cpu - few.cpu,
            cpu: known.cpu,
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
        after_wait: 0.0,
    })
}

/// The points with many selects, or on few or many connections. Older calibrations have fewer of them.
fn beside<'a>(data: &Data<'a>, of: Of<'_>) -> Vec<(Met, Known<'a>)> {
    let names = [SELECTS[1]].into_iter().chain(SELECTS_BY_LANES);
    names
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
        Equation {
            row: met.row(),
            sum: known.cpu - found,
            cpu: known.cpu,
        }
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

/// What a task's first select costs more after a wait: so much that a run of the pool whose lanes wait for a timer before each select has
/// the CPU that was measured. It is taken to be the same for all. (`threads/pool` took 16 to 22 µs of CPU for one
/// select after 2 ms on 64 and on 512 lanes, however many a connection had made, and 8 where its threads went from one select to the next.)
pub(super) fn set_after_wait(parameters: &mut Parameters, data: &Data<'_>, each: &[Of<'_>]) {
    let Some(pool) = each.iter().find(|of| of.variant == POOL) else {
        return;
    };
    let Some(known) = data.known(SELECT_AFTER_WAIT, POOL) else {
        return;
    };
    pool.set_by_cpu(parameters, &known, DEAREST, |own| {
        &mut own.sqlite.after_wait
    });
    let found = pool.own(parameters).sqlite.after_wait;
    for of in each {
        of.own(parameters).sqlite.after_wait = found;
    }
}

/// What a point says: so much of each cost makes up a sum of CPU, which is known to a part of the point's own CPU.
#[derive(Clone, Copy, Debug)]
struct Equation {
    row: [f64; 3],
    sum: f64,
    cpu: f64,
}

/// The costs that points make up, of one select, a cold one, and one among many connections, by least squares; without the last of them
/// where there are no more points than costs, since each point's runs differ by some percent, or where it would be less than `least_far`. `None`
/// where there are fewer than two points, or where these do not tell costs apart.
fn solved(points: &[Equation], least_far: f64) -> Option<[f64; 3]> {
    let all = least_squares(points, 3).filter(|[_, _, far]| *far >= least_far);
    all.filter(|_| points.len() > 3)
        .or_else(|| least_squares(points, 2))
}

/// The first so many costs, and 0 for the others.
fn least_squares(points: &[Equation], costs: usize) -> Option<[f64; 3]> {
    if points.len() < 2 {
        return None;
    }
    let mut matrix = vec![vec![0.0; costs]; costs];
    let mut right = vec![0.0; costs];
    for point in points {
        let weight = point.cpu.powi(-2);
        for (at, one) in point.row[..costs].iter().enumerate() {
            right[at] += weight * one * point.sum;
            for (to, other) in matrix[at].iter_mut().zip(point.row) {
                *to += weight * one * other;
            }
        }
    }
    let mut all = [0.0; 3];
    all[..costs].copy_from_slice(&equations::solved(matrix, right));
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
    use crate::calibration::Calibration;
    use crate::fit::machine_test::{parameters, pool, rows};
    use crate::kind::Kind;

    #[test]
    fn what_a_wait_adds_to_a_select_is_found_and_is_the_same_for_all() {
        let with = |after_wait| {
            parameters(|_, own| {
                own.sqlite.line.each = 3e-6;
                own.sqlite.after_wait = after_wait;
            })
        };
        let rows = rows(&with(9e-6), &[SELECT_AFTER_WAIT]);
        let mut found = with(0.0);
        let other = Of {
            variant: "async-smol/multi",
            kind: Kind::of("async-smol/multi").unwrap(),
            processors: 2,
        };
        set_after_wait(&mut found, &Data::of_fit(&rows, 1, 0), &[pool(), other]);
        for variant in [POOL, other.variant] {
            let more = found.own[variant].sqlite.after_wait;
            assert!((8e-6..10e-6).contains(&more), "{variant}: {more}");
        }
        let mut older = with(0.0);
        let nothing = rows_of_nothing();
        set_after_wait(&mut older, &Data::of_fit(&nothing, 1, 0), &[pool()]);
        assert_eq!(older.own[POOL].sqlite.after_wait, 0.0);
    }

    /// A calibration of before a select after a wait was measured.
    fn rows_of_nothing() -> Calibration {
        rows(&parameters(|_, _| {}), &[])
    }

    /// Equations whose points all weigh the same.
    fn equations(all: &[([f64; 3], f64)]) -> Vec<Equation> {
        let each = all.iter();
        each.map(|(row, sum)| Equation {
            row: *row,
            sum: *sum,
            cpu: 1.0,
        })
        .collect()
    }

    #[track_caller]
    fn near(found: Option<[f64; 3]>, expected: [f64; 3]) {
        let found = found.unwrap();
        for (cost, expected) in found.iter().zip(expected) {
            assert!((cost - expected).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn more_points_than_costs_give_them_and_points_alike_none() {
        let four = [
            ([2.0, 1.0, 0.0], 7.0),
            ([1.0, 3.0, 2.0], 21.0),
            ([1.0, 1.0, 1.0], 10.0),
            ([1.0, 0.0, 2.0], 12.0),
        ];
        near(solved(&equations(&four), 0.0), [2.0, 3.0, 5.0]);
        // With as many points as costs the last is not told.
        let three = [four[0], four[1], ([3.0, 4.0, 9.0], 28.0)];
        near(solved(&equations(&three), 0.0), [0.0, 7.0, 0.0]);
        // Nor where it would be less than it may be.
        let falling = [
            ([2.0, 1.0, 1.0], 6.0),
            ([1.0, 3.0, 1.0], 10.0),
            ([2.0, 1.0, 0.0], 7.0),
            ([1.0, 3.0, 0.0], 11.0),
        ];
        near(solved(&equations(&falling), -2.0), [2.0, 3.0, -1.0]);
        // Both middles: 6.5 and 10.5.
        near(solved(&equations(&falling), 0.0), [1.8, 2.9, 0.0]);
        // An older calibration has two points.
        let two = equations(&[([2.0, 1.0, 9.0], 7.0), ([1.0, 3.0, 9.0], 11.0)]);
        near(solved(&two, 0.0), [2.0, 3.0, 0.0]);
        let alike = equations(&[([1.0, 2.0, 0.0], 3.0), ([2.0, 4.0, 0.0], 6.0)]);
        assert_eq!(solved(&alike, 0.0), None);
        assert_eq!(solved(&two[..1], 0.0), None);
    }

    #[test]
    fn a_point_counts_by_its_own_cpu() {
        let mut five = equations(&[
            ([2.0, 1.0, 0.0], 7.0),
            ([1.0, 3.0, 2.0], 21.0),
            ([1.0, 1.0, 1.0], 10.0),
            ([1.0, 0.0, 2.0], 12.0),
            // One that contradicts the others.
            ([3.0, 1.0, 1.0], 20.0),
        ]);
        five[4].cpu = 1e7;
        near(solved(&five, 0.0), [2.0, 3.0, 5.0]);
        five[4].cpu = 1.0;
        assert!((solved(&five, 0.0).unwrap()[0] - 2.0).abs() > 0.1);
    }
}
