//! Primes in a window, by a segmented sieve of Eratosthenes over odd numbers.

use super::Scratch;
use crate::digest::mix;

/// Numbers of one slice: half as many bytes of sieve, which a first-level cache holds.
const SLICE: u64 = 32 * 1024;
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
    ready: bool,
}

impl Primes {
    pub(super) const fn new(size: u64, seed: u64) -> Self {
        let start = window_start(seed);
        Self {
            next: start,
            end: start + size,
            count: 0,
            sum: 0,
            ready: false,
        }
    }

    pub(super) fn advance(&mut self, scratch: &mut Scratch) -> Option<u64> {
        if !self.ready {
            base_primes(self.end.isqrt(), scratch);
            self.ready = true;
            return None;
        }
        let end = self.end.min(self.next + SLICE);
        self.sieve(end, scratch);
        self.next = end;
        (end == self.end).then(|| mix(self.count, self.sum))
    }

    /// Counts the primes from `self.next` (even) up to `end`; `bytes[k]` stands for `next + 1 + 2k`.
    fn sieve(&mut self, end: u64, scratch: &mut Scratch) {
        if self.next == 2 {
            (self.count, self.sum) = (1, 2);
        }
        let first = self.next + 1;
        let odd_numbers = (end - self.next) / 2;
        scratch.bytes.clear();
        scratch
            .bytes
            .resize(usize::try_from(odd_numbers).unwrap_or(0), 0);
        for &prime in &scratch.words {
            if prime * prime >= end {
                break;
            }
            strike(&mut scratch.bytes, first, prime);
        }
        for (k, _) in scratch
            .bytes
            .iter()
            .enumerate()
            .filter(|(_, struck)| **struck == 0)
        {
            self.count += 1;
            self.sum = self.sum.wrapping_add(first + 2 * k as u64);
        }
    }
}

/// Strikes the odd multiples of `prime` from its square on.
fn strike(odd: &mut [u8], first: u64, prime: u64) {
    let mut multiple = (prime * prime).max(first.next_multiple_of(prime));
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
