//! The usual statistics of runs that are made one variant after the other: Welch's t test, and the
//! percentile bootstrap of the ratio of means, both at 5 % and without a margin. They are here to be
//! measured, and no verdict uses them.

use verdict::rng::Generator;

/// The number of resamples of the bootstrap: 25 of them lie beyond each end of a 95 % interval.
const RESAMPLES: usize = 1000;

/// Whether Welch's test calls the means different at 5 % (Welch 1947).
pub(crate) fn welch_differs(a: &[f64], b: &[f64]) -> bool {
    let ((mean_a, error_a), (mean_b, error_b)) = (mean_and_error(a), mean_and_error(b));
    let error = error_a + error_b;
    let (freedom_a, freedom_b) = (a.len() as f64 - 1.0, b.len() as f64 - 1.0);
    // The Welch-Satterthwaite equation. It is used instead of pooling the variances, since a variant
    // with other times has another variance too.
    let freedom = error * error / (error_a * error_a / freedom_a + error_b * error_b / freedom_b);
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
pub(crate) fn bootstrap(a: &[f64], b: &[f64], random: &mut Generator) -> (f64, f64) {
    // The reference is drawn from as well: its mean is as uncertain as the variant's, and an interval
    // that took it for known would be too narrow.
    let mut ratios: Vec<f64> = (0..RESAMPLES)
        .map(|_| resampled_mean(b, random) / resampled_mean(a, random))
        .collect();
    ratios.sort_by(f64::total_cmp);
    let tail = RESAMPLES / 40;
    (ratios[tail], ratios[RESAMPLES - 1 - tail])
}

fn resampled_mean(samples: &[f64], random: &mut Generator) -> f64 {
    let sum: f64 = (0..samples.len())
        .map(|_| samples[random.below(samples.len() as u64) as usize])
        .sum();
    sum / samples.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (freedom, expected) in [(10.0, 2.2281), (29.0, 2.0452), (58.0, 2.0017)] {
            let quantile = t_quantile(freedom);
            assert!((quantile - expected).abs() < 2e-4, "{freedom}: {quantile}");
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
