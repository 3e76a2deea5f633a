//! One variant of a fit: its runs, and its parameters by single runs.

use super::data::Known;
use crate::kind::Kind;
use crate::parameters::{Own, Parameters};
use crate::simulated::{Asked, FITTING, Simulated, simulated};

/// How often the range of a parameter is halved.
const HALVINGS: u32 = 22;

/// One variant of a fit.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) variant: &'a str,
    pub(super) kind: Kind,
    pub(super) processors: u64,
}

impl Of<'_> {
    /// Whether a call costs more than the call itself, by other parameters: then the first one's cost is the pool's.
    pub(super) fn shares_first(&self) -> bool {
        self.kind.hands_over() || self.kind.makes_threads
    }

    pub(super) fn run(&self, parameters: &Parameters, known: &Known<'_>) -> Simulated {
        let asked = Asked {
            workload: known.workload,
            variant: self.variant,
            kind: self.kind,
            tasks: known.tasks,
            processors: self.processors,
        };
        simulated(parameters, &asked, FITTING)
    }

    pub(super) fn own<'p>(&self, parameters: &'p mut Parameters) -> &'p mut Own {
        let own = parameters.own.entry(self.variant.to_owned());
        own.or_insert_with(|| Own::start(self.kind))
    }

    /// Gives a parameter the value at which the CPU of a run is that which was measured, by halving: CPU grows with it.
    pub(super) fn set_by_cpu(
        &self,
        parameters: &mut Parameters,
        known: &Known<'_>,
        most: f64,
        place: fn(&mut Own) -> &mut f64,
    ) {
        let (mut low, mut high) = (0.0, most);
        for _ in 0..HALVINGS {
            let middle = (low + high) / 2.0;
            *place(self.own(parameters)) = middle;
            if self.run(parameters, known).cpu < known.cpu {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}
