//! The machines on which comparisons are simulated: the noise and the drift of their times, and a neighbour.

use compare::{Bursts, Drift, Noise, Spikes};
use schedule::Thresholds;

use crate::plan::Plan;

/// The seconds of a run on a simulated machine, unless said otherwise.
pub(crate) const RUN_SECONDS: f64 = 0.2;
/// The seconds that it takes to start a run and to end it.
pub(crate) const START_SECONDS: f64 = 0.2;

/// One kind of machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) noise: Noise,
    pub(crate) drift: Option<Drift>,
    /// A neighbour that takes one of two processors in bursts.
    pub(crate) bursts: Option<Bursts>,
    /// An arm during whose runs other processes are busy.
    pub(crate) brings: Option<Brings>,
    /// The seconds of a run, without its start and its end.
    pub(crate) run_seconds: f64,
    /// From what on runs count as disturbed.
    pub(crate) thresholds: Thresholds,
    /// Whether disturbed rounds are measured again.
    pub(crate) repeats: bool,
    /// Whether the bars apply to it.
    pub(crate) has_bars: bool,
}

/// A variant that wakes other processes, which lengthen its runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brings {
    pub(crate) arm: usize,
    /// The part of its runs in which they wake.
    pub(crate) part: f64,
    /// How many times as long such a run takes.
    pub(crate) factor: f64,
}

impl Setting {
    /// Whether a plan is also measured one variant after the other. Who does that does not stop at a precision,
    /// and what drift does to it needs no neighbour.
    pub(crate) fn has_usual_way(&self, plan: &Plan) -> bool {
        !plan.stops && self.bursts.is_none()
    }
}

/// Log-normal noise of 2 %, and one run in twenty that a disturbance prolongs by up to 30 %.
const NOISE: Noise = Noise {
    log_sd: 0.02,
    spikes: Some(Spikes {
        share: 0.05,
        most: 0.3,
    }),
    modes: None,
};

/// A machine whose speed wanders slowly, one whose speed wanders fast, and one that stays.
pub(crate) const SETTINGS: [Setting; 9] = [
    wandering("drift 5 %, φ = 0.99", 0.99),
    wandering("drift 5 %, φ = 0.9", 0.9),
    Setting {
        name: "no drift",
        noise: NOISE,
        drift: None,
        bursts: None,
        brings: None,
        run_seconds: RUN_SECONDS,
        thresholds: Thresholds::CHOSEN,
        repeats: true,
        // Without drift the order of runs does not matter, so this machine shows what blocks cost
        // where they are not needed. The promises are about machines that drift.
        has_bars: false,
    },
    kept(beside("bursts 10 s of 30 s, kept", 25.0, None)),
    beside("bursts 10 s of 30 s", 25.0, None),
    kept(beside("bursts 1 min of 3, drift, kept", 150.0, DRIFT)),
    beside("bursts 1 min of 3, drift", 150.0, DRIFT),
    kept(CPU_BESIDE),
    Setting {
        name: "CPU, bursts 10 s of 30 s",
        ..CPU_BESIDE
    },
];

/// The speed wanders slowly.
pub(crate) const DRIFT: Option<Drift> = Some(Drift {
    sd: 0.05,
    phi: 0.99,
});

/// A machine whose neighbour is on for so many runs (0.4 s each, with starting) on average and off for twice as
/// many. Beside it a run takes 14 % longer, give or take 10 %, as was measured of computation on two
/// processors.
pub(crate) const fn beside(name: &'static str, on_runs: f64, drift: Option<Drift>) -> Setting {
    Setting {
        name,
        noise: NOISE,
        drift,
        bursts: Some(Bursts {
            on_runs,
            off_runs: 2.0 * on_runs,
            slower: 0.14,
            spread: 0.1,
        }),
        brings: None,
        run_seconds: RUN_SECONDS,
        thresholds: Thresholds::CHOSEN,
        repeats: true,
        has_bars: true,
    }
}

/// The CPU time of small requests, which varies by 1.2 %, beside the same neighbour: 13 % more, give or take
/// 6 %.
const CPU_BESIDE: Setting = Setting {
    name: "CPU, bursts 10 s of 30 s, kept",
    noise: Noise {
        log_sd: 0.012,
        spikes: None,
        modes: None,
    },
    drift: None,
    bursts: Some(Bursts {
        on_runs: 25.0,
        off_runs: 50.0,
        slower: 0.13,
        spread: 0.06,
    }),
    brings: None,
    run_seconds: RUN_SECONDS,
    thresholds: Thresholds::CHOSEN,
    repeats: true,
    has_bars: true,
};

/// The same machine where disturbed rounds count. It shows what measuring again is good for, and no promise is
/// about it.
pub(crate) const fn kept(setting: Setting) -> Setting {
    Setting {
        repeats: false,
        has_bars: false,
        ..setting
    }
}

const fn wandering(name: &'static str, phi: f64) -> Setting {
    Setting {
        name,
        noise: NOISE,
        drift: Some(Drift { sd: 0.05, phi }),
        bursts: None,
        brings: None,
        run_seconds: RUN_SECONDS,
        thresholds: Thresholds::CHOSEN,
        repeats: true,
        has_bars: true,
    }
}
