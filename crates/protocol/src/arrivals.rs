//! When the tasks of an open loop arrive, which is a part of what a workload is: every program that paces it, and every prediction of it,
//! has the same times.

use crate::rate::{Rate, Spread};
use crate::splitmix::nth;

/// The stream of random numbers for intervals. No task has this index, so that no task's parameters
/// are drawn from the same numbers.
const INTERVALS: u64 = 0x6172_7269_7665;

/// When each of so many tasks arrives, in nanoseconds after the first could, by the seed of the workload.
pub fn arrival_offsets(
    seed: u64,
    tasks: u64,
    rate: Rate,
    spread: Spread,
) -> impl Iterator<Item = u64> + Clone {
    let interval = 1e9 / rate.per_second() as f64;
    let stream = nth(seed, INTERVALS);
    let mut poisson = 0.0;
    (0..tasks).map(move |number| match spread {
        // Multiplied rather than added up, so that rounding does not accumulate.
        Spread::Uniform => (number as f64 * interval) as u64,
        Spread::Poisson => {
            poisson += interval * exponential(nth(stream, number));
            poisson as u64
        }
    })
}

/// An exponential variate of mean 1 from 53 random bits, by inversion.
fn exponential(random: u64) -> f64 {
    let uniform = (random >> 11) as f64 / (1_u64 << 53) as f64;
    // `uniform` may be 0 but never 1, so the logarithm is always finite.
    -(1.0 - uniform).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spread: Spread) -> Vec<u64> {
        arrival_offsets(1, 10_000, Rate::new(1000).unwrap(), spread).collect()
    }

    #[test]
    fn uniform_arrivals_are_evenly_spaced() {
        let offsets = all(Spread::Uniform);
        assert_eq!(offsets[..3], [0, 1_000_000, 2_000_000]);
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_its_variance() {
        let offsets = all(Spread::Poisson);
        assert_eq!(
            offsets,
            all(Spread::Poisson),
            "the same seed gives the same times"
        );
        let intervals: Vec<f64> = offsets
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) as f64 / 1e6)
            .collect();
        let mean = intervals.iter().sum::<f64>() / intervals.len() as f64;
        let variance = intervals.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        let variance = variance / intervals.len() as f64;
        assert!((mean - 1.0).abs() < 0.05, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.15, "variance {variance}");
    }
}
