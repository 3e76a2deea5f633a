//! What others say from the same number of runs, one variant after the other: Welch's t test, and
//! the percentile bootstrap of the ratio of means, both at 5 % and without a margin. Here to be
//! measured, and for nothing else.

use verdict::rng::Generator;

/// Of the bootstrap.
const RESAMPLES: usize = 1000;

/// Whether Welch's test calls the means different at 5 % (Welch 1947).
pub(super) fn welch_differs(a: &[f64], b: &[f64]) -> bool {
    let ((mean_a, error_a), (mean_b, error_b)) = (mean_and_error(a), mean_and_error(b));
    let error = error_a + error_b;
    let of_sample = |error: f64, samples: &[f64]| error * error / (samples.len() as f64 - 1.0);
    let freedom = error * error / (of_sample(error_a, a) + of_sample(error_b, b));
    (mean_a - mean_b).abs() / error.sqrt() > t_quantile(freedom)
}

/// The mean, and the square of its standard error.
fn mean_and_error(samples: &[f64]) -> (f64, f64) {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let squares: f64 = samples.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (n - 1.0) / n)
}

/// The 0.975 quantile of Student's t, by its expansion in the degrees of freedom (Abramowitz and
/// Stegun, 26.7.5): good to four digits from 8 on.
fn t_quantile(freedom: f64) -> f64 {
    let z: f64 = 1.959_963_985;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

/// The 95 % interval of mean(b) ÷ mean(a), each resampled by itself (Efron 1979).
pub(super) fn bootstrap(a: &[f64], b: &[f64], random: &mut Generator) -> (f64, f64) {
    let mut mean = |samples: &[f64]| {
        let draw = |_| samples[random.below(samples.len() as u64) as usize];
        (0..samples.len()).map(draw).sum::<f64>() / samples.len() as f64
    };
    let mut ratios: Vec<f64> = (0..RESAMPLES).map(|_| mean(b) / mean(a)).collect();
    ratios.sort_by(f64::total_cmp);
    let tail = RESAMPLES / 40;
    (ratios[tail], ratios[RESAMPLES - 1 - tail])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (freedom, expected) in [(10.0, 2.2281), (29.0, 2.0452), (58.0, 2.0017)] {
            let found = t_quantile(freedom);
            assert!((found - expected).abs() < 2e-4, "{freedom}: {found}");
        }
    }

    #[test]
    fn both_ways_are_right_five_times_in_a_hundred_on_independent_samples() {
        let mut random = Generator::new(1);
        let (mut welch, mut by_bootstrap) = (0, 0);
        for _ in 0..1000 {
            let mut samples = || -> Vec<f64> {
                let time = |_| (0.02 * random.normal()).exp();
                (0..30).map(time).collect()
            };
            let (a, b) = (samples(), samples());
            welch += u32::from(welch_differs(&a, &b));
            let (lower, upper) = bootstrap(&a, &b, &mut random);
            by_bootstrap += u32::from(!(lower..=upper).contains(&1.0));
        }
        assert!((25..=80).contains(&welch), "{welch}");
        assert!((30..=95).contains(&by_bootstrap), "{by_bootstrap}");
    }
}
