//! The steps that a task is made of, as data. Each states its own bounds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::units;

const MIB: u64 = 1 << 20;
const SECOND: u64 = 1_000_000_000;

/// One action in a task; a file says `[[step]]` and then one key, such as `http-get = {…}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// One HTTP/1.1 GET to the origin.
    HttpGet(HttpGet),
    /// Point selects by primary key from the SQLite data set.
    SqliteSelect(SqliteSelect),
    /// One prepared point select by primary key from a PostgreSQL server.
    PostgresSelect(PostgresSelect),
    /// One file of the data set read whole.
    ReadFile(ReadFile),
    /// Waiting on the model's own timer, alive at once with the other tasks in flight.
    Wait(Wait),
    /// Computation with a known answer.
    Compute(Compute),
    /// A call that stops its thread, and computes nothing.
    Block(Block),
    /// A wait, after which only some of the tasks carry out the steps that follow.
    Only(Only),
    /// One call of a function in a library.
    Call(Call),
}

/// One GET; the body is computed from the seed and the task, so that a wrong one is noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpGet {
    /// Size of the body in bytes, 0 to 16 MiB.
    #[serde(deserialize_with = "units::size::<_, 0, {16 * MIB}>")]
    pub bytes: u64,
    /// How long the origin waits before it answers, 0 to 60 s.
    #[serde(default)]
    #[serde(deserialize_with = "units::duration::<_, 0, {60 * SECOND}>")]
    #[serde(serialize_with = "units::write_duration")]
    pub latency: Duration,
    /// Whether a lane keeps its connection from task to task.
    #[serde(default)]
    pub connection: Connection,
}

/// What becomes of a connection between two requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connection {
    /// One connection a lane, opened before the run. All steps of a task that keep theirs share it.
    #[default]
    KeepAlive,
    /// A connection a request, opened and closed by the task, beside one that the lane may keep.
    New,
}

/// Point selects: `count` of them in one go, as one call that blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqliteSelect {
    /// Rows in the table, 1 to 1 000 000.
    #[serde(deserialize_with = "units::count::<_, 1, 1_000_000>")]
    pub rows: u64,
    /// Selects per task, 1 to 100 000.
    #[serde(deserialize_with = "units::count::<_, 1, 100_000>")]
    pub count: u64,
    /// Whether the selects share one read transaction (`BEGIN` … `COMMIT`).
    pub transaction: bool,
}

/// Most connections that workloads may have to the PostgreSQL server that `services` runs.
pub const POSTGRES_CONNECTIONS: u64 = 200;

/// One prepared point select, bound and executed in one round trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresSelect {
    /// Rows in the table, 1 to 1 000 000.
    #[serde(deserialize_with = "units::count::<_, 1, 1_000_000>")]
    pub rows: u64,
    /// How long the server sleeps before it answers, 0 to 60 s.
    #[serde(default)]
    #[serde(deserialize_with = "units::duration::<_, 0, {60 * SECOND}>")]
    #[serde(serialize_with = "units::write_duration")]
    pub wait: Duration,
    /// Whether a lane keeps its connection from task to task.
    #[serde(default)]
    pub connection: Connection,
}

/// One whole file; task i reads file (i + an offset from the seed) modulo `files`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadFile {
    /// Files in the data set, 1 to 65 536.
    #[serde(deserialize_with = "units::count::<_, 1, 65_536>")]
    pub files: u64,
    /// Size of each, 1 B to 64 MiB.
    #[serde(deserialize_with = "units::size::<_, 1, {64 * MIB}>")]
    pub bytes: u64,
    /// Whether the page cache holds the files when the run begins.
    pub cache: Cache,
}

/// The state of the page cache at the start of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cache {
    /// Every file was read once, untimed.
    Cached,
    /// Every file was evicted and its absence verified; the hypervisor may still hold it, hence
    /// "guest-cold".
    Cold,
}

/// Waiting for at least this long, and until every lane waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// 1 ms to 60 s. Under 50 ms the granularity of the runtimes' timers dominates.
    #[serde(deserialize_with = "units::duration::<_, 1_000_000, {60 * SECOND}>")]
    #[serde(serialize_with = "units::write_duration")]
    pub duration: Duration,
}

