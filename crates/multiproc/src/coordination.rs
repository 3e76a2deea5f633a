//! Coordination between processes: one started and joined, and messages there and back over
//! ipc-channel. What needs something that is shared, processes do not have.

use std::hint::black_box;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ipc_channel::ipc::{IpcBytesReceiver, IpcBytesSender, IpcReceiver, bytes_channel};
use runner::protocol::Coordination;
use runner::{Counts, Error, Knobs, Recorder, Result, Running, Usage};
use workloads::{Error as WorkError, TaskQueue, Tasks, Work, digest};

use crate::message::{Order, Reply, Report, usage_of};
use crate::start::{Starting, Worker, broken};

/// The first argument of a process that is started only to be joined; then its value.
pub const UNIT_ARGUMENT: &str = "--unit";

/// Units that have run in this process: one in that of a unit, and none in that of who started it.
static MARKS: AtomicU64 = AtomicU64::new(0);

/// The whole of such a process: it leaves its mark and prints its value.
#[must_use]
pub fn unit_main(arguments: &[String]) -> std::process::ExitCode {
    MARKS.fetch_add(1, Ordering::Relaxed);
    println!("{}", arguments.join(" "));
    std::process::ExitCode::SUCCESS
}

/// The processes of one run of coordination.
pub(crate) struct Processes {
    work: Arc<Work>,
    partners: Vec<Partner>,
    /// Processes that were started and joined.
    joined: u64,
}

/// A process that answers.
struct Partner {
    worker: Worker,
    replies: IpcReceiver<Reply>,
    there: IpcBytesSender,
    back: IpcBytesReceiver,
}

impl Processes {
    /// Starts what a kind needs before it begins.
    pub(crate) fn start(work: &Arc<Work>, what: &Coordination) -> Result<Self> {
        let partners = match what {
            Coordination::Spawn(_) => 0,
            Coordination::PingPong(_) => work.lanes,
            _ => return Err(Error::Unsupported(reason(what).to_owned())),
        };
        let starting: Vec<_> = (0..partners).map(Starting::begin).collect::<Result<_>>()?;
        let partners = starting.into_iter().map(Partner::start);
        Ok(Self {
            work: Arc::clone(work),
            partners: partners.collect::<Result<_>>()?,
            joined: 0,
        })
    }

    fn spawn(&mut self, tasks: Tasks, record: &Recorder) -> Result<Counts> {
        let before = MARKS.load(Ordering::Relaxed);
        let queue = tasks.queue();
        let lanes = usize::try_from(self.work.lanes).unwrap_or(usize::MAX);
        loop {
            let mut round = Vec::new();
            for task in std::iter::from_fn(|| queue.take()).take(lanes) {
                round.push((task, Instant::now(), start_unit(task.step_seed(0))?));
            }
            if round.is_empty() {
                let seen = MARKS.load(Ordering::Relaxed) - before;
                return Ok(Counts::from([("seen".to_owned(), seen)]));
            }
            for (task, start, child) in round {
                let value = join_unit(child)?;
                record.record(&task, start.elapsed(), digest::of_task([value]));
                self.joined += 1;
            }
        }
    }

    /// A thread for each partner asks; one alone is asked by this one.
    fn ping_pong(&mut self, bytes: u64, tasks: Tasks, record: &Recorder) -> Result<()> {
        let (queue, bytes) = (tasks.queue(), usize::try_from(bytes).unwrap_or(usize::MAX));
        if let [only] = &mut self.partners[..] {
            return only.ask(bytes, &queue, record);
        }
        std::thread::scope(|scope| {
            let partners = self.partners.iter_mut();
            let asking: Vec<_> = partners
                .map(|partner| scope.spawn(|| partner.ask(bytes, &queue, record)))
                .collect();
            let panicked = |_| WorkError::Model("a thread that asks panicked".to_owned()).into();
            let mut asked = asking.into_iter().map(|thread| thread.join());
            asked.try_for_each(|outcome| outcome.unwrap_or_else(|gone| Err(panicked(gone))))
        })
    }
}

fn reason(what: &Coordination) -> &'static str {
    match what {
        Coordination::Counter(_) => "processes share nothing: there is no counter to share",
        Coordination::Order(_) => "processes share nothing that they could take turns at",
        _ => "reading and computing would be processes of their own, scheduled as threads are",
    }
}

