//! Sleeping tasks, of a model and bare: as many as asked for, all asleep at once while somebody
//! looks.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::thread::{Builder, sleep};
use std::time::Duration;

use pin_project_lite::pin_project;
use runner::protocol::{InFlight, Step, Wait};
use runner::{Model, Recorder};
use workloads::{Tasks, Work};

/// Bytes of a task that are its place in the record of latencies and digests. Every model has it
/// in every workload, so it is no part of what a sleeping task takes.
const RECORD_BYTES: u64 = 16;
/// How long bare tasks sleep: whoever looks is done long before.
const LONG: Duration = Duration::from_secs(3600);
/// How many bare tasks have begun to sleep.
static ASLEEP: AtomicU64 = AtomicU64::new(0);
/// What `threads` gives a thread.
const STACK_BYTES: usize = 256 * 1024;

/// What sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tokio,
    Smol,
    AsyncStd,
    Thread,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Tokio, Self::Smol, Self::AsyncStd, Self::Thread];

    /// What one of them is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tokio => "tokio task",
            Self::Smol => "smol task",
            Self::AsyncStd => "async-std task",
            Self::Thread => "thread",
        }
    }

    fn model(self) -> &'static dyn Model {
        let (variants, name) = match self {
            Self::Tokio => (async_tokio::VARIANTS, "current-thread"),
            Self::Smol => (async_smol::VARIANTS, "single"),
            Self::AsyncStd => (async_std_legacy::VARIANTS, "multi"),
            Self::Thread => (threads::VARIANTS, "spawn"),
        };
        let found = variants.iter().find(|variant| variant.name() == name);
        *found.expect("the variant exists")
    }
}

/// What `look` says while so many tasks of the model sleep, less what it said before, in bytes and
/// without the record.
pub(crate) fn of_model(kind: Kind, count: u64, look: fn() -> u64) -> u64 {
    let duration = Duration::from_millis(50);
    let steps = vec![Step::Wait(Wait { duration })];
    let workload = benches::workload("memory", count, InFlight::Lanes(count), steps);
    let before = look();
    let seen = Arc::new(AtomicU64::new(0));
    let sees = Arc::clone(&seen);
    let work =
        Work::new(benches::setup(&workload), count).observed(move || sees.store(look(), Relaxed));
    let mut running = kind.model().start(&Arc::new(work)).expect("it starts");
    running.connect().expect("nothing to connect to");
    let tasks = Tasks {
        seed: 1,
        first: 0,
        count,
    };
    let record = Recorder::new(tasks);
    running.run(tasks, &record).expect("waiting does not fail");
    seen.load(Relaxed)
        .saturating_sub(before + RECORD_BYTES * count)
}

/// The same with so many tasks that are nothing but a sleep.
pub(crate) fn bare(kind: Kind, count: u64, look: fn() -> u64) -> u64 {
    let before = look();
    ASLEEP.store(0, Relaxed);
    let seen = match kind {
        Kind::Tokio => bare_tokio(count, look),
        Kind::Smol => bare_smol(count, look),
        Kind::AsyncStd => {
            for _ in 0..count {
                // A dropped handle detaches the task, which sleeps until the process ends.
                drop(async_std::task::spawn(Asleep::new(async_std::task::sleep(
                    LONG,
                ))));
            }
            look_when_asleep(count, look)
        }
        Kind::Thread => {
            for _ in 0..count {
                let thread = Builder::new().stack_size(STACK_BYTES).spawn(|| {
                    ASLEEP.fetch_add(1, Relaxed);
                    sleep(LONG);
                });
                drop(thread.expect("the system allows it"));
            }
            look_when_asleep(count, look)
        }
    };
    seen.saturating_sub(before)
}

fn bare_tokio(count: u64, look: fn() -> u64) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(async {
        for _ in 0..count {
            tokio::spawn(Asleep::new(tokio::time::sleep(LONG)));
        }
        while ASLEEP.load(Relaxed) < count {
            tokio::task::yield_now().await;
        }
        look()
    })
}

fn bare_smol(count: u64, look: fn() -> u64) -> u64 {
    let executor = smol::Executor::new();
    smol::block_on(executor.run(async {
        for _ in 0..count {
            let task = Asleep::new(smol::Timer::after(LONG));
            executor.spawn(task).detach();
        }
        while ASLEEP.load(Relaxed) < count {
            smol::future::yield_now().await;
        }
        look()
    }))
}

fn look_when_asleep(count: u64, look: fn() -> u64) -> u64 {
    while ASLEEP.load(Relaxed) < count {
        sleep(Duration::from_millis(1));
    }
    look()
}

pin_project! {
    /// A sleep that counts when it begins, and takes no byte for that.
    struct Asleep<F> {
        #[pin]
        sleep: F,
    }
}

impl<F> Asleep<F> {
    fn new(sleep: F) -> Self {
        Self { sleep }
    }
}

impl<F: Future> Future for Asleep<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let polled = self.project().sleep.poll(context);
        // A timer of an hour is polled once while anybody looks.
        ASLEEP.fetch_add(1, Relaxed);
        polled
    }
}
