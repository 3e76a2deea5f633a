//! The multi-thread scheduler with everything that blocks, calls and computation, moved to one
//! place: the cures that programs use, and none of them.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
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
}

impl<B: TaskBody> Model<B> for Moved {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Running>> {
        let mut tokio = multi_thread(work)?;
        let knobs = self.knobs(work);
        match self.to {
            Place::Inline => Ok(over(Inline, tokio, work, knobs)),
            Place::BlockingPool => Ok(over(BlockingPool, tokio, work, knobs)),
            Place::OwnThread => Ok(over(OwnThread, tokio, work, knobs)),
            Place::Rayon => Ok(over(rayon(work)?, tokio, work, knobs)),
            Place::SecondRuntime => {
                let second = second(&mut tokio, work)?;
                Ok(over(second, tokio, work, knobs))
            }
        }
    }

    fn start_server(&self, work: &Arc<Work<B>>) -> Result<Box<dyn Server>> {
        let mut tokio = multi_thread(work)?;
        let knobs = self.knobs(work);
        match self.to {
            Place::Inline => Ok(server_over(Inline, tokio, work, knobs)),
            Place::BlockingPool => Ok(server_over(BlockingPool, tokio, work, knobs)),
            Place::OwnThread => Ok(server_over(OwnThread, tokio, work, knobs)),
            Place::Rayon => Ok(server_over(rayon(work)?, tokio, work, knobs)),
            Place::SecondRuntime => {
                let second = second(&mut tokio, work)?;
                Ok(server_over(second, tokio, work, knobs))
            }
        }
    }
}

fn multi_thread(work: &Shared) -> Result<Tokio> {
    Tokio::multi_thread(&work.setup).map_err(|error| Error::io(CANNOT_START, error))
}

fn rayon(work: &Shared) -> Result<Rayon> {
    computing_pool(work).map(|pool| Rayon(Arc::new(pool)))
}

/// A second runtime, which ends with the first.
fn second(tokio: &mut Tokio, work: &Shared) -> Result<SecondRuntime> {
    let started = tokio.start_second(&work.setup);
    started
        .map(SecondRuntime)
        .map_err(|error| Error::io(CANNOT_START, error))
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

#[derive(Clone, Copy)]
struct Inline;

impl CarriesOut for Inline {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        call()
    }
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

#[derive(Clone, Copy)]
struct BlockingPool;

impl CarriesOut for BlockingPool {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        TokioIo.unblock(call).await
    }
}

#[derive(Clone)]
struct Rayon(Arc<ThreadPool>);

impl CarriesOut for Rayon {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        let (answer, answered) = oneshot::channel();
        // Nobody listens any more if the run has been abandoned.
        self.0.spawn(move || drop(answer.send(call())));
        answered.await.expect(DOES_NOT_PANIC)
    }
}

#[derive(Clone, Copy)]
struct OwnThread;

impl CarriesOut for OwnThread {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        let (answer, answered) = oneshot::channel();
        let thread = std::thread::Builder::new().spawn(move || drop(answer.send(call())));
        // The lane makes an error of its task of it.
        drop(thread.unwrap_or_else(|error| panic!("cannot start a thread for a call: {error}")));
        answered.await.expect(DOES_NOT_PANIC)
    }
}

#[derive(Clone)]
struct SecondRuntime(Handle);

impl CarriesOut for SecondRuntime {
    async fn carry_out<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        let carried_out = self.0.spawn(async move { call() });
        carried_out.await.expect(DOES_NOT_PANIC)
    }
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
