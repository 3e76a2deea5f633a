//! The worker's side: says hello, opens its lanes, and does what it is sent, one task after the
//! other. The worker with many lanes is `event_loop`.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gil::{GilIo, Interpreter};
use ipc_channel::ipc::{IpcReceiver, IpcSender, channel};
use runner::protocol::{RunnerExit, Setup};
use runner::{die_with_parent, is_child_of, own_usage};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Io, Lane, Task, Work, monotonic_ns};

use crate::coordination;
use crate::event_loop;
use crate::message::{Hello, Order, Record, Reply, Report, VERSION};

/// The first argument of a worker; then the name of the parent's channel, and the parent's id.
pub const WORKER_ARGUMENT: &str = "--worker";

/// The whole of a worker's program.
#[must_use]
pub fn main(arguments: &[String]) -> ExitCode {
    let [name, parent] = arguments else {
        return RunnerExit::Usage.into();
    };
    let tied = die_with_parent();
    if tied && parent.parse().map_or(true, |parent| !is_child_of(parent)) {
        return RunnerExit::Closed.into();
    }
    match serve(name) {
        Ok(()) => RunnerExit::Ok.into(),
        Err(problem) => {
            eprintln!("worker process: {problem}");
            RunnerExit::Failed.into()
        }
    }
}

fn serve(name: &str) -> Result<(), String> {
    let (orders, incoming) = channel().map_err(|error| error.to_string())?;
    let (outgoing, replies) = channel().map_err(|error| error.to_string())?;
    let parent = IpcSender::connect(name.to_owned()).map_err(|error| error.to_string())?;
    let hello = Hello::Worker {
        version: VERSION,
        orders,
        replies,
    };
    parent.send(hello).map_err(|error| error.to_string())?;
    let (setup, lanes, event_loop, gil) = match incoming.recv() {
        Ok(Order::Open {
            setup,
            lanes,
            event_loop,
            gil,
        }) => (setup, lanes, event_loop, gil),
        Ok(Order::Answer { asked, answers }) => {
            coordination::answer(used, &asked, &answers, &outgoing);
            return Ok(());
        }
        _ => return Ok(()),
    };
    let setup: Setup = serde_json::from_str(&setup).map_err(|error| error.to_string())?;
    let work = Arc::new(Work::new(setup, lanes));
    let outcome = match (event_loop, gil) {
        (true, _) => event_loop::run(&work, incoming, &outgoing),
        (false, false) => one_lane(BlockingIo, None, &work, (&incoming, &outgoing)),
        (false, true) => {
            let interval = Duration::from_micros(work.setup.switch_interval_us);
            let interpreter = Interpreter::new(interval);
            let io = GilIo::new(BlockingIo, interpreter.clone());
            one_lane(io, Some(&interpreter), &work, (&incoming, &outgoing))
        }
    };
    if let Err(error) = outcome {
        // The parent may be gone already; then nobody needs to know.
        let _ = outgoing.send(Reply::Failed(error.to_string()));
        return Err(error.to_string());
    }
    Ok(())
}

/// One task after the other, until there are no more orders. Its one thread is that of `interpreter`,
/// where it has one, but not while it waits for orders or for the parent to take what it sends.
fn one_lane<I: Io>(
    io: I,
    interpreter: Option<&Interpreter>,
    work: &Arc<Work>,
    (orders, replies): (&IpcReceiver<Order>, &IpcSender<Reply>),
) -> workloads::Result<()> {
    let _attached = interpreter.map(Interpreter::attach);
    let receive = || match interpreter {
        Some(interpreter) => interpreter.detach(|| orders.recv()),
        None => orders.recv(),
    };
    let send = |reply| match interpreter {
        Some(interpreter) => interpreter.detach(|| replies.send(reply)),
        None => replies.send(reply),
    };
    let mut lane = run_ready(Lane::open(io, work))?;
    let _ = send(Reply::Opened);
    while let Ok(order) = receive() {
        let reply = match order {
            Order::Tasks { first, count } => {
                Reply::Done(batch(&mut lane, work.setup.workload.seed, first, count)?)
            }
            Order::Arrival { index, intended_ns } => {
                let task = Task::new(work.setup.workload.seed, index);
                let started_ns = monotonic_ns();
                let digest = run_ready(lane.run(&task))?;
                Reply::Done(vec![arrived(index, intended_ns, started_ns, digest)])
            }
            Order::Report => Reply::Report(Report {
                owner_changes: interpreter.map_or(0, Interpreter::owner_changes),
                ..report(work)
            }),
            Order::Open { .. } | Order::Answer { .. } => {
                Reply::Failed("asked to begin twice".to_owned())
            }
        };
        if send(reply).is_err() {
            break;
        }
    }
    Ok(())
}

fn batch<I: Io>(
    lane: &mut Lane<I>,
    seed: u64,
    first: u64,
    count: u64,
) -> workloads::Result<Vec<Record>> {
    let mut start = Instant::now();
    let mut one = |index| {
        let digest = run_ready(lane.run(&Task::new(seed, index)))?;
        let end = Instant::now();
        let latency_ns = nanos(start, end);
        start = end;
        Ok(Record {
            index,
            latency_ns,
            digest,
            arrival: None,
        })
    };
    (first..first + count).map(&mut one).collect()
}

/// The record of a task of an open loop that ends now.
pub(crate) fn arrived(index: u64, intended_ns: u64, started_ns: u64, digest: u64) -> Record {
    let latency_ns = monotonic_ns().saturating_sub(intended_ns);
    Record {
        index,
        latency_ns,
        digest,
        arrival: Some((intended_ns, started_ns)),
    }
}

pub(crate) fn nanos(start: Instant, end: Instant) -> u64 {
    u64::try_from((end - start).as_nanos()).unwrap_or(u64::MAX)
}

/// What this process has used since it began.
pub(crate) fn report(work: &Work) -> Report {
    Report {
        alive: work
            .alive()
            .map(|alive| (alive.count, alive.from, alive.until)),
        ..used()
    }
}

fn used() -> Report {
    let usage = own_usage();
    Report {
        cpu_ns: u64::try_from(usage.cpu.as_nanos()).unwrap_or(u64::MAX),
        voluntary: usage.switches.voluntary,
        involuntary: usage.switches.involuntary,
        threads: usage.threads,
        run_queue_wait_ns: u64::try_from(usage.run_queue_wait.as_nanos()).unwrap_or(u64::MAX),
        owner_changes: 0,
        alive: None,
    }
}
