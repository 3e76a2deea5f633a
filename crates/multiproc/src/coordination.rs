//! Coordination between processes: processes that are started and joined, and messages to another
//! process and back. Every other kind needs shared memory, and is refused.

use std::time::Instant;

use runner::protocol::{Coordination, counts};
use runner::{Counts, Error, Knobs, Recorder, Result, Running, Usage};
use workloads::{Error as WorkError, Shared, TaskQueue, Tasks, digest};

use crate::message::usage_of;
use crate::partner::Partner;
use crate::start::Starting;
use crate::unit;

/// The processes of one run of coordination.
pub(crate) struct Processes {
    lanes: u64,
    partners: Vec<Partner>,
    /// The number of processes that were started and joined.
    joined: u64,
}

impl Processes {
    /// Starts the processes that a kind needs beforehand.
    pub(crate) fn start(work: &Shared, what: &Coordination) -> Result<Self> {
        let partners = match what {
            Coordination::Spawn(_) => 0,
            Coordination::PingPong(_) => work.lanes,
            _ => return Err(Error::Unsupported(refusal(what).to_owned())),
        };
        // All processes are started before the first is waited for, so that they start side by
        // side.
        let starting: Vec<_> = (0..partners).map(Starting::begin).collect::<Result<_>>()?;
        Ok(Self {
            lanes: work.lanes,
            partners: starting
                .into_iter()
                .map(Partner::start)
                .collect::<Result<_>>()?,
            joined: 0,
        })
    }

    /// Starts and joins processes in rounds of as many as there are lanes.
    fn spawn(&mut self, tasks: Tasks, record: &Recorder) -> Result<Counts> {
        let before = unit::marks();
        let queue = tasks.queue();
        let lanes = usize::try_from(self.lanes).unwrap_or(usize::MAX);
        loop {
            let mut round = Vec::new();
            for task in std::iter::from_fn(|| queue.take()).take(lanes) {
                round.push((task, Instant::now(), unit::start(task.step_seed(0))?));
            }
            if round.is_empty() {
                let seen = unit::marks() - before;
                return Ok(Counts::from([(counts::SEEN.to_owned(), seen)]));
            }
            for (task, start, child) in round {
                let value = unit::join(child)?;
                record.record(&task, start.elapsed(), digest::of_task([value]));
                self.joined += 1;
            }
        }
    }

    /// Sends messages to all partners at once.
    fn ping_pong(&mut self, bytes: u64, tasks: Tasks, record: &Recorder) -> Result<()> {
        let (queue, bytes) = (tasks.queue(), usize::try_from(bytes).unwrap_or(usize::MAX));
        // A second thread would add its own start and a switch of context to the only pair there
        // is.
        if let [only] = &mut self.partners[..] {
            return only.ask(bytes, &queue, record);
        }
        ask_all(&mut self.partners, bytes, &queue, record)
    }
}

/// Asks each partner in a thread of its own; the first error.
fn ask_all(
    partners: &mut [Partner],
    bytes: usize,
    queue: &TaskQueue,
    record: &Recorder,
) -> Result<()> {
    std::thread::scope(|scope| {
        // Collected, because a lazy iterator would join each thread before it starts the next.
        let threads: Vec<_> = partners
            .iter_mut()
            .map(|partner| scope.spawn(|| partner.ask(bytes, queue, record)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| {
                Err(WorkError::Model("a thread that asks panicked".to_owned()).into())
            })
        })
    })
}

/// Why processes cannot do a kind.
fn refusal(what: &Coordination) -> &'static str {
    match what {
        Coordination::Counter(_) => "processes share nothing: there is no counter to share",
        Coordination::Order(_) => "processes share nothing that they could take turns at",
        _ => "reading and computing would be processes of their own, scheduled as threads are",
    }
}

impl Running for Processes {
    fn knobs(&self) -> Knobs {
        Knobs::from([("processes".to_owned(), self.partners.len().to_string())])
    }

    /// Does nothing: coordination between processes needs no endpoint.
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
            Coordination::PingPong(ping_pong) => {
                self.ping_pong(ping_pong.bytes, tasks, record)?;
                Ok(Counts::new())
            }
            _ => Err(Error::Unsupported(refusal(what).to_owned())),
        }
    }

    fn usage(&mut self) -> Result<Usage> {
        let reports: Vec<_> = self
            .partners
            .iter()
            .map(Partner::report)
            .collect::<Result<_>>()?;
        let partners = usage_of(&reports);
        // Processor time of joined processes is in what this process measures of its children.
        // Their number is known only here, and each of them had one thread.
        Ok(Usage {
            threads: partners.threads + self.joined,
            processes: partners.processes + self.joined,
            ..partners
        })
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.partners.drain(..).for_each(Partner::end);
    }
}
