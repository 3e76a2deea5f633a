//! Stackful coroutines, by may: code that is written as for threads, and stops a coroutine where it
//! would stop a thread.
//!
//! Two rules come with them, which `may::go!` leaves to whoever uses it: no address of
//! thread-local storage is kept across a call that may stop the coroutine, since it can go on on
//! another thread, and no coroutine needs more stack than it has.

mod executor;
mod io;
mod limits;

use std::process::ExitCode;
use std::sync::Arc;

use runner::protocol::Coordination;
use runner::{
    Error, Knobs, Model, Result, Running, Server, SpawnEach, unit_per_connection, units_at_once,
};
use workloads::{Shared, TaskBody, Work};

use crate::executor::Coroutines;
use crate::io::MayIo;

/// The variants of this model, with tasks of steps.
pub const VARIANTS: &[&dyn Model] = variants();

/// The variants of this model, with tasks that consist of `B`.
#[must_use]
pub const fn variants<B: TaskBody>() -> &'static [&'static dyn Model<B>] {
    const { &[&May] }
}

/// The main function of this model's program, with tasks that consist of `B`.
#[must_use]
pub fn main<B: TaskBody>() -> ExitCode {
    runner::main(
        concat!("coroutines ", env!("CARGO_PKG_VERSION")),
        variants::<B>(),
    )
}

/// The size of a coroutine's stack, that of the threads of `threads/spawn`.
const STACK_BYTES: usize = 256 * 1024;
/// The environment variable from which the pool for calls that block takes its size. There is no
/// other way.
const BLOCKING: &str = "BLOCKING_MAX_THREADS";
/// The size of the pool if the variable is not set.
const BLOCKING_DEFAULT: &str = "500";

/// Coroutines on as many threads as workers.
struct May;

impl<B: TaskBody> Model<B> for May {
    fn name(&self) -> &'static str {
        "may"
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let what = work.setup.workload.coordination.as_ref();
        if what.is_some_and(computes_beside_pulses) {
            let why = "a worker of may looks at its sockets when no coroutine is ready, which one \
                       that computes and yields always is";
            return Err(Error::Unsupported(why.to_owned()));
        }
        let coroutines = what.map_or(work.lanes, |what| units_at_once(what, work.lanes));
        let (scheduler, knobs) = running(work, coroutines)?;
        Ok(Box::new(SpawnEach::new(MayIo, scheduler, work, knobs)))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        // One more accepts connections.
        let (scheduler, knobs) = running(work, work.lanes.saturating_add(1))?;
        Ok(unit_per_connection(MayIo, vec![scheduler], work, knobs))
    }
}

/// The scheduler, set up for so many coroutines at once.
fn running(work: &Shared, coroutines: u64) -> Result<(Coroutines, Knobs)> {
    limits::check(coroutines)?;
    let mut knobs = configured(work.setup.workers, coroutines);
    knobs.insert(
        "blocking_max_threads".to_owned(),
        blocking_threads(work.setup.blocking)?,
    );
    Ok((Coroutines::running(), knobs))
}

/// Whether units compute while another waits for pulses.
fn computes_beside_pulses(what: &Coordination) -> bool {
    match what {
        Coordination::Stall(stall) => stall.hogs > 0,
        Coordination::Echo(echo) => echo.hogs > 0,
        _ => false,
    }
}

/// Sets may up, of which a process has one, and gives its settings.
fn configured(workers: u64, coroutines: u64) -> Knobs {
    let config = may::config();
    config
        .set_workers(usize::try_from(workers).unwrap_or(usize::MAX))
        // In words. Stacks are kept for as many coroutines as there are at once.
        .set_stack_size(STACK_BYTES / size_of::<usize>())
        .set_pool_capacity(usize::try_from(coroutines).unwrap_or(usize::MAX));
    // No other model binds its threads to processors.
    config.set_worker_pin(false);
    Knobs::from([
        ("workers".to_owned(), workers.to_string()),
        ("stack_bytes".to_owned(), STACK_BYTES.to_string()),
        ("stacks_kept".to_owned(), coroutines.to_string()),
        ("workers_pinned".to_owned(), "no".to_owned()),
    ])
}

/// The size of the pool for calls that block.
///
/// # Errors
/// When the environment does not give it the size that is asked for.
fn blocking_threads(wanted: u64) -> Result<String> {
    let threads = std::env::var(BLOCKING).unwrap_or_else(|_| BLOCKING_DEFAULT.to_owned());
    // Checked and not set, because a process cannot safely change its environment while it has
    // threads. Whoever starts this program sets the variable.
    if threads == wanted.to_string() {
        Ok(threads)
    } else {
        Err(Error::Usage(format!(
            "{BLOCKING} is {threads:?} and must be {wanted}"
        )))
    }
}
