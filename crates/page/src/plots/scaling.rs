//! The Universal Scalability Law as a curve of a sweep, within the range that was measured: a law that was
//! fitted says nothing about what lies beyond.

use results::Scaling;

/// The stretches of a curve.
const STRETCHES: i32 = 32;

/// Levels and times per task along the law that was fitted to a variant, from the least to the largest of
/// the measured levels, each of which comes with its time per task.
pub(super) fn law(scaling: &Scaling, measured: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let levels = measured.iter().map(|(level, _)| *level);
    let (Some(least), Some(most)) = (levels.clone().reduce(f64::min), levels.reduce(f64::max))
    else {
        return Vec::new();
    };
    // The law is a shape. Its height is the one that is as often above the measured levels as below them.
    let heights: Vec<f64> = measured
        .iter()
        .map(|(level, time)| (time * capacity(scaling, *level)).ln())
        .filter(|height| height.is_finite())
        .collect();
    if heights.is_empty() || least <= 0.0 {
        return Vec::new();
    }
    let height = (heights.iter().sum::<f64>() / heights.len() as f64).exp();
    let step = (most / least).ln() / f64::from(STRETCHES);
    (0..=STRETCHES)
        .map(|index| least * (step * f64::from(index)).exp())
        .map(|level| (level, height / capacity(scaling, level)))
        .collect()
}

/// How many times the throughput of one lane so many have: N ÷ (1 + σ(N − 1) + κN(N − 1)).
fn capacity(scaling: &Scaling, lanes: f64) -> f64 {
    let (serial, coherent) = (scaling.contention, scaling.coherency);
    lanes / (1.0 + serial * (lanes - 1.0) + coherent * lanes * (lanes - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_what_obeys_the_law() {
        let scaling = Scaling {
            variant: "a/b".to_owned(),
            contention: 0.1,
            contention_interval: (0.05, 0.15),
            coherency: 0.01,
            coherency_interval: (0.005, 0.015),
            peak: Some(9.5),
        };
        let time = |level| (level, 100.0 / capacity(&scaling, level));
        let curve = law(&scaling, &[1.0, 4.0, 16.0].map(time));
        for (found, expected) in [(curve[0], time(1.0)), (curve[32], time(16.0))] {
            assert!((found.0 - expected.0).abs() < 1e-9, "{found:?}");
            assert!((found.1 - expected.1).abs() < 1e-9, "{found:?}");
        }
        assert!(law(&scaling, &[]).is_empty());
    }
}
