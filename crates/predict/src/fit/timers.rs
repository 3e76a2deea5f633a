//! What a variant's own timers cost, and how late they end: each by halving, from runs that only wait.

use super::calls::Of;
use super::data::{Data, Known};
use crate::parameters::{Own, Parameters};
use crate::points::TIMERS;
use crate::simulated::Simulated;

/// Most that a timer may cost, and most that it may be late, in seconds.
const DEAREST: f64 = 200e-6;
const LATEST: f64 = 5e-3;

/// Lateness comes from few lanes, of which none holds another up, and the cost from many.
pub(super) fn set(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let [few, many] = TIMERS.map(|name| data.known(name, of.variant));
    let Some(few) = few else {
        return;
    };
    let most = many.unwrap_or(few);
    // The second round knows what the first found of the other parameter.
    for _ in 0..2 {
        halve(parameters, of, &few, &LATENESS);
        halve(parameters, of, &most, &COST);
    }
}

/// One parameter, and the figure of a run that grows with it.
struct Halved {
    most: f64,
    parameter: fn(&mut Own) -> &mut f64,
    simulated: fn(&Simulated) -> f64,
    measured: fn(&Known<'_>) -> f64,
}

const LATENESS: Halved = Halved {
    most: LATEST,
    parameter: |own| &mut own.slack,
    simulated: |run| run.time,
    measured: |known| known.time,
};

const COST: Halved = Halved {
    most: DEAREST,
    parameter: |own| &mut own.timer,
    simulated: |run| run.cpu,
    measured: |known| known.cpu,
};

fn halve(parameters: &mut Parameters, of: Of<'_>, known: &Known<'_>, what: &Halved) {
    let (mut low, mut high) = (0.0, what.most);
    for _ in 0..14 {
        let middle = (low + high) / 2.0;
        *(what.parameter)(of.own(parameters)) = middle;
        let found = of.run(parameters, known);
        if (what.simulated)(&found) < (what.measured)(known) {
            low = middle;
        } else {
            high = middle;
        }
    }
}
