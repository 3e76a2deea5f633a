//! The values that an axis names: round ones, as many as there is room for.

use crate::scale::{Kind, Scale};

/// The fractions that an axis of percentiles names.
const TAILS: [f64; 8] = [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.999_99, 0.999_999];

/// Round values on a scale, ascending, at most so many.
pub fn ticks(scale: &Scale, most: usize) -> Vec<f64> {
    let (low, high) = scale.ends();
    let candidates = match scale.kind {
        Kind::Linear => steps(low, high, most),
        Kind::Tail => TAILS.to_vec(),
        Kind::Bytes if high / low >= 4.0 => doublings(low, high, most),
        Kind::Bytes => binary_steps(low, high, most),
        // Within a factor of 4, powers of ten would leave the axis nearly bare.
        Kind::Log if high / low < 4.0 => steps(low, high, most),
        Kind::Log => powers(low, high, most),
    };
    candidates
        .into_iter()
        .filter(|value| scale.contains(*value))
        .collect()
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn steps(low: f64, high: f64, most: usize) -> Vec<f64> {
    let raw = (high - low) / most.max(1) as f64;
    if !(raw.is_finite() && raw > 0.0) {
        return Vec::new();
    }
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| *step >= raw * (1.0 - 1e-9))
        .unwrap_or(raw);
    let first = (low / step - 1e-9).ceil();
    (0..=most)
        .map(|index| (first + index as f64) * step)
        // A difference of two multiples may leave a rest where 0 is meant.
        .map(|value| {
            if value.abs() < step * 1e-9 {
                0.0
            } else {
                value
            }
        })
        .take_while(|value| *value <= high + step * 1e-9)
        .collect()
}

/// Powers of ten, with 2 and 5 times each where there is room, or only every so many of them.
fn powers(low: f64, high: f64, most: usize) -> Vec<f64> {
    // The ends of a padded scale may lie beyond what a float holds.
    let [first, last] =
        [low.log10().floor(), high.log10().ceil()].map(|power| power.clamp(-330.0, 330.0) as i32);
    let decades = usize::try_from(last - first).unwrap_or(1).max(1);
    let factors: &[f64] = match most / decades {
        0..2 => &[1.0],
        2 => &[1.0, 3.0],
        _ => &[1.0, 2.0, 5.0],
    };
    let every = decades.div_ceil(most.max(1));
    (first..=last)
        .step_by(every)
        .flat_map(|power| {
            factors
                .iter()
                .map(move |factor| factor * 10_f64.powi(power))
        })
        .collect()
}

/// Powers of two, or only every so many of them.
fn doublings(low: f64, high: f64, most: usize) -> Vec<f64> {
    let [first, last] =
        [low.log2().ceil(), high.log2().floor()].map(|power| power.clamp(-1000.0, 1000.0) as i32);
    let doubled = usize::try_from(last - first + 1).unwrap_or(1);
    let every = doubled.div_ceil(most.max(1)).max(1);
    let powers = (first..=last).step_by(every);
    powers.map(|power| 2_f64.powi(power)).collect()
}

/// Round numbers of KiB, MiB and so on.
fn binary_steps(low: f64, high: f64, most: usize) -> Vec<f64> {
    let unit = 1024_f64.powf((high.log2() / 10.0).floor().clamp(0.0, 5.0));
    let values = steps(low / unit, high / unit, most);
    values.into_iter().map(|value| value * unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, low: f64, high: f64, most: usize) -> Vec<String> {
        let scale = Scale::over(kind, [low, high], (0.0, 100.0)).unwrap();
        let values = ticks(&scale, most);
        values.iter().map(|value| format!("{value:.4}")).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            shown(Kind::Linear, 0.0, 10.0, 5),
            ["0.0000", "2.0000", "4.0000", "6.0000", "8.0000", "10.0000"]
        );
        assert_eq!(
            shown(Kind::Log, 1.0, 100.0, 3),
            ["1.0000", "10.0000", "100.0000"]
        );
        assert_eq!(
            shown(Kind::Log, 0.9, 1.1, 4),
            ["0.9000", "0.9500", "1.0000", "1.0500", "1.1000"]
        );
        assert_eq!(
            shown(Kind::Bytes, 900.0, 5000.0, 3),
            ["1024.0000", "2048.0000", "4096.0000"]
        );
        assert_eq!(
            shown(Kind::Bytes, 1024.0, 2048.0, 2),
            ["1024.0000", "1536.0000", "2048.0000"]
        );
        assert_eq!(
            shown(Kind::Tail, 0.0, 0.99, 9),
            ["0.0000", "0.5000", "0.9000", "0.9900"]
        );
    }

    #[test]
    fn a_huge_range_has_no_more_ticks_than_asked_for() {
        for kind in [Kind::Log, Kind::Bytes] {
            let scale = Scale::over(kind, [5e-324, 1e308], (0.0, 100.0)).unwrap();
            assert!(ticks(&scale.padded(0.1), 5).len() <= 6);
        }
    }
}
