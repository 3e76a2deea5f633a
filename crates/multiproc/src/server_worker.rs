//! A worker that answers requests: it accepts connections from the socket that is its standard input, and reports to its
//! parent.

use std::net::TcpListener;
use std::os::fd::AsFd as _;
use std::process::exit;
use std::sync::Arc;
use std::time::Duration;

use async_channel::{Receiver, bounded};
use async_executor::LocalExecutor;
use futures_lite::future;
use gil::{GilIo, Interpreter};
use ipc_channel::ipc::{IpcReceiver, IpcSender};
use runner::protocol::RunnerExit;
use workloads::blocking::{BlockingIo, run_ready};
use workloads::serve::{ServeIo, answer_connection, next_connection};
use workloads::{Error, TaskBody, Work};

use crate::event_loop::{Failed, forward};
use crate::io::EventLoopIo;
use crate::message::{Order, Reply, Report, WorkerKind};
use crate::report::used;
use crate::sending;

/// Answers requests until orders end.
pub(crate) fn run<B: TaskBody>(
    work: &Arc<Work<B>>,
    kind: WorkerKind,
    orders: IpcReceiver<Order>,
    replies: &IpcSender<Reply>,
) -> workloads::Result<()> {
    let socket = std::io::stdin().as_fd().try_clone_to_owned();
    let listener = socket.map(TcpListener::from).map_err(cannot_accept)?;
    match kind {
        WorkerKind::EventLoop => on_event_loop(work, listener, orders, replies),
        WorkerKind::Blocking => {
            start(Blocking(BlockingIo, None), work, listener, replies)?;
            report_until_the_end(None, &orders, replies)
        }
        WorkerKind::BlockingUnderLock => {
            let interval = Duration::from_micros(work.setup.switch_interval_us);
            let lock = Interpreter::new(interval);
            let io = GilIo::new(BlockingIo, lock.clone());
            start(Blocking(io, Some(lock.clone())), work, listener, replies)?;
            report_until_the_end(Some(&lock), &orders, replies)
        }
    }
}

fn cannot_accept(error: impl std::fmt::Display) -> Error {
    Error::Model(format!("cannot accept connections: {error}"))
}

/// Calls that block, and the interpreter lock under which they are made, if there is one.
struct Blocking<I>(I, Option<Interpreter>);

/// Starts the thread that answers one connection after the other; this one waits for orders.
fn start<I: ServeIo, B: TaskBody>(
    io: Blocking<I>,
    work: &Arc<Work<B>>,
    listener: TcpListener,
    replies: &IpcSender<Reply>,
) -> workloads::Result<()> {
    let (own_work, failures) = (Arc::clone(work), replies.clone());
    std::thread::Builder::new()
        .spawn(move || {
            let Err(error) = answer_all(&io, &own_work, listener);
            // The parent may be gone already; then nobody needs to know.
            let _ = failures.send(Reply::Failed(error.to_string()));
            exit(RunnerExit::Failed as i32)
        })
        .map_err(Error::Spawn)?;
    sending::reply(replies, Reply::Opened).map(drop)
}

fn answer_all<I: ServeIo, B: TaskBody>(
    Blocking(io, lock): &Blocking<I>,
    work: &Arc<Work<B>>,
    bound: TcpListener,
) -> workloads::Result<std::convert::Infallible> {
    let _attached = lock.as_ref().map(Interpreter::attach);
    let listener = io.listener(bound).map_err(cannot_accept)?;
    loop {
        let stream = run_ready(next_connection(io, &listener)).map_err(cannot_accept)?;
        run_ready(answer_connection(io.clone(), stream, Arc::clone(work)))?;
    }
}

/// Answers the orders of the parent until there are no more.
fn report_until_the_end(
    lock: Option<&Interpreter>,
    orders: &IpcReceiver<Order>,
    replies: &IpcSender<Reply>,
) -> workloads::Result<()> {
    while let Ok(order) = orders.recv() {
        let changes = lock.map_or(0, Interpreter::owner_changes);
        if !sending::reply(replies, reply_to(&order, changes))? {
            break;
        }
    }
    Ok(())
}

fn reply_to(order: &Order, owner_changes: u64) -> Reply {
    match order {
        Order::Report => Reply::Report(Report {
            owner_changes,
            ..used()
        }),
        _ => Reply::Failed("a worker that answers requests was given tasks".to_owned()),
    }
}

/// A task for each connection, on the event loop of this thread.
fn on_event_loop<B: TaskBody>(
    work: &Arc<Work<B>>,
    bound: TcpListener,
    orders: IpcReceiver<Order>,
    replies: &IpcSender<Reply>,
) -> workloads::Result<()> {
    let incoming = forward(orders)?;
    let executor = LocalExecutor::new();
    let (failed, failure) = bounded(1);
    async_io::block_on(executor.run(async {
        let listener = EventLoopIo.listener(bound).map_err(cannot_accept)?;
        sending::reply(replies, Reply::Opened)?;
        let reporting = obey(&incoming, replies);
        let answering = async {
            loop {
                let accepted = next_connection(&EventLoopIo, &listener).await;
                let stream = accepted.map_err(cannot_accept)?;
                let answers = answer_connection(EventLoopIo, stream, Arc::clone(work));
                let failing = Failed(failed.clone());
                let connection = async move {
                    if let Err(error) = answers.await {
                        failing.report(error);
                    }
                };
                executor.spawn(connection).detach();
            }
        };
        let failing = async { failure.recv().await.map_or(Ok(()), Err) };
        future::or(reporting, future::or(failing, answering)).await
    }))
}

async fn obey(orders: &Receiver<Order>, replies: &IpcSender<Reply>) -> workloads::Result<()> {
    while let Ok(order) = orders.recv().await {
        if !sending::reply(replies, reply_to(&order, 0))? {
            break;
        }
    }
    Ok(())
}
