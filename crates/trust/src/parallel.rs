//! Repeating over all processors. Results are sums, so that they do not depend on how many there
//! are.

use std::ops::AddAssign;
use std::thread;

use verdict::StatisticsError;
use verdict::rng::Generator;

use launch::machine;

/// The sum of what so many repetitions come to, each with a seed of its own.
pub(super) fn repeat<T>(
    times: u64,
    seed: u64,
    once: impl Fn(u64) -> Result<T, StatisticsError> + Sync,
) -> Result<T, StatisticsError>
where
    T: AddAssign + Default + Send,
{
    let threads = machine::processors();
    let part = |first: u64| {
        let mut sum = T::default();
        for at in (first..times).step_by(threads as usize) {
            sum += once(Generator::for_stream(seed, at).next_u64())?;
        }
        Ok(sum)
    };
    thread::scope(|scope| {
        let part = &part;
        let handles: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || part(first)))
            .collect();
        let mut sum = T::default();
        for handle in handles {
            // A panic of a repetition is one of the whole.
            sum += handle
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_repetition_counts_once_and_has_its_seed() {
        assert_eq!(repeat(1000, 1, |_| Ok(1_u64)), Ok(1000));
        assert_eq!(repeat(0, 1, |_| Ok(1_u64)), Ok(0));
        let sum = |seed| repeat(10, seed, |own| Ok(own % 1000)).unwrap();
        assert_eq!(sum(1), sum(1));
        assert_ne!(sum(1), sum(2));
    }
}
