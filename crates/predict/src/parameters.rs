//! The parameters of one fitted simulation, in seconds. Single ones are not identified by a calibration: several sets of
//! them predict the same, so that only predictions are shown.

use std::collections::BTreeMap;

use protocol::Kernel;
use serde::{Deserialize, Serialize};

use crate::kind::{Executors, Kind, Language, Reports};
use crate::sim::{Costs, Wake};

/// One fitted set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameters {
    pub(crate) shared: Shared,
    pub(crate) kernels: Kernels,
    pub(crate) own: BTreeMap<String, Own>,
    /// Half the sum of squared residuals.
    pub(crate) misfit: f64,
}

/// What is the machine's, whichever variant runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shared {
    /// A request, and an answer, at the origin.
    pub(crate) request: f64,
    pub(crate) answer: f64,
    /// A byte of an answer at the origin.
    pub(crate) byte: f64,
    /// The rest up to `ahead` are what [`Costs`] explains: a wake-up of the origin, what waking costs, and two rules of the
    /// scheduler.
    pub(crate) origin_wake: f64,
    pub(crate) origin_queued: f64,
    pub(crate) origin_slept: f64,
    pub(crate) waking: f64,
    pub(crate) reaction: f64,
    pub(crate) deep_reaction: f64,
    pub(crate) interrupt: f64,
    pub(crate) protected: f64,
    pub(crate) ahead: f64,
    /// The processors beside those of the models, on which the origin may run.
    pub(crate) elsewhere: u64,
    /// Whether smol's executor, too, begins the next task at once.
    pub(crate) smol_at_once: bool,
    /// How much later a run ends because two threads that only compute begin on one core, until the kernel's balancer moves one
    /// of them at a tick.
    pub(crate) ramp: f64,
}

/// What is a variant's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Own {
    /// A task that does nothing; and where it is alone, if that is another figure.
    pub(crate) task: f64,
    pub(crate) alone: Option<f64>,
    /// A GET, and each byte of its answer beyond those of a small one.
    pub(crate) get: f64,
    pub(crate) byte: f64,
    /// A wake-up of one of its threads: see [`Wake`].
    pub(crate) wake: f64,
    pub(crate) queued: f64,
    pub(crate) slept: f64,
    /// One look at the sockets.
    pub(crate) look: f64,
    /// A result at the parent of processes, and waking it.
    pub(crate) parent: f64,
    pub(crate) parent_wake: f64,
    /// A blocking call by its selects, and by its bytes.
    pub(crate) sqlite: Line,
    pub(crate) file: Line,
    /// Handing a blocking call over to a thread for such calls, both ways; and a wake-up of that thread.
    pub(crate) hand_over: f64,
    pub(crate) call_wake: f64,
    pub(crate) call_queued: f64,
    pub(crate) call_slept: f64,
    /// How much more a select costs with fewer or more lanes: `(lanes, factor)`.
    pub(crate) sqlite_by_lanes: Vec<(f64, f64)>,
    /// A timer, set and ended; and how late it ends beside its grain.
    pub(crate) timer: f64,
    pub(crate) slack: f64,
    /// What kernels cost in a language that is not Rust.
    pub(crate) kernels: Kernels,
    /// What a task costs more where an open loop paces it.
    pub(crate) pacing: f64,
    /// Bytes of memory, and seconds of start-up, over lanes.
    pub(crate) memory: Line,
    pub(crate) start_up: Line,
}

/// A straight line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) first: f64,
    pub(crate) each: f64,
}

impl Line {
    pub(crate) fn at(self, amount: f64) -> f64 {
        self.first + self.each * amount
    }
}

/// What kernels cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kernels(pub(crate) BTreeMap<Kernel, Law>);

/// A power law: CPU time is `scale` times units of work to the power `power`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Law {
    pub(crate) scale: f64,
    pub(crate) power: f64,
}

impl Shared {
    /// Where a search begins: what such things cost on machines of today, within a factor of ten. A wake-up of the origin begins
    /// high: from a low one the search ends where lanes hardly march in step, and many lanes come out a third too fast.
    pub(crate) fn start() -> Shared {
        Shared {
            request: 4e-6,
            answer: 3e-6,
            byte: 0.2e-9,
            origin_wake: 15e-6,
            origin_queued: 1.5e-6,
            origin_slept: 3e-6,
            waking: 0.7e-6,
            reaction: 6e-6,
            deep_reaction: 20e-6,
            interrupt: 3e-6,
            protected: 1.4e-3,
            ahead: 1.0,
            elsewhere: 0,
            smol_at_once: false,
            ramp: 0.0,
        }
    }

