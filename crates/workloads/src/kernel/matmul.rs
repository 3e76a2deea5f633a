//! The product of two matrices of wrapping 64-bit integers: memory in caches, and products. Exact,
//! so that every order of summation gives the same.

use super::Scratch;
use crate::digest::{mix, nth};

#[derive(Debug)]
pub(super) struct Matmul {
    size: usize,
    seed: u64,
    row: usize,
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
            value: 0,
            ready: false,
        }
    }

    /// One slice is one row of the product; the first only makes the matrices.
    pub(super) fn advance(&mut self, scratch: &mut Scratch) -> Option<u64> {
        if !self.ready {
            self.fill(scratch);
            self.ready = true;
            return None;
        }
        let n = self.size;
        let (matrices, row) = scratch.words.split_at_mut(2 * n * n);
        let (a, b) = matrices.split_at(n * n);
        row.fill(0);
        for (k, factor) in a[self.row * n..(self.row + 1) * n].iter().enumerate() {
            for (sum, other) in row.iter_mut().zip(&b[k * n..(k + 1) * n]) {
                *sum = sum.wrapping_add(factor.wrapping_mul(*other));
            }
        }
        self.value = row.iter().fold(self.value, |value, sum| mix(value, *sum));
        self.row += 1;
        (self.row == n).then_some(self.value)
    }

    /// Both matrices, row by row, from the task's stream, and room for one row of the product.
    fn fill(&self, scratch: &mut Scratch) {
        let entries = 2 * self.size * self.size;
        scratch.words.clear();
        scratch
            .words
            .extend((0..entries as u64).map(|n| nth(self.seed, n)));
        scratch.words.resize(entries + self.size, 0);
    }
}
