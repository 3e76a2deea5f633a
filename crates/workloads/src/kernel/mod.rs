//! Kernels: computations with known answers, as values that go on from slice to slice, so that
//! wrappers can do something between two slices. The plain reference that they are checked against
//! is `expected`.

mod mandelbrot;
mod matmul;
mod primes;
mod scratch;
mod sha256;
mod sum_squares;
mod timed;

use std::time::Duration;

use protocol::{Compute, Kernel};

pub(crate) use mandelbrot::{MAX_ITERATIONS, point};
pub(crate) use primes::window_start;
pub use scratch::Scratch;
pub(crate) use sha256::PATTERN_KEY;
pub(crate) use sum_squares::terms;

/// One computation under way.
#[derive(Debug)]
pub struct Slices(Computation);

#[derive(Debug)]
enum Computation {
    SumSquares(sum_squares::SumSquares),
    Primes(primes::Primes),
    Sha256(Box<sha256::Sha256>),
    Mandelbrot(mandelbrot::Mandelbrot),
    Matmul(matmul::Matmul),
    Timed(timed::Timed),
}

impl Slices {
    /// The computation that a step asks for, with what `seed` makes of it.
    #[must_use]
    pub fn new(compute: &Compute, seed: u64) -> Self {
        let size = compute.size;
        Self(match compute.kernel {
            Kernel::SumSquares => Computation::SumSquares(sum_squares::SumSquares::new(size, seed)),
            Kernel::Primes => Computation::Primes(primes::Primes::new(size, seed)),
            // Boxed, because its state is several times as large as that of any other, and every
            // task in flight has room for the largest.
            Kernel::Sha256 => Computation::Sha256(Box::new(sha256::Sha256::new(size, seed))),
            Kernel::Mandelbrot => Computation::Mandelbrot(mandelbrot::Mandelbrot::new(size, seed)),
            Kernel::Matmul => Computation::Matmul(matmul::Matmul::new(size, seed)),
        })
    }

    /// `sum-squares`, slice after slice until so much time has passed; its value is 0.
    #[must_use]
    pub fn for_duration(duration: Duration) -> Self {
        Self(Computation::Timed(timed::Timed::new(duration)))
    }

    /// Whether an interpreter would make one call into a library for all of this, and let go of its
    /// lock meanwhile: SHA-256 of 2048 bytes or more. Every other kernel stands for code that the
    /// interpreter itself runs, and holds the lock. Without such a lock it makes no difference.
    #[must_use]
    pub const fn is_one_native_call(&self) -> bool {
        match &self.0 {
            Computation::Sha256(kernel) => kernel.is_one_native_call(),
            _ => false,
        }
    }

    /// Computes one slice, of about a microsecond (hashes: ten); at the end, the value. So long a
    /// lock or a runtime waits for its turn.
    pub fn advance(&mut self, scratch: &mut Scratch) -> Option<u64> {
        match &mut self.0 {
            Computation::SumSquares(kernel) => kernel.advance(),
            Computation::Primes(kernel) => kernel.advance(scratch),
            Computation::Sha256(kernel) => kernel.advance(scratch),
            Computation::Mandelbrot(kernel) => kernel.advance(),
            Computation::Matmul(kernel) => kernel.advance(scratch),
            Computation::Timed(kernel) => kernel.advance(),
        }
    }

    /// Computes all that is left.
    pub fn finish(mut self, scratch: &mut Scratch) -> u64 {
        loop {
            if let Some(value) = self.advance(scratch) {
                return value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expected;

    fn check(kernel: Kernel, sizes: &[u64]) {
        let mut scratch = Scratch::default();
        let mut reference = expected::Reference::default();
        for &size in sizes {
            for seed in [0, 1, u64::MAX, 0x1234_5678_9abc_def0] {
                let compute = Compute { kernel, size };
                let value = Slices::new(&compute, seed).finish(&mut scratch);
                assert_eq!(
                    value,
                    reference.compute(&compute, seed),
                    "{compute:?}, seed {seed}"
                );
            }
        }
    }

    #[test]
    fn kernels_agree_with_plain_computation() {
        check(Kernel::SumSquares, &[1, 2, 100_000]);
        check(Kernel::Primes, &[1, 2, 3, 1000, 32_768, 70_000]);
        check(Kernel::Sha256, &[1, 63, 64, 16_384, 100_000]);
        check(Kernel::Mandelbrot, &[1, 7, 40]);
        check(Kernel::Matmul, &[1, 2, 33, 50]);
    }

    #[test]
    fn a_kernel_for_a_time_goes_on_until_it_is_over() {
        let mut scratch = Scratch::default();
        let (short, start) = (Duration::from_millis(2), std::time::Instant::now());
        assert_eq!(Slices::for_duration(short).finish(&mut scratch), 0);
        assert!(start.elapsed() >= short);
        let mut long = Slices::for_duration(Duration::from_secs(3600));
        assert!((0..100).all(|_| long.advance(&mut scratch).is_none()));
    }

    #[test]
    fn long_kernels_offer_many_slices() {
        let mut scratch = Scratch::default();
        for (kernel, size) in [
            (Kernel::SumSquares, 1 << 20),
            (Kernel::Sha256, 1 << 20),
            (Kernel::Matmul, 64),
            (Kernel::Mandelbrot, 32),
            (Kernel::Primes, 100_000),
        ] {
            let mut slices = Slices::new(&Compute { kernel, size }, 1);
            let pauses =
                std::iter::from_fn(|| slices.advance(&mut scratch).is_none().then_some(()));
            assert!(pauses.count() > 10, "{kernel:?}");
        }
    }

    #[test]
    fn only_hashes_of_some_length_need_no_interpreter() {
        let native = |kernel, size| Slices::new(&Compute { kernel, size }, 1).is_one_native_call();
        assert!(native(Kernel::Sha256, 2048));
        assert!(!native(Kernel::Sha256, 2047));
        assert!(!native(Kernel::SumSquares, 1 << 20));
    }
}
