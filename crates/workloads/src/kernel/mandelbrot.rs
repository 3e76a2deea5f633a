//! Escape times of a square of points: floating-point arithmetic without memory. Only sums,
//! differences and products of doubles, each rounded by itself, so that every machine agrees.

/// Where an orbit that stays is given up.
pub(crate) const MAX_ITERATIONS: u64 = 256;
/// Iterations after which a slice ends with the point that it is at: a few microseconds.
const SLICE: u64 = 1024;

#[derive(Debug)]
pub(super) struct Mandelbrot {
    size: u64,
    seed: u64,
    next: u64,
    sum: u64,
}

/// The point in column `x` and row `y` of a task's square: 2⁻⁹ wide, near the boundary of the set,
/// at a place that depends on the task. Offsets are exact multiples of 2⁻⁴⁰, so that no
/// rounding depends on the order of operations.
pub(crate) fn point(size: u64, seed: u64, x: u64, y: u64) -> (f64, f64) {
    const UNIT: f64 = 1.0 / (1_u64 << 40) as f64;
    let step = (1 << 31) / size;
    let left = (seed % 1024) << 24;
    let top = (seed / 1024 % 1024) << 24;
    (
        (left + x * step) as f64 * UNIT - 0.75,
        (top + y * step) as f64 * UNIT + 0.09,
    )
}

impl Mandelbrot {
    pub(super) const fn new(size: u64, seed: u64) -> Self {
        Self {
            size,
            seed,
            next: 0,
            sum: 0,
        }
    }

    pub(super) fn advance(&mut self) -> Option<u64> {
        let total = self.size * self.size;
        let mut iterations = 0;
        while self.next < total && iterations < SLICE {
            let (column, row) = (self.next % self.size, self.next / self.size);
            let (cx, cy) = point(self.size, self.seed, column, row);
            // One more, for the point itself.
            let escaped = escape_time(cx, cy);
            iterations += escaped + 1;
            self.sum += escaped;
            self.next += 1;
        }
        (self.next == total).then_some(self.sum)
    }
}

fn escape_time(cx: f64, cy: f64) -> u64 {
    let (mut x, mut y) = (0.0, 0.0);
    for iteration in 0..MAX_ITERATIONS {
        // The squares serve the test and the next step alike. Sums and products stay apart: a fused
        // multiply-add rounds once instead of twice, and machines would disagree.
        let (xx, yy) = (x * x, y * y);
        if xx + yy > 4.0 {
            return iteration;
        }
        y = 2.0 * x * y + cy;
        x = xx - yy + cx;
    }
    MAX_ITERATIONS
}
