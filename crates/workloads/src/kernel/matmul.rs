//! The product of two matrices of wrapping 64-bit integers: memory in caches, and products. Exact,
//! so that every order of summation gives the same.

use super::scratch::Scratch;
use crate::digest::{mix, nth};

/// Products, or entries made, of one slice: about a microsecond.
const SLICE: usize = 2048;

#[derive(Debug)]
pub(super) struct Matmul {
    size: usize,
    seed: u64,
    /// The row of the product that is under way, and how many factors of it are done.
    row: usize,
    factor: usize,
    value: u64,
    ready: bool,
}

impl Matmul {
    pub(super) fn new(size: u64, seed: u64) -> Self {
        let size = usize::try_from(size).unwrap_or(0);
        Self {
            size,
            seed,
            row: 0,
            factor: 0,
            value: 0,
            ready: false,
        }
    }

    /// The first slices make the matrices; each further one adds some multiples of rows of B to a row
    /// of the product.
    pub(super) fn advance(&mut self, scratch: &mut Scratch) -> Option<u64> {
        if !self.ready {
            self.ready = self.fill_some(scratch);
            return None;
        }
        let n = self.size;
        let (matrices, row) = scratch.words.split_at_mut(2 * n * n);
        let (a, b) = matrices.split_at(n * n);
        // Whole rows of B, at least one: the inner loop runs over memory in order, which the
        // compiler turns into vector instructions, and a slice still ends in time.
        let to = n.min(self.factor + SLICE.div_ceil(n));
        for k in self.factor..to {
            let factor = a[self.row * n + k];
            for (sum, other) in row.iter_mut().zip(&b[k * n..(k + 1) * n]) {
                *sum = sum.wrapping_add(factor.wrapping_mul(*other));
            }
        }
        self.factor = to;
        if to < n {
            return None;
        }
        self.value = row.iter().fold(self.value, |value, sum| mix(value, *sum));
        // Only one row of the product is kept; its value is in the digest already.
        row.fill(0);
        (self.row, self.factor) = (self.row + 1, 0);
        (self.row == n).then_some(self.value)
    }

    /// Some more of both matrices, row by row, from the task's stream; at the end room for one row of
    /// the product, and `true`.
    fn fill_some(&mut self, scratch: &mut Scratch) -> bool {
        if self.factor == 0 {
            scratch.words.clear();
        }
        let entries = 2 * self.size * self.size;
        let to = entries.min(self.factor + SLICE);
        let made = (self.factor as u64..to as u64).map(|n| nth(self.seed, n));
        scratch.words.extend(made);
        self.factor = to;
        if to < entries {
            return false;
        }
        scratch.words.resize(entries + self.size, 0);
        self.factor = 0;
        true
    }
}
