//! The multi-thread scheduler with everything that blocks, calls and computation, moved to one
//! place: the cures that programs use, and none of them.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rayon::ThreadPool;
use runner::{Error, Knobs, Model, Result, Running, Server, SpawnEach, unit_per_connection};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use workloads::serve::ServeIo;
use workloads::{Address, Io, Scratch, Shared, Slices, TaskBody, Work, trace};

use crate::executor::Tokio;
use crate::io::TokioIo;
use crate::pool::{CANNOT_START, computing_pool};

/// A variant of the multi-thread scheduler.
pub(crate) struct Moved {
    name: &'static str,
    to: Place,
}

/// Where what blocks is carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The worker thread that runs the task, whose other tasks wait.
    Inline,
    /// The runtime's pool for calls that block.
    BlockingPool,
    /// A rayon pool of as many threads as workers.
    Rayon,
    /// A thread that is started for it.
    OwnThread,
    /// A task of a second runtime of as many workers, whose other tasks wait.
    SecondRuntime,
}

impl Moved {
    pub(crate) const fn to(name: &'static str, to: Place) -> Self {
        Self { name, to }
    }

    fn knobs(&self, work: &Shared) -> Knobs {
        let workers = work.setup.workers.to_string();
        let blocking = work.setup.blocking.to_string();
        let mut knobs = Knobs::from([
            ("worker_threads".to_owned(), workers.clone()),
            ("max_blocking_threads".to_owned(), blocking),
        ]);
        match self.to {
            Place::Rayon => drop(knobs.insert("rayon_threads".to_owned(), workers)),
            Place::SecondRuntime => drop(knobs.insert("second_worker_threads".to_owned(), workers)),
            Place::Inline | Place::BlockingPool | Place::OwnThread => {}
        }
        knobs
    }

    /// The place, with what it needs started; a second runtime ends with the first.
    fn chosen(&self, tokio: &mut Tokio, work: &Shared) -> Result<Chosen> {
        Ok(match self.to {
            Place::Inline => Chosen::Inline,
            Place::BlockingPool => Chosen::BlockingPool,
            Place::OwnThread => Chosen::OwnThread(tokio.thread_ends().clone()),
            Place::Rayon => Chosen::Rayon(Arc::new(computing_pool(work)?)),
            Place::SecondRuntime => {
                let second = tokio.start_second(&work.setup);
                let started = second.map_err(|error| Error::io(CANNOT_START, error));
                Chosen::SecondRuntime(started?)
            }
        })
    }
}

impl<B: TaskBody> Model<B> for Moved {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let mut tokio = multi_thread(work)?;
        let place = self.chosen(&mut tokio, work)?;
        Ok(over(place, tokio, work, self.knobs(work)))
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let mut tokio = multi_thread(work)?;
        let place = self.chosen(&mut tokio, work)?;
        Ok(server_over(place, tokio, work, self.knobs(work)))
    }
}

fn multi_thread(work: &Shared) -> Result<Tokio> {
    Tokio::multi_thread(&work.setup).map_err(|error| Error::io(CANNOT_START, error))
}

/// Starts work whose calls and computation are carried out in this place.
pub(crate) fn over<C: CarriesOut, B: TaskBody>(
    place: C,
    tokio: Tokio,
    work: &Arc<Work<B>>,
    knobs: Knobs,
) -> Box<dyn Running> {
    Box::new(SpawnEach::new(MovedIo(place), tokio, work, knobs))
}

/// Starts a server whose calls and computation are carried out in this place.
pub(crate) fn server_over<C: CarriesOut, B: TaskBody>(
    place: C,
    tokio: Tokio,
    work: &Arc<Work<B>>,
    knobs: Knobs,
) -> Box<dyn Server> {
    unit_per_connection(MovedIo(place), vec![tokio], work, knobs)
}

/// A place that carries out what blocks.
pub(crate) trait CarriesOut: Clone + Send + Sync + 'static {
    /// Carries out a call while the task waits.
    fn carry_out<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send;
}

/// The worker thread that runs the task, while another thread takes over the other tasks of that worker
/// (`block_in_place`).
#[derive(Clone, Copy)]
pub(crate) struct InPlace;