fn start_unit(value: u64) -> Result<Child> {
    let failed = |error| Error::io("cannot start a process", error);
    Command::new(std::env::current_exe().map_err(failed)?)
        .args([UNIT_ARGUMENT, &value.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)
}

fn join_unit(mut child: Child) -> Result<u64> {
    let mut printed = String::new();
    if let Some(output) = &mut child.stdout {
        let read = output.read_to_string(&mut printed);
        read.map_err(|error| Error::io("cannot read what a process printed", error))?;
    }
    let status = child.wait();
    let status = status.map_err(|error| Error::io("cannot join a process", error))?;
    match printed.trim_end().parse() {
        Ok(value) if status.success() => Ok(value),
        _ => Err(WorkError::Model(format!("a process gave {printed:?} and {status}")).into()),
    }
}

impl Partner {
    fn start(starting: Starting) -> Result<Self> {
        let (worker, replies) = starting.finish()?;
        let channel = || bytes_channel().map_err(|error| Error::io("cannot open a channel", error));
        let ((there, asked), (answers, back)) = (channel()?, channel()?);
        let order = Order::Answer { asked, answers };
        let sent = worker.orders.send(order);
        sent.map_err(|error| broken(worker.number, &worker.child, &error.to_string()))?;
        Ok(Self {
            worker,
            replies,
            there,
            back,
        })
    }

    /// Asks until there are no more tasks; after an error the others get none either.
    fn ask(&mut self, bytes: usize, queue: &TaskQueue, record: &Recorder) -> Result<()> {
        self.ask_each(bytes, queue, record)
            .inspect_err(|_| queue.close())
    }

    fn ask_each(&mut self, bytes: usize, queue: &TaskQueue, record: &Recorder) -> Result<()> {
        let mut message = vec![0; bytes];
        let mut start = Instant::now();
        while let Some(task) = queue.take() {
            message[..8].copy_from_slice(&task.step_seed(0).to_le_bytes());
            let sent = self.there.send(&message);
            sent.map_err(|error| self.broken(&error.to_string()))?;
            message = match self.back.recv() {
                Ok(answer) if answer.len() == bytes => answer,
                Ok(answer) => {
                    return Err(self.broken(&format!("sent {} bytes back", answer.len())));
                }
                Err(error) => return Err(self.broken(&format!("is gone: {error}"))),
            };
            let value = u64::from_le_bytes(message[..8].try_into().unwrap_or_default());
            let end = Instant::now();
            record.record(&task, end - start, digest::of_task([value]));
            start = end;
        }
        Ok(())
    }

    /// A message without bytes asks for it.
    fn report(&self) -> Result<Report> {
        let sent = self.there.send(&[]);
        sent.map_err(|error| self.broken(&error.to_string()))?;
        match self.replies.recv() {
            Ok(Reply::Report(report)) => Ok(report),
            _ => Err(self.broken("does not tell what it has used")),
        }
    }

    fn broken(&self, problem: &str) -> Error {
        broken(self.worker.number, &self.worker.child, problem)
    }
}

/// The partner's side: sends everything back until there is nobody to send to.
pub(crate) fn answer(
    work: impl Fn() -> Report,
    asked: &IpcBytesReceiver,
    answers: &IpcBytesSender,
    replies: &ipc_channel::ipc::IpcSender<Reply>,
) {
    while let Ok(message) = asked.recv() {
        let sent = match message.is_empty() {
            true => replies.send(Reply::Report(work())).is_ok(),
            false => answers.send(black_box(&message)).is_ok(),
        };
        if !sent {
            return;
        }
    }
}

impl Running for Processes {
    fn knobs(&self) -> Knobs {
        Knobs::from([("processes".to_owned(), self.partners.len().to_string())])
    }

    /// Nothing is opened: coordination needs no endpoint here.
    fn connect(&mut self) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, _: Tasks, _: &Recorder) -> Result<()> {
        Err(Error::Unsupported("only coordination".to_owned()))
    }

    fn coordinate(
        &mut self,
        what: &Coordination,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<Counts> {
        match what {
            Coordination::Spawn(_) => self.spawn(tasks, record),
            Coordination::PingPong(of) => {
                self.ping_pong(of.bytes, tasks, record)?;
                Ok(Counts::new())
            }
            _ => Err(Error::Unsupported(reason(what).to_owned())),
        }
    }

    fn usage(&mut self) -> Result<Usage> {
        let reports = self.partners.iter().map(Partner::report);
        let partners = usage_of(&reports.collect::<Result<Vec<_>>>()?);
        Ok(Usage {
            threads: partners.threads + self.joined,
            processes: partners.processes + self.joined,
            ..partners
        })
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for Partner { worker, there, .. } in self.partners.drain(..) {
            // The end of what it is asked ends it.
            drop(there);
            let mut child = worker.child;
            drop(worker.orders);
            let _ = child.wait();
        }
    }
}
