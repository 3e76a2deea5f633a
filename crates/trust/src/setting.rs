//! The machines on which comparisons are simulated: the noise and the drift of their times.

use compare::{Drift, Noise, Spikes};

/// One kind of machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) noise: Noise,
    pub(crate) drift: Option<Drift>,
    /// Whether the bars apply to it.
    pub(crate) has_bars: bool,
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
pub(crate) const SETTINGS: [Setting; 3] = [
    wandering("drift 5 %, φ = 0.99", 0.99),
    wandering("drift 5 %, φ = 0.9", 0.9),
    Setting {
        name: "no drift",
        noise: NOISE,
        drift: None,
        // Without drift the order of runs does not matter, so this machine shows what blocks cost
        // where they are not needed. The promises are about machines that drift.
        has_bars: false,
    },
];

const fn wandering(name: &'static str, phi: f64) -> Setting {
    Setting {
        name,
        noise: NOISE,
        drift: Some(Drift { sd: 0.05, phi }),
        has_bars: true,
    }
}
