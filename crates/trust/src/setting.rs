//! The machines on which comparisons are simulated: the noise of times and of processor times, drift, and a neighbour.

use compare::{Bursts, Drift, Noise, Spikes};
use results::Metric;
use schedule::Thresholds;

use crate::plan::Plan;

/// The seconds of a run on a simulated machine, unless said otherwise.
pub(crate) const RUN_SECONDS: f64 = 0.2;
/// The seconds that it takes to start a run and to end it.
pub(crate) const START_SECONDS: f64 = 0.2;

/// One kind of machine, and of work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// The metric that the work is about, by whose precision measuring stops.
    pub(crate) headline: Metric,
    /// The noise of times.
    pub(crate) noise: Noise,
    /// The noise of processor times.
    pub(crate) cpu: CpuNoise,
    /// The speed of the machine wanders, which times and processor times follow alike.
    pub(crate) drift: Option<Drift>,
    /// A neighbour that takes one of two processors in bursts.
    pub(crate) bursts: Option<Bursts>,
    /// An arm during whose runs other processes are busy.
    pub(crate) brings: Option<Brings>,
    /// The seconds of a run, without its start and its end.
    pub(crate) run_seconds: f64,
    /// The thresholds above which runs count as disturbed.
    pub(crate) thresholds: Thresholds,
    /// Whether disturbed rounds are measured again.
    pub(crate) repeats: bool,
    /// Whether the bars apply to it.
    pub(crate) has_bars: bool,
}

/// How processor times vary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuNoise {
    /// Standard deviation of their logarithm.
    pub(crate) log_sd: f64,
    /// How much more a run costs beside the neighbour, on average, as a logarithm.
    pub(crate) slower: f64,
    /// The standard deviation of that from run to run.
    pub(crate) spread: f64,
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

/// One run in twenty takes up to 30 % longer, by the clock alone.
pub(crate) const SPIKES: Option<Spikes> = Some(Spikes {
    share: 0.05,
    most: 0.3,
});

/// Computation on a machine whose speed stays, without a neighbour. Its times vary by 2 % and its processor times
/// by 0.3 %; beside a neighbour that takes one of two processors, a run takes 14 % longer, give or take 10 %, and
/// costs 1 % more, give or take 0.6 %.
const QUIET: Setting = Setting {
    name: "no drift",
    headline: Metric::TimePerTask,
    noise: Noise {
        log_sd: 0.02,
        spikes: SPIKES,
        modes: None,
    },
    cpu: CpuNoise {
        log_sd: 0.003,
        slower: 0.01,
        spread: 0.006,
    },
    drift: None,
    bursts: None,
    brings: None,
    run_seconds: RUN_SECONDS,
    thresholds: Thresholds::CHOSEN,
    repeats: true,
    has_bars: true,
};

/// Small requests: their times vary by 6 %, and their processor times by 1.2 %; beside the neighbour they cost 13 %
/// more, give or take 6 %.
const REQUESTS: Setting = Setting {
    name: "requests, no drift",
    headline: Metric::CpuPerTask,
    noise: Noise {
        log_sd: 0.06,
        ..QUIET.noise
    },
    cpu: CpuNoise {
        log_sd: 0.012,
        slower: 0.13,
        spread: 0.06,
    },
    ..QUIET
};

/// Computation on a machine whose speed wanders slowly, on one whose speed wanders fast, on one that stays, and
/// beside neighbours; then requests.
pub(crate) const SETTINGS: [Setting; 11] = [
    wandering(QUIET, "drift 5 %, φ = 0.99", 0.99),
    wandering(QUIET, "drift 5 %, φ = 0.9", 0.9),
    QUIET,
    kept(beside(QUIET, "bursts 10 s of 30 s, kept", 25.0, None)),
    beside(QUIET, "bursts 10 s of 30 s", 25.0, None),
    kept(beside(
        QUIET,
        "bursts 1 min of 3, drift, kept",
        150.0,
        DRIFT,
    )),
    beside(QUIET, "bursts 1 min of 3, drift", 150.0, DRIFT),
    REQUESTS,
    wandering(REQUESTS, "requests, drift 5 %, φ = 0.9", 0.9),
    kept(beside(
        REQUESTS,
        "requests, bursts 10 s of 30 s, kept",
        25.0,
        None,
    )),
    beside(REQUESTS, "requests, bursts 10 s of 30 s", 25.0, None),
];

/// The speed wanders slowly.
pub(crate) const DRIFT: Option<Drift> = Some(Drift {
    sd: 0.05,
    phi: 0.99,
});

/// Computation beside a neighbour that is on for so many runs on average and off for twice as many.
pub(crate) const fn computation_beside(
    name: &'static str,
    on_runs: f64,
    drift: Option<Drift>,
) -> Setting {
    beside(QUIET, name, on_runs, drift)
}

/// The same work on a machine whose neighbour is on for so many runs (0.4 s each, with starting) on average and
/// off for twice as many.
const fn beside(work: Setting, name: &'static str, on_runs: f64, drift: Option<Drift>) -> Setting {
    Setting {
        name,
        drift,
        bursts: Some(Bursts {
            on_runs,
            off_runs: 2.0 * on_runs,
            slower: 0.14,
            spread: 0.1,
        }),
        ..work
    }
}

/// The same machine where disturbed rounds count. It shows what measuring again is good for, and no promise is
/// about it.
pub(crate) const fn kept(setting: Setting) -> Setting {
    Setting {
        repeats: false,
        has_bars: false,
        ..setting
    }
}

const fn wandering(work: Setting, name: &'static str, phi: f64) -> Setting {
    Setting {
        name,
        drift: Some(Drift { sd: 0.05, phi }),
        ..work
    }
}
