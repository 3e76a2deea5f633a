//! Σ i²: nothing but arithmetic, no memory.

use std::hint::black_box;

/// Terms of one slice: about a microsecond.
const SLICE: u64 = 1024;

#[derive(Debug)]
pub(super) struct SumSquares {
    next: u64,
    end: u64,
    sum: u64,
}

/// How many terms a task has: up to 1023 more than the size, so that no two tasks need agree.
pub(crate) const fn terms(size: u64, seed: u64) -> u64 {
    size + seed % 1024
}

impl SumSquares {
    pub(super) const fn new(size: u64, seed: u64) -> Self {
        Self {
            next: 0,
            end: terms(size, seed),
            sum: 0,
        }
    }

    pub(super) fn advance(&mut self) -> Option<u64> {
        let end = self.end.min(self.next + SLICE);
        for i in self.next..end {
            // Without this the compiler replaces the loop by its formula.
            let number = black_box(i);
            self.sum = self.sum.wrapping_add(number.wrapping_mul(number));
        }
        self.next = end;
        (end == self.end).then_some(self.sum)
    }
}
