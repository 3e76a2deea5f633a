//! Nights that are made up for the tests of this crate.

use serde_json::json;

use crate::file::History;
use crate::night::Night;

/// The night of this number on a machine with this processor: a ratio at `http` for each variant `m/0`, `m/1` and on.
pub(crate) fn night(number: u64, cpu: &str, ratios: &[f64]) -> Night {
    let ratios: Vec<_> = ratios
        .iter()
        .enumerate()
        .map(|(variant, ratio)| {
            json!({"workload": "http", "variant": format!("m/{variant}"), "metric": "time-per-task",
                "ratio": ratio, "interval": [ratio * 0.98, ratio * 1.02], "rounds": 20})
        })
        .collect();
    let night = json!({"format": 1, "commit": format!("{number:07x}00"),
        "started": format!("2026-{:02}-{:02}T02:23:00Z", 1 + number / 28, 1 + number % 28),
        "machine": {"cpu": cpu, "processors": "4", "memory": "16000000 kB"},
        "reference": "m/reference", "ratios": ratios});
    serde_json::from_value(night).unwrap()
}

/// Nights on one machine, of which each has these ratios.
pub(crate) fn history(nights: impl Iterator<Item = Vec<f64>>) -> History {
    let nights = (0..).zip(nights);
    History {
        nights: nights
            .map(|(number, ratios)| night(number, "c", &ratios))
            .collect(),
        without_ratios: 0,
    }
}

/// A deterministic deviation about 1, within ±1 %.
pub(crate) fn wobble(number: u64) -> f64 {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    1.0 + 0.02 * (mixed as f64 / 16_777_216.0 - 0.5)
}
