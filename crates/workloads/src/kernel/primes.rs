//! Primes in a window, by a segmented sieve of Eratosthenes over odd numbers.

use super::scratch::Scratch;
use crate::digest::mix;

/// Numbers that are sieved together: half as many bytes of sieve, which a first-level cache holds.
const SEGMENT: u64 = 32 * 1024;
/// Numbers struck, or looked at, in one slice: a few microseconds. Shorter ones cost some per cent.
const SLICE: usize = 8192;
/// Windows start below this.
const START_BELOW: u64 = 1 << 24;

/// Where the window of a task starts; even, and at least 2.
pub(crate) const fn window_start(seed: u64) -> u64 {
    2 + (seed % START_BELOW) / 2 * 2
}

#[derive(Debug)]
pub(super) struct Primes {
    next: u64,
    end: u64,
    count: u64,
    sum: u64,
    stage: Stage,
}

/// What comes next, within a segment of the window.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The primes to strike with.
    Base,
    /// A fresh sieve.
    Begin,
    /// The multiples of the base prime at this place, and of those after it.
    Strike(usize),
    /// What is left from this place on.
    Count(usize),
}

impl Primes {
    pub(super) const fn new(size: u64, seed: u64) -> Self {
        let start = window_start(seed);
        // The sieve knows odd numbers only, and 2 is the one prime that is not among them.
        let (count, sum) = if start == 2 { (1, 2) } else { (0, 0) };
        Self {
            next: start,
            end: start + size,
            count,
            sum,
            stage: Stage::Base,
        }
    }

    pub(super) fn advance(&mut self, scratch: &mut Scratch) -> Option<u64> {
        let end = self.end.min(self.next + SEGMENT);
        self.stage = match self.stage {
            Stage::Base => {
                base_primes(self.end.isqrt(), scratch);
                Stage::Begin
            }
            Stage::Begin => {
                let odd_numbers = usize::try_from((end - self.next) / 2).unwrap_or(0);
                scratch.bytes.clear();
                scratch.bytes.resize(odd_numbers, 0);
                Stage::Strike(0)
            }
            Stage::Strike(from) => self.strike_some(from, end, scratch),
            Stage::Count(from) if from < scratch.bytes.len() => self.count_some(from, scratch),
            Stage::Count(_) if end == self.end => return Some(mix(self.count, self.sum)),
            Stage::Count(_) => {
                self.next = end;
                Stage::Begin
            }
        };
        None
    }

    /// Strikes multiples up to `end`; `bytes[k]` stands for `next + 1 + 2k`, where `next` is even.
    fn strike_some(&self, from: usize, end: u64, scratch: &mut Scratch) -> Stage {
        let Scratch { bytes, words } = scratch;
        let mut struck = 0;
        for (index, &prime) in words.iter().enumerate().skip(from) {
            // A composite number below `end` has a prime factor whose square is below it too.
            if prime * prime >= end {
                break;
            }
            if struck >= SLICE {
                return Stage::Strike(index);
            }
            strike(bytes, self.next + 1, prime);
            // One more, because a large prime may strike nothing and yet takes time.
            struck += bytes.len() / usize::try_from(prime).unwrap_or(usize::MAX) + 1;
        }
        Stage::Count(0)
    }

    fn count_some(&mut self, from: usize, scratch: &Scratch) -> Stage {
        let to = scratch.bytes.len().min(from + SLICE);
        let first = self.next + 1 + 2 * from as u64;
        let left = scratch.bytes[from..to].iter().enumerate();
        for (k, _) in left.filter(|(_, struck)| **struck == 0) {
            self.count += 1;
            self.sum = self.sum.wrapping_add(first + 2 * k as u64);
        }
        Stage::Count(to)
    }
}

/// Strikes the odd multiples of `prime` from its square on.
fn strike(odd: &mut [u8], first: u64, prime: u64) {
    let mut multiple = (prime * prime).max(first.next_multiple_of(prime));
    // Even multiples are not in the sieve; the next one is odd, and then every second.
    if multiple.is_multiple_of(2) {
        multiple += prime;
    }
    let start = usize::try_from((multiple - first) / 2).unwrap_or(usize::MAX);
    let step = usize::try_from(prime).unwrap_or(usize::MAX);
    odd.iter_mut()
        .skip(start)
        .step_by(step)
        .for_each(|struck| *struck = 1);
}

/// The odd primes up to `limit`, into `scratch.words`.
fn base_primes(limit: u64, scratch: &mut Scratch) {
    scratch.words.clear();
    scratch.bytes.clear();
    scratch
        .bytes
        .resize(usize::try_from(limit / 2 + 1).unwrap_or(0), 0);
    for k in 1..scratch.bytes.len() {
        let number = 2 * k as u64 + 1;
        if scratch.bytes[k] == 0 && number <= limit {
            scratch.words.push(number);
            strike(&mut scratch.bytes, 1, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_from_2(size: u64) -> u64 {
        let mut scratch = Scratch::default();
        let mut primes = Primes::new(size, 0);
        while primes.advance(&mut scratch).is_none() {}
        primes.count
    }

    #[test]
    fn counts_are_those_of_number_theory() {
        // π(100) = 25, π(10⁶) = 78 498; the window is 2 to below 2 + size.
        assert_eq!(count_from_2(99), 25);
        assert_eq!(count_from_2(999_999), 78_498);
    }
}
