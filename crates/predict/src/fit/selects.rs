//! What selects of SQLite cost, and how much more while the page cache of their connection fills.

use super::calls::{Of, amount, measured_line, moved_to};
use super::data::{Data, Known};
use crate::kind::Lanes;
use crate::parameters::{Line, Own, Parameters, cold_part};
use crate::points::{SELECTS, SELECTS_BY_LANES};

/// What selects cost, by their number. For an executor the first one's cost is that of the pool's.
pub(super) fn set(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>, pool: Option<&Own>) {
    let task = of.own(parameters).whole_task();
    let (line, cold) = measured(data, of, task, pool).unwrap_or_default();
    let shared = pool.filter(|_| of.shares_first());
    let own = of.own(parameters);
    own.sqlite = moved_to(line, shared.map(|pool| pool.sqlite));
    own.sqlite_cold = cold;
}

/// The line of selects, and what a cold one costs more, by three points: one select a task on connections whose caches hardly
/// fill, many on ones whose caches are full, and a middle number on many connections that stay cold. A variant whose
/// connections are few has no cold point, and takes the pool's cost.
fn measured(data: &Data<'_>, of: Of<'_>, task: f64, pool: Option<&Own>) -> Option<(Line, f64)> {
    let few = data.known(SELECTS[0], of.variant)?;
    let many = data.known(SELECTS[1], of.variant)?;
    let (low, high) = (cold_selects(&few)?, cold_selects(&many)?);
    let counts = amount(&many)? - amount(&few)?;
    let crowd = data.known(SELECTS_BY_LANES[1], of.variant);
    let own = crowd
        .filter(|_| of.kind.lanes == Lanes::InFlight)
        .and_then(|crowd| {
            let (_, cold) = solved(
                [counts, amount(&crowd)? - amount(&few)?],
                [high - low, cold_selects(&crowd)? - low],
                [many.cpu - few.cpu, crowd.cpu - few.cpu],
            )?;
            Some(cold)
        });
    let cold = own
        .or(pool.map(|pool| pool.sqlite_cold))
        .unwrap_or(0.0)
        .max(0.0);
    let plain = measured_line(data, of.variant, SELECTS, task)?;
    let each = plain.each - cold * (high - low) / counts;
    let first = few.cpu - task - each * amount(&few)? - cold * low;
    Some((Line { first, each }, cold))
}

/// What selects cost an executor once its hand-over is known: the points with many of them say how far the first guess is off.
pub(super) fn correct(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let corrections = correction(parameters, data, of);
    if let Some((each, cold)) = corrections.filter(|_| of.shares_first()) {
        let own = of.own(parameters);
        own.sqlite.each = (own.sqlite.each + each).max(own.sqlite.each / 2.0);
        own.sqlite_cold = (own.sqlite_cold + cold).max(0.0);
    }
}

/// How much more each select, and each cold one, costs than the parameters say.
fn correction(parameters: &Parameters, data: &Data<'_>, of: Of<'_>) -> Option<(f64, f64)> {
    let many = data.known(SELECTS[1], of.variant)?;
    let crowd = data.known(SELECTS_BY_LANES[1], of.variant)?;
    let missing = [&many, &crowd].map(|known| known.cpu - of.run(parameters, known).cpu);
    solved(
        [amount(&many)?, amount(&crowd)?],
        [cold_selects(&many)?, cold_selects(&crowd)?],
        missing,
    )
}

/// The two factors by which two columns make up a third; `None` where the columns are parallel.
fn solved(one: [f64; 2], other: [f64; 2], sum: [f64; 2]) -> Option<(f64, f64)> {
    let determinant = one[0] * other[1] - one[1] * other[0];
    let scale = (one[0] * other[1]).abs() + (one[1] * other[0]).abs();
    if determinant.abs() <= 1e-9 * scale {
        return None;
    }
    Some((
        (sum[0] * other[1] - sum[1] * other[0]) / determinant,
        (one[0] * sum[1] - one[1] * sum[0]) / determinant,
    ))
}

/// How many selects of a task find their connection's cache not full, as a mean over the run.
fn cold_selects(known: &Known<'_>) -> Option<f64> {
    let count = amount(known)?;
    Some(count * cold_part(count * known.tasks as f64 / known.lanes.max(1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_equations_give_two_costs_and_parallel_ones_none() {
        assert_eq!(
            solved([2.0, 1.0], [1.0, 3.0], [7.0, 11.0]),
            Some((2.0, 3.0))
        );
        assert_eq!(solved([1.0, 2.0], [2.0, 4.0], [3.0, 6.0]), None);
    }
}
