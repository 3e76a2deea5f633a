//! Repetitions on all processors. Results are sums of whole numbers and every repetition has a seed of
//! its own, so that they do not depend on how many processors there are.

use std::ops::AddAssign;
use std::thread;

use host::machine;
use terminal::progress;
use verdict::StatisticsError;
use verdict::rng::Generator;

/// The sum of the results of this many repetitions, each with a seed of its own.
///
/// # Errors
/// The first error of a repetition.
pub(crate) fn repeat<T>(
    times: u64,
    seed: u64,
    once: impl Fn(u64) -> Result<T, StatisticsError> + Sync,
) -> Result<T, StatisticsError>
where
    T: AddAssign + Default + Send,
{
    let threads = machine::processors();
    let once = &once;
    thread::scope(|scope| {
        // All threads are started before the first is waited for; a lazy iterator would run them
        // one after the other.
        let handles: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || every_nth(first, threads, times, seed, once)))
            .collect();
        let mut sum = T::default();
        for handle in handles {
            // A panic of a repetition is a panic of the whole: a sum without it would be wrong.
            sum += handle
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(sum)
    })
}

/// The sum of the repetitions `first`, `first + threads`, ….
fn every_nth<T: AddAssign + Default>(
    first: u64,
    threads: u64,
    times: u64,
    seed: u64,
    once: &impl Fn(u64) -> Result<T, StatisticsError>,
) -> Result<T, StatisticsError> {
    let mut sum = T::default();
    for repetition in (first..times).step_by(threads as usize) {
        // A setting takes a minute, and the thread that began it waits for the others.
        progress::tick();
        sum += once(Generator::for_stream(seed, repetition).next_u64())?;
    }
    Ok(sum)
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
