//! What both drivers of twins must do, whatever they exchange.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use benches::{setup, workload};
use runner::protocol::InFlight;
use runner::{Error, Recorder, Result, Running};
use workloads::{Task, Tasks, Work};

use crate::{tasks, threads};

const TASKS: u64 = 40;
const LANES: u64 = 4;

/// Gives a task's index for its digest, and counts what each connection has done.
#[derive(Clone, Default)]
struct Fake {
    connected: Arc<AtomicU64>,
    done: Arc<Mutex<[u64; LANES as usize]>>,
    fails: Option<u64>,
}

impl Fake {
    fn connect(&self) -> usize {
        self.connected.fetch_add(1, Relaxed) as usize
    }

    fn exchange(&self, connection: usize, task: &Task) -> Result<u64> {
        if self.fails == Some(task.index) {
            return Err(Error::Undone(task.index));
        }
        self.done.lock().unwrap()[connection] += 1;
        Ok(task.index)
    }
}

impl threads::Exchange for Fake {
    type Connection = usize;

    fn connect(&self) -> Result<usize> {
        Ok(Fake::connect(self))
    }

    fn exchange(&self, connection: &mut usize, task: &Task) -> Result<u64> {
        Fake::exchange(self, *connection, task)
    }
}

impl tasks::Exchange for Fake {
    type Connection = usize;

    async fn connect(&self) -> Result<usize> {
        Ok(Fake::connect(self))
    }

    async fn exchange(&self, connection: &mut usize, task: &Task) -> Result<u64> {
        Fake::exchange(self, *connection, task)
    }
}

fn phase(running: &mut dyn Running, first: u64, count: u64) -> Result<Vec<u64>> {
    let tasks = Tasks {
        seed: 1,
        first,
        count,
    };
    let record = Recorder::new(tasks);
    running.run(tasks, &record)?;
    Ok(record.finish()?.tasks)
}

fn check(start: impl Fn(Fake, &Arc<Work>) -> Box<dyn Running>) {
    let setup = setup(&workload("fake", TASKS, InFlight::Lanes(LANES), vec![]));
    let work = Arc::new(Work::new(setup, LANES));
    let fake = Fake::default();
    let mut running = start(fake.clone(), &work);
    running.connect().unwrap();
    let warm = phase(&mut *running, TASKS, LANES).unwrap();
    assert_eq!(warm, Vec::from_iter(TASKS..TASKS + LANES));
    let done = *fake.done.lock().unwrap();
    assert_eq!(done, [1; LANES as usize], "one task a connection");
    for _ in 0..2 {
        let all = phase(&mut *running, 0, TASKS).unwrap();
        assert_eq!(all, Vec::from_iter(0..TASKS));
    }
    let fails = Fake {
        fails: Some(7),
        ..Fake::default()
    };
    let mut running = start(fails, &work);
    running.connect().unwrap();
    let error = phase(&mut *running, 0, TASKS).unwrap_err();
    assert!(matches!(error, Error::Undone(7)), "{error}");
}

#[test]
fn threads_warm_up_every_connection_and_tell_the_first_error() {
    check(threads::Threads::start);
}

#[test]
fn tasks_warm_up_every_connection_and_tell_the_first_error() {
    check(|fake, work| tasks::CurrentThread::start(fake, work).unwrap());
}
