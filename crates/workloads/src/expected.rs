//! The right answers, by plain computation: no model, no I/O, and none of the code that models
//! compute with. It is slower where that makes it plainer, and shares nothing with the kernels on
//! purpose: a mistake in one must not hide in both. Functions in libraries are called, since nobody else
//! knows what they compute.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use protocol::{Call, Compute, Kernel, Step, Workload};
use sha2::Digest;

use crate::content;
use crate::digest::{mix, nth, of_task};
use crate::error::{Error, Result};
use crate::files::file_index;
use crate::kernel::{MAX_ITERATIONS, PATTERN_KEY, point, terms, window_start};
use crate::library::Called;
use crate::sqlite::row_id;
use crate::task::Task;

/// Computes answers; keeps what several tasks need.
#[derive(Debug, Default)]
pub struct Reference {
    composite: Vec<bool>,
    pattern: Vec<u8>,
    bytes: Vec<u8>,
    /// The functions of libraries, by the numbers of their steps, as one lane has them.
    called: BTreeMap<usize, Called>,
}

impl Reference {
    /// The digest that the task at this index must have.
    ///
    /// # Errors
    /// When a function in a library cannot be called, or returns an error; of no other step.
    pub fn task(&mut self, workload: &Workload, index: u64) -> Result<u64> {
        let task = Task::new(workload.seed, index);
        // Coordination has no steps: the task's own seed is what units hand to each other.
        if workload.coordination.is_some() {
            return Ok(of_task([task.step_seed(0)]));
        }
        let digest = self.steps(workload, &task)?;
        match &workload.serve {
            None => Ok(digest),
            // Whoever asks knows the body alone.
            Some(serve) => Ok(of_task([self.crc(mix(task.seed, digest), serve.bytes)])),
        }
    }

    /// The digest of what the steps of a task come to.
    fn steps(&mut self, workload: &Workload, task: &Task) -> Result<u64> {
        let carried_out = steps_of(workload, task);
        let steps = workload.steps.iter().take(carried_out).enumerate();
        let values = steps.map(|(number, step)| {
            let seed = task.step_seed(number);
            Ok(match step {
                Step::HttpGet(get) => self.crc(seed, get.bytes),
                Step::ReadFile(read) => {
                    let file = file_index(workload.seed, task.index, read.files);
                    self.crc(content::file_key(file), read.bytes)
                }
                Step::SqliteSelect(select) => (0..select.count).fold(0, |value, select_number| {
                    let row = content::row(row_id(seed, select_number, select.rows));
                    mix(value, u64::from(crc32fast::hash(&row)))
                }),
                Step::PostgresSelect(select) => {
                    let row = content::row(row_id(seed, 0, select.rows));
                    u64::from(crc32fast::hash(&row))
                }
                Step::Wait(_) | Step::Block(_) | Step::Only(_) => seed,
                Step::Compute(compute) => self.compute(compute, seed),
                Step::Call(call) => {
                    let value = self.called(call, number)?.call(seed, task.index);
                    value.map_err(|error| Error::Library(error).in_task(task.index))?
                }
            })
        });
        Ok(of_task(values.collect::<Result<Vec<u64>>>()?))
    }

    /// Opens what a lane would keep for the functions of a workload.
    ///
    /// # Errors
    /// When a library cannot be loaded, or has no such function.
    pub fn open(&mut self, workload: &Workload) -> Result<()> {
        for (number, step) in workload.steps.iter().enumerate() {
            if let Step::Call(call) = step {
                self.called(call, number)?;
            }
        }
        Ok(())
    }

    fn called(&mut self, call: &Call, number: usize) -> Result<&mut Called> {
        match self.called.entry(number) {
            Entry::Occupied(opened) => Ok(opened.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(Called::open(call).map_err(Error::Library)?)),
        }
    }

    /// The value of one kernel.
    pub fn compute(&mut self, compute: &Compute, seed: u64) -> u64 {
        match compute.kernel {
            Kernel::SumSquares => sum_squares(terms(compute.size, seed)),
            Kernel::Primes => self.primes(window_start(seed), compute.size),
            Kernel::Sha256 => self.sha256(compute.size, seed),
            Kernel::Mandelbrot => mandelbrot(compute.size, seed),
            Kernel::Matmul => matmul(compute.size, seed),
        }
    }

    fn crc(&mut self, key: u64, bytes: u64) -> u64 {
        self.bytes.resize(usize::try_from(bytes).unwrap_or(0), 0);
        content::fill(key, &mut self.bytes);
        u64::from(crc32fast::hash(&self.bytes))
    }

