//! The variants: how a rank that has nothing to do waits.

use std::sync::Arc;

use runner::protocol::{Coordination, Setup};
use runner::{Error, Model, Result, Running};
use workloads::{Work, trace};

use crate::farm::Farm;

/// The variants of this model.
pub(crate) const VARIANTS: &[&dyn Model] = &[
    &Variant {
        name: "farm",
        waiting: "polls, and yields its processor",
    },
    &Variant {
        name: "farm+spin",
        waiting: "polls without a pause",
    },
];

/// Whether ranks of the variant with this name yield their processors while they wait.
pub(crate) fn yields(variant: &str) -> bool {
    variant != "farm+spin"
}

struct Variant {
    name: &'static str,
    waiting: &'static str,
}

impl Model for Variant {
    fn name(&self) -> &str {
        self.name
    }

    fn capacity(&self, setup: &Setup) -> u64 {
        setup.workers
    }

    /// Starts the model in rank 0, whose job has been started with it.
    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        if trace::is_prepared() {
            return Err(Error::Unsupported("ranks record no traces".to_owned()));
        }
        if work.setup.workload.measures_lateness() {
            return Err(Error::Unsupported(
                "how late a wait ended is known to the rank of its task alone".to_owned(),
            ));
        }
        match &work.setup.workload.coordination {
            None | Some(Coordination::PingPong(_) | Coordination::Spawn(_)) => {
                Ok(Box::new(Farm::start(work, self.waiting)?))
            }
            Some(other) => Err(Error::Unsupported(refusal(other).to_owned())),
        }
    }
}

/// Why ranks cannot do a kind of coordination.
fn refusal(what: &Coordination) -> &'static str {
    match what {
        Coordination::Counter(_) => "ranks share nothing: there is no counter to share",
        Coordination::Order(_) => "ranks share nothing that they could take turns at",
        _ => "reading and computing would be ranks of their own, scheduled as threads are",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_variant_spins() {
        let names = VARIANTS.iter().map(|variant| variant.name());
        let yielding: Vec<&str> = names.filter(|name| yields(name)).collect();
        assert_eq!((VARIANTS.len(), yielding), (2, vec!["farm"]));
    }
}
