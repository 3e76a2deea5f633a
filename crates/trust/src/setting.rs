//! The machines on which comparisons are simulated. How they blur times is left to `scripted`.

use compare::{Drift, Noise, Spikes};

/// One kind of machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) noise: Noise,
    pub(super) drift: Option<Drift>,
    /// Whether the bars are for it.
    pub(super) has_bars: bool,
}

/// Log-normal noise of 2 %, and one run in twenty disturbed: by up to 30 % of itself.
const NOISE: Noise = Noise {
    log_sd: 0.02,
    spikes: Some(Spikes {
        share: 0.05,
        most: 0.3,
    }),
    modes: None,
};

/// A machine whose speed wanders slowly, one whose speed wanders fast, and one that stays.
pub(super) const SETTINGS: [Setting; 3] = [
    wandering("drift 5 %, φ = 0.99", 0.99),
    wandering("drift 5 %, φ = 0.9", 0.9),
    Setting {
        name: "no drift",
        noise: NOISE,
        drift: None,
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
