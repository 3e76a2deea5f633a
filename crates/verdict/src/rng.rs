//! A seeded generator whose numbers never change: schedules and resampling are replayed from it.
//!
//! Whole numbers, shuffles and [`Generator::uniform`] are the same on every platform and in every
//! version of this crate; [`Generator::normal`] is as stable as the platform's logarithm. Nothing
//! here is fit for secrets, and nothing takes a seed from the environment.

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
/// 2014): every seed, 0 included, gives well-mixed numbers. Used to make seeds out of seeds.
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        // The constants and shifts are the authors': changing one changes every stored schedule.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let once = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let twice = (once ^ (once >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        twice ^ (twice >> 31)
    }
}

/// xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", *ACM
/// Transactions on Mathematical Software* 47, 2021).
///
/// ```
/// use verdict::rng::Generator;
///
/// let mut order: Vec<u32> = (0..13).collect();
/// Generator::new(42).shuffle(&mut order);
/// assert_eq!(order, [12, 0, 11, 2, 3, 10, 5, 6, 8, 9, 7, 4, 1]);
/// ```
#[derive(Debug, Clone)]
pub struct Generator {
    state: [u64; 4],
}

impl Generator {
    /// Starts from a seed, spread over the state by [`SplitMix64`] as the authors advise.
    #[must_use]
    pub fn new(seed: u64) -> Generator {
        let mut seeds = SplitMix64::new(seed);
        Generator {
            state: std::array::from_fn(|_| seeds.next_u64()),
        }
    }

    /// Starts one of many unrelated sequences of the same seed.
    ///
    /// Block 17 then has the same order whether the blocks before it were run or resumed after.
    #[must_use]
    pub fn for_stream(seed: u64, stream: u64) -> Generator {
        // Neighbouring seeds and streams are common (0, 1, 2): combined unmixed, one seed's second
        // stream would be another seed's first.
        let whitened = SplitMix64::new(stream).next_u64();
        Generator::new(SplitMix64::new(seed ^ whitened).next_u64())
    }

    /// The next number, all 64 bits random.
    pub fn next_u64(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A number below the bound, each equally likely; a bound of 0 leaves no choice and gives 0.
    ///
    /// It multiplies, and rejects the few products that would favour some numbers (Lemire, "Fast
    /// Random Integer Generation in an Interval", *ACM Transactions on Modeling and Computer
    /// Simulation* 29, 2019).
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let unfair = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            if product as u64 >= unfair {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts the items into an order in which every permutation is equally likely (Fisher–Yates in
    /// Durstenfeld's form, *Communications of the ACM* 7, 1964, algorithm 235).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }

    /// A number from 0 to below 1, a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        // A double has 53 bits of precision: more of them would be rounded, and could round to 1.
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A standard normal deviate, by Marsaglia's polar method (Marsaglia and Bray, *SIAM Review*
    /// 6, 1964). The second deviate of each pair is given up, so that no state hides in the
    /// generator.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            // Inside the unit circle the direction is uniform; at its centre there is no logarithm.
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::load;

    fn shown(numbers: impl Iterator<Item = u64>) -> Vec<String> {
        numbers.map(|number| number.to_string()).collect()
    }

    #[test]
    fn numbers_agree_with_an_independent_implementation() {
        let fixture = load().generator;
        let mut mix = SplitMix64::new(1_234_567);
        let mixed = shown((0..5).map(|_| mix.next_u64()));
        assert_eq!(mixed, fixture.split_mix_of_1234567);
        let mut plain = Generator {
            state: [1, 2, 3, 4],
        };
        assert_eq!(
            shown((0..6).map(|_| plain.next_u64())),
            fixture.xoshiro_of_1_2_3_4
        );
        let mut seeded = Generator::new(42);
        assert_eq!(shown((0..6).map(|_| seeded.next_u64())), fixture.seed_42);
        let mut uniform = Generator::new(42);
        assert_eq!(
            [(); 4].map(|()| uniform.uniform()).to_vec(),
            fixture.seed_42_uniform
        );
    }

    #[test]
    fn shuffles_agree_with_an_independent_implementation() {
        let mut items: Vec<usize> = (0..13).collect();
        Generator::new(42).shuffle(&mut items);
        assert_eq!(items, load().generator.seed_42_shuffle_of_13);
    }

    #[test]
    fn numbers_below_a_bound_are_equally_frequent() {
        let mut generator = Generator::new(7);
        let mut counts = [0_u32; 6];
        (0..60_000).for_each(|_| counts[generator.below(6) as usize] += 1);
        // Five standard deviations of a count are 457.
        assert!(
            counts.iter().all(|count| count.abs_diff(10_000) < 457),
            "{counts:?}"
        );
        assert_eq!((generator.below(0), generator.below(1)), (0, 0));
    }

    #[test]
    fn normal_deviates_have_mean_zero_and_variance_one() {
        let mut generator = Generator::new(3);
        let deviates: Vec<f64> = (0..40_000).map(|_| generator.normal()).collect();
        let mean = deviates.iter().sum::<f64>() / 40_000.0;
        let variance = deviates.iter().map(|d| d * d).sum::<f64>() / 40_000.0;
        assert!(
            mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03,
            "{mean} {variance}"
        );
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let first = |stream| Generator::for_stream(1, stream).next_u64();
        assert_ne!(first(0), first(1));
        assert_eq!(first(5), first(5));
    }
}
