//! What a variant's own timers cost, and how late they end, from runs that only wait.

use super::data::{Data, Known};
use super::variant::Of;
use crate::parameters::Parameters;
use crate::points::TIMERS;

/// Most that a timer may cost, in seconds.
const DEAREST: f64 = 200e-6;
/// The first lateness that is tried after none, how many there are, and the factor between them: up to 4 ms.
const FIRST: f64 = 25e-6;
const TRIED: i32 = 16;
const FACTOR: f64 = 1.4;
/// A greater lateness must explain a time by so much better: where timers end at a grain, a range of them comes to the same.
const BETTER: f64 = 0.01;

/// Lateness comes from few lanes, of which none holds another up, and the cost from many.
pub(super) fn set(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let [few, many] = TIMERS.map(|name| data.known(name, of.variant));
    let Some(few) = few else {
        return;
    };
    let most = many.unwrap_or(few);
    // The second round knows what the first found of the other parameter.
    for _ in 0..2 {
        set_lateness(parameters, of, &few);
        set_cost(parameters, of, &most);
    }
}

/// Lateness is tried, and not halved, since a time has jumps where timers end at a grain.
fn set_lateness(parameters: &mut Parameters, of: Of<'_>, known: &Known<'_>) {
    let mut best = (f64::INFINITY, 0.0);
    for at in 0..=TRIED {
        let slack = match at {
            0 => 0.0,
            at => FIRST * FACTOR.powi(at - 1),
        };
        of.own(parameters).slack = slack;
        let off = (of.run(parameters, known).time / known.time).ln().abs();
        if off + BETTER < best.0 {
            best = (off, slack);
        }
    }
    of.own(parameters).slack = best.1;
}

fn set_cost(parameters: &mut Parameters, of: Of<'_>, known: &Known<'_>) {
    of.set_by_cpu(parameters, known, DEAREST, |own| &mut own.timer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::machine_test::{parameters, pool, rows};
    use crate::points::POOL;

    #[test]
    fn lateness_and_cost_are_found_in_the_rows_of_a_machine_that_has_them() {
        let with = |slack, timer| {
            parameters(|_, own| {
                own.slack = slack;
                own.timer = timer;
            })
        };
        let rows = rows(&with(0.5e-3, 12e-6), &TIMERS);
        let mut found = with(0.0, 0.0);
        set(&mut found, &Data::of_fit(&rows, 1, 0), pool());
        let own = &found.own[POOL];
        assert!((0.35e-3..0.7e-3).contains(&own.slack), "{}", own.slack);
        assert!((9e-6..15e-6).contains(&own.timer), "{}", own.timer);
    }
}