    /// Those that a search moves.
    pub(crate) fn free(&mut self) -> Vec<&mut f64> {
        vec![
            &mut self.request,
            &mut self.answer,
            &mut self.origin_wake,
            &mut self.origin_queued,
            &mut self.origin_slept,
            &mut self.waking,
            &mut self.reaction,
            &mut self.deep_reaction,
            &mut self.interrupt,
        ]
    }
}

impl Own {
    /// Where a search begins.
    pub(crate) fn start(kind: Kind) -> Own {
        let blocks = kind.executors == Executors::Lanes;
        Own {
            task: if kind.makes_threads { 20e-6 } else { 0.4e-6 },
            alone: None,
            get: if kind.language == Language::Rust {
                5e-6
            } else {
                60e-6
            },
            byte: 0.2e-9,
            wake: if blocks { 2e-6 } else { 1e-6 },
            queued: 0.5e-6,
            slept: 3e-6,
            look: 1e-6,
            parent: 0.0,
            parent_wake: 10e-6,
            sqlite: Line::default(),
            file: Line::default(),
            hand_over: 3e-6,
            call_wake: 1.5e-6,
            call_queued: 0.7e-6,
            call_slept: 3e-6,
            sqlite_by_lanes: Vec::new(),
            kernels: Kernels::default(),
            timer: 0.0,
            slack: 0.0,
            pacing: 0.0,
            memory: Line::default(),
            start_up: Line::default(),
        }
    }

    /// Those that a search over runs with GETs moves.
    pub(crate) fn free(&mut self, kind: Kind) -> Vec<&mut f64> {
        let mut all = vec![
            &mut self.get,
            &mut self.wake,
            &mut self.queued,
            &mut self.slept,
        ];
        if kind.executors != Executors::Lanes {
            all.push(&mut self.look);
        }
        if kind.reports != Reports::None {
            all.push(&mut self.parent_wake);
        }
        if kind.makes_threads {
            all.push(&mut self.task);
        }
        all
    }

    /// Those that a search over runs with blocking calls moves.
    pub(crate) fn free_of_calls(&mut self) -> Vec<&mut f64> {
        vec![
            &mut self.hand_over,
            &mut self.call_wake,
            &mut self.call_queued,
            &mut self.call_slept,
        ]
    }

    /// The factor on the cost of a select with so many lanes, each with a connection and its page cache: between
    /// calibrated numbers on a straight line of logarithms.
    pub(crate) fn sqlite_factor(&self, lanes: u64) -> f64 {
        let at = (lanes.max(1) as f64).ln();
        let table = &self.sqlite_by_lanes;
        let (Some(first), Some(last)) = (table.first(), table.last()) else {
            return 1.0;
        };
        if at <= first.0.ln() {
            return first.1;
        }
        let mut pairs = table.windows(2);
        let Some(pair) = pairs.find(|pair| at <= pair[1].0.ln()) else {
            return last.1;
        };
        let (left, right) = (pair[0], pair[1]);
        let part = (at - left.0.ln()) / (right.0.ln() - left.0.ln());
        (left.1.ln() + part * (right.1.ln() - left.1.ln())).exp()
    }
}

/// What a run costs beside its segments.
pub(crate) fn costs(shared: &Shared, own: &Own) -> Costs {
    let model = Wake {
        always: own.wake,
        queued: own.queued,
        slept: own.slept,
    };
    let origin = Wake {
        always: shared.origin_wake,
        queued: shared.origin_queued,
        slept: shared.origin_slept,
    };
    let call = Wake {
        always: own.call_wake,
        queued: own.call_queued,
        slept: own.call_slept,
    };
    let parent = Wake {
        always: own.parent_wake,
        ..model
    };
    Costs {
        wakes: [model, origin, call, parent],
        reaction: shared.reaction,
        deep_reaction: shared.deep_reaction,
        waking: shared.waking,
        interrupt: shared.interrupt,
        protected: shared.protected,
        ahead: shared.ahead,
        look: own.look,
        parent: own.parent,
    }
}