/// One call that stops the thread that makes it for so long, as a driver without an asynchronous interface does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// 100 µs to 60 s.
    #[serde(deserialize_with = "units::duration::<_, 100_000, {60 * SECOND}>")]
    #[serde(serialize_with = "units::write_duration")]
    pub duration: Duration,
}

/// A wait on the model's own timer, and how many of the tasks go on. In a workload with this step, the latency of a
/// task is how late the wait ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// The number of tasks in a hundred that carry out the steps that follow, on average, 0 to 100.
    #[serde(deserialize_with = "units::count::<_, 0, 100>")]
    pub percent: u64,
    /// How long every task waits first, 1 ms to 60 s.
    #[serde(deserialize_with = "units::duration::<_, 1_000_000, {60 * SECOND}>")]
    #[serde(serialize_with = "units::write_duration")]
    pub after: Duration,
}

impl Only {
    /// Whether the task with this step seed goes on.
    #[must_use]
    pub const fn goes_on(&self, step_seed: u64) -> bool {
        step_seed % 100 < self.percent
    }
}

/// One kernel on an input of one size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AnyCompute")]
pub struct Compute {
    /// What is computed.
    pub kernel: Kernel,
    /// How much of it, in the kernel's own unit; see [`Kernel`].
    pub size: u64,
}

/// The kernels, each with the unit of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// Σ i² for i below `size`, plus 0 to 1023 more terms that depend on the task.
    SumSquares,
    /// How many primes lie, and what they sum up to, in a window of `size` numbers whose place depends on the task.
    Primes,
    /// SHA-256 of `size` bytes.
    Sha256,
    /// Escape times of `size` × `size` points.
    Mandelbrot,
    /// The product of two `size` × `size` matrices of wrapping 64-bit integers.
    Matmul,
}

impl Kernel {
    /// Every kernel, in the order of the documentation.
    pub const ALL: [Self; 5] = [
        Self::SumSquares,
        Self::Primes,
        Self::Sha256,
        Self::Mandelbrot,
        Self::Matmul,
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SumSquares => "sum-squares",
            Self::Primes => "primes",
            Self::Sha256 => "sha256",
            Self::Mandelbrot => "mandelbrot",
            Self::Matmul => "matmul",
        }
    }

    /// The unit of its size, as a word for more than one.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::SumSquares => "terms",
            Self::Primes => "numbers",
            Self::Sha256 => "bytes",
            Self::Mandelbrot => "points a side",
            Self::Matmul => "rows",
        }
    }

    /// The largest size that a task may ask for; the smallest is 1.
    #[must_use]
    pub fn max_size(self) -> u64 {
        match self {
            // The largest sizes take some seconds or gigabytes: beyond them a typing error is more
            // likely than a purpose.
            Self::SumSquares => 10_000_000_000,
            Self::Primes => 1_000_000_000,
            Self::Sha256 => 1 << 30,
            Self::Mandelbrot => 4096,
            Self::Matmul => 1024,
        }
    }
}

/// A kernel and a size that may not go together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnyCompute {
    kernel: Kernel,
    #[serde(deserialize_with = "units::size::<_, 0, {u64::MAX}>")]
    size: u64,
}

impl TryFrom<AnyCompute> for Compute {
    type Error = String;

    fn try_from(AnyCompute { kernel, size }: AnyCompute) -> Result<Self, String> {
        // The bound depends on the kernel, and the fields may come in either order: so it is
        // checked once both are there.
        let max = kernel.max_size();
        if !(1..=max).contains(&size) {
            return Err(format!(
                "size {size} is out of bounds: this kernel allows 1 to {max}"
            ));
        }
        Ok(Self { kernel, size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_named_as_in_files() {
        for kernel in Kernel::ALL {
            assert_eq!(serde_json::to_value(kernel).unwrap(), kernel.name());
        }
    }

    #[test]
    fn as_many_tasks_of_a_hundred_go_on_as_the_step_says() {
        for percent in [0, 5, 100] {
            let only = Only {
                percent,
                after: Duration::from_millis(1),
            };
            let going = (0..100).filter(|seed| only.goes_on(*seed));
            assert_eq!(going.count() as u64, percent);
        }
    }
}
