//! A worker process: it says hello, opens its lanes, and carries out the orders of its parent.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gil::{GilIo, Interpreter};
use ipc_channel::ipc::{IpcReceiver, IpcSender, channel};
use runner::protocol::{RunnerExit, Setup};
use runner::{die_with_parent, is_child_of};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Io, Lane, Task, TaskBody, Work, monotonic_ns, trace};

use crate::barrier::stopping;
use crate::event_loop;
use crate::message::{Hello, Order, Record, Reply, Report, VERSION, WorkerKind};
use crate::partner::answer;
use crate::report::{arrived, begin_trace, done, report, used, write_trace};
use crate::sending;
use crate::server_worker;

/// The main function of a worker's process, whose tasks consist of `B`.
#[must_use]
pub fn main<B: TaskBody>(arguments: &[String]) -> ExitCode {
    let [name, parent] = arguments else {
        return RunnerExit::Usage.into();
    };
    // A parent that ended before the tie was made would leave this process alone for ever.
    let tied = die_with_parent();
    if tied && parent.parse().map_or(true, |parent| !is_child_of(parent)) {
        return RunnerExit::Closed.into();
    }
    match serve::<B>(name) {
        Ok(()) => RunnerExit::Ok.into(),
        Err(problem) => {
            eprintln!("worker process: {problem}");
            RunnerExit::Failed.into()
        }
    }
}

fn serve<B: TaskBody>(name: &str) -> Result<(), String> {
    let (orders, incoming) = channel().map_err(|error| error.to_string())?;
    let (outgoing, replies) = channel().map_err(|error| error.to_string())?;
    let parent = IpcSender::connect(name.to_owned()).map_err(|error| error.to_string())?;
    let hello = Hello::Worker {
        version: VERSION,
        orders,
        replies,
    };
    parent.send(hello).map_err(|error| error.to_string())?;
    match incoming.recv() {
        Ok(Order::Open {
            setup,
            lanes,
            kind,
            gate,
            events,
        }) => {
            if let Some(events) = events {
                trace::prepare(events);
            }
            let setup: Setup = serde_json::from_str(&setup).map_err(|error| error.to_string())?;
            let work = match (Work::<B>::of(setup, lanes), gate) {
                (work, Some(gate)) => stopping(work, gate, outgoing.clone()),
                (work, None) => work,
            };
            carry_out(&Arc::new(work), kind, incoming, &outgoing)
        }
        Ok(Order::Answer { asked, answers }) => {
            answer(used, &asked, &answers, &outgoing);
            Ok(())
        }
        // The parent was given up before its first order.
        _ => Ok(()),
    }
}

/// Carries out orders until they end; an error is also sent to the parent.
fn carry_out<B: TaskBody>(
    work: &Arc<Work<B>>,
    kind: WorkerKind,
    orders: IpcReceiver<Order>,
    replies: &IpcSender<Reply>,
) -> Result<(), String> {
    let outcome = match kind {
        _ if work.setup.workload.serve.is_some() => server_worker::run(work, kind, orders, replies),
        WorkerKind::EventLoop => event_loop::run(work, orders, replies),
        WorkerKind::Blocking => one_lane(BlockingIo, None, work, (&orders, replies)),
        WorkerKind::BlockingUnderLock => {
            let interval = Duration::from_micros(work.setup.switch_interval_us);
            let interpreter = Interpreter::new(interval);
            let io = GilIo::new(BlockingIo, interpreter.clone());
            one_lane(io, Some(&interpreter), work, (&orders, replies))
        }
    };
    if let Err(error) = outcome {
        // The parent may be gone already; then nobody needs to know.
        let _ = replies.send(Reply::Failed(error.to_string()));
        return Err(error.to_string());
    }
    Ok(())
}

/// Does one task after the other until there are no more orders. A worker with an interpreter lock
/// holds it for as long as this runs, except while it waits for its parent.
fn one_lane<I: Io, B: TaskBody>(
    io: I,
    interpreter: Option<&Interpreter>,
    work: &Arc<Work<B>>,
    (orders, replies): (&IpcReceiver<Order>, &IpcSender<Reply>),
) -> workloads::Result<()> {
    let _attached = interpreter.map(Interpreter::attach);
    let mut lane = run_ready(Lane::open(io, work))?;
    unlocked(interpreter, || sending::reply(replies, Reply::Opened))?;
    while let Ok(order) = unlocked(interpreter, || orders.recv()) {
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
            Order::BeginTrace => begin_trace(),
            Order::WriteTrace { file, name } => write_trace(&file, &name)?,
            Order::Open { .. } | Order::Answer { .. } => {
                Reply::Failed("asked to begin twice".to_owned())
            }
        };
        if !unlocked(interpreter, || sending::reply(replies, reply))? {
            break;
        }
    }
    Ok(())
}

/// Makes a call that may block, without the interpreter lock if there is one.
fn unlocked<T>(interpreter: Option<&Interpreter>, call: impl FnOnce() -> T) -> T {
    match interpreter {
        Some(interpreter) => interpreter.detach(call),
        None => call(),
    }
}

/// Does a batch of tasks; their records.
fn batch<I: Io, B: TaskBody>(
    lane: &mut Lane<I, B>,
    seed: u64,
    first: u64,
    count: u64,
) -> workloads::Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut start = Instant::now();
    for index in first..first + count {
        let digest = run_ready(lane.run(&Task::new(seed, index)))?;
        // The end of one task is the start of the next: one clock reading a task instead of two.
        let end = Instant::now();
        records.push(done(index, start, end, digest));
        start = end;
    }
    Ok(records)
}