impl CarriesOut for InPlace {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        tokio::task::block_in_place(call)
    }
}

/// A [`Place`], with what was started for it.
// One type for all of them, since the tasks of every kind of work are compiled for each type.
#[derive(Clone)]
enum Chosen {
    Inline,
    BlockingPool,
    Rayon(Arc<ThreadPool>),
    /// The number of threads that have done their call.
    OwnThread(Arc<AtomicU64>),
    SecondRuntime(Handle),
}

impl CarriesOut for Chosen {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        match self {
            Self::Inline => call(),
            Self::BlockingPool => TokioIo.unblock(call).await,
            Self::SecondRuntime(second) => {
                let carried_out = second.spawn(async move { call() });
                carried_out.await.expect(DOES_NOT_PANIC)
            }
            Self::Rayon(pool) => {
                let (job, answered) = answering(call);
                pool.spawn(job);
                answered.await.expect(DOES_NOT_PANIC)
            }
            Self::OwnThread(ended) => {
                let ended = Arc::clone(ended);
                let (job, answered) = answering(move || {
                    let value = call();
                    ended.fetch_add(1, Ordering::Relaxed);
                    value
                });
                let started = std::thread::Builder::new().spawn(job);
                // The lane makes an error of its task of it.
                drop(
                    started.unwrap_or_else(|error| {
                        panic!("cannot start a thread for a call: {error}")
                    }),
                );
                answered.await.expect(DOES_NOT_PANIC)
            }
        }
    }
}

/// A job that sends what a call gives, and who receives it.
fn answering<T: Send + 'static>(
    call: impl FnOnce() -> T + Send + 'static,
) -> (impl FnOnce() + Send + 'static, oneshot::Receiver<T>) {
    let (answer, answered) = oneshot::channel();
    // Nobody listens any more if the run has been abandoned.
    (move || drop(answer.send(call())), answered)
}

/// Calls of steps and of own work catch what goes wrong, and kernels do not panic.
const DOES_NOT_PANIC: &str = "a blocking call does not panic";

/// tokio's sockets and timers, with everything that blocks carried out in one place.
#[derive(Clone)]
struct MovedIo<C>(C);

impl<C: CarriesOut> Io for MovedIo<C> {
    type Stream = <TokioIo as Io>::Stream;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        TokioIo.connect(to).await
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        TokioIo.sleep(duration)
    }

    fn sleep_while(
        &self,
        first: Duration,
        rest: impl FnMut() -> Option<Duration> + Send,
    ) -> impl Future<Output = ()> + Send {
        TokioIo.sleep_while(first, rest)
    }

    fn unblock<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        self.0.carry_out(call)
    }

    async fn yield_now(&self) {
        TokioIo.yield_now().await;
    }

    async fn compute(&self, slices: Slices, scratch: &mut Scratch) -> u64 {
        // The buffers travel with the kernel and come back with its value.
        let mut moved = std::mem::take(scratch);
        let kernel = trace::part(move || {
            let value = slices.finish(&mut moved);
            (value, moved)
        });
        let (value, returned) = self.0.carry_out(kernel).await;
        *scratch = returned;
        value
    }

    fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        self.0.carry_out(trace::part(compute))
    }
}

impl<C: CarriesOut> ServeIo for MovedIo<C> {
    type Listener = <TokioIo as ServeIo>::Listener;

    fn listener(&self, bound: TcpListener) -> std::io::Result<Self::Listener> {
        TokioIo.listener(bound)
    }

    fn accept(
        &self,
        listener: &Self::Listener,
    ) -> impl Future<Output = std::io::Result<Self::Stream>> + Send {
        TokioIo.accept(listener)
    }
}

#[cfg(test)]
mod tests {
    use runner::Executor as _;

    use super::*;

    #[test]
    fn threads_that_were_started_for_a_call_and_have_ended_are_counted() {
        let tokio = Tokio::on_own_thread("test".to_owned(), 1).unwrap();
        let place = Chosen::OwnThread(tokio.thread_ends().clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let answers =
            runtime.block_on(async { [place.carry_out(|| 1).await, place.carry_out(|| 2).await] });
        assert_eq!((answers, tokio.ended_threads()), ([1, 2], 2));
    }
}