    /// One sieve of all numbers, grown as far as a window needs it.
    fn primes(&mut self, start: u64, size: u64) -> u64 {
        let (start, end) = (to_index(start), to_index(start + size));
        if self.composite.len() < end {
            // Grown by a million at least: windows start anywhere below 2²⁴, and growing to each
            // one's end would sieve everything again for nearly every task.
            self.composite = vec![false; end.next_multiple_of(1 << 20)];
            for number in 2..self.composite.len().isqrt() + 1 {
                if !self.composite[number] {
                    let multiples = (number * number..self.composite.len()).step_by(number);
                    multiples.for_each(|multiple| self.composite[multiple] = true);
                }
            }
        }
        let primes = (start..end).filter(|number| !self.composite[*number]);
        let (count, sum) = primes.fold((0_u64, 0_u64), |(count, sum), prime| {
            (count + 1, sum.wrapping_add(prime as u64))
        });
        mix(count, sum)
    }

    fn sha256(&mut self, size: u64, seed: u64) -> u64 {
        let size = to_index(size);
        if self.pattern.is_empty() {
            self.pattern = vec![0; 16 * 1024];
            content::fill(PATTERN_KEY, &mut self.pattern);
        }
        let mut message = seed.to_le_bytes().to_vec();
        // The whole message in memory, where the kernel feeds slices: that is the difference that
        // is checked.
        message.extend(self.pattern.iter().cycle().take(size));
        let hash = sha2::Sha256::digest(&message);
        u64::from_le_bytes(hash[..8].try_into().unwrap_or_default())
    }
}

/// How many steps a task carries out: all, unless it is not among those that go on.
fn steps_of(workload: &Workload, task: &Task) -> usize {
    let mut steps = workload.steps.iter().enumerate();
    let ends_at = steps.find_map(|(number, step)| match step {
        Step::Only(only) if task.step_seed(number) % 100 >= only.percent => Some(number + 1),
        _ => None,
    });
    ends_at.unwrap_or(workload.steps.len())
}

/// (n − 1) n (2n − 1) ÷ 6, modulo 2⁶⁴.
fn sum_squares(terms: u64) -> u64 {
    let n = u128::from(terms);
    let (a, b, c) = (n - 1, n, 2 * n - 1);
    // One of the first two is even, and one of the three divisible by 3.
    let (a, b) = if a.is_multiple_of(2) {
        (a / 2, b)
    } else {
        (a, b / 2)
    };
    let (a, b, c) = match (a % 3, b % 3) {
        (0, _) => (a / 3, b, c),
        (_, 0) => (a, b / 3, c),
        _ => (a, b, c / 3),
    };
    // The lower half of the product is what modulo 2⁶⁴ keeps.
    a.wrapping_mul(b).wrapping_mul(c) as u64
}

fn mandelbrot(size: u64, seed: u64) -> u64 {
    let mut sum = 0;
    for y in 0..size {
        for x in 0..size {
            let (cx, cy) = point(size, seed, x, y);
            let (mut zx, mut zy) = (0.0_f64, 0.0_f64);
            let mut iterations = 0;
            // The operations and their order are those of `docs/FORMAT.md`: any other order would
            // round otherwise, and a point near the boundary escape at another time.
            while iterations < MAX_ITERATIONS && zx * zx + zy * zy <= 4.0 {
                (zx, zy) = (zx * zx - zy * zy + cx, 2.0 * zx * zy + cy);
                iterations += 1;
            }
            sum += iterations;
        }
    }
    sum
}

fn matmul(size: u64, seed: u64) -> u64 {
    // The second matrix follows the first in the task's stream.
    let b: Vec<u64> = (0..size * size)
        .map(|n| nth(seed, size * size + n))
        .collect();
    let mut value = 0;
    for row in 0..size {
        let factors: Vec<u64> = (0..size).map(|k| nth(seed, row * size + k)).collect();
        for column in 0..to_index(size) {
            let column_of_b = b[column..].iter().step_by(to_index(size));
            let products = factors
                .iter()
                .zip(column_of_b)
                .map(|(a, b)| a.wrapping_mul(*b));
            value = mix(value, products.fold(0, u64::wrapping_add));
        }
    }
    value
}

fn to_index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_does_not_go_on_has_no_later_values() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"mixed\"\ntasks = 8\nin_flight = 1\nseed = 1\n\
            [[step]]\nonly = { percent = 50, after = \"1ms\" }\n[[step]]\nblock = { duration = \"1ms\" }\n";
        let workload = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        let mut reference = Reference::default();
        let mut going = Vec::new();
        for index in 0..8 {
            let task = Task::new(1, index);
            let (first, second) = (task.step_seed(0), task.step_seed(1));
            let digest = reference.task(&workload, index).unwrap();
            let goes_on = digest == of_task([first, second]);
            assert!(goes_on || digest == of_task([first]), "task {index}");
            going.push(goes_on);
        }
        // As `docs/FORMAT.md` has it.
        assert_eq!(
            going,
            [false, false, false, false, false, true, false, true]
        );
    }

    #[test]
    fn the_formula_is_the_sum() {
        for terms in [1_u64, 2, 3, 4, 1000, 1001] {
            assert_eq!(sum_squares(terms), (0..terms).map(|i| i * i).sum::<u64>());
        }
    }
}
