//! The worker ranks as rank 0 sees them: orders go out, replies come in.

use mpi::Tag;
use mpi::point_to_point::{Message, Status};
use mpi::topology::SimpleCommunicator;
use mpi::traits::{
    Communicator as _, Destination as _, MatchedReceiveVec as _, Root as _, Source as _,
};
use runner::{Error, Result};
use workloads::Error as WorkError;

use crate::message::{Opening, Place, Record, Used, order, reply};

/// The worker ranks of one job: 1 and those that follow.
pub(crate) struct Ranks {
    world: SimpleCommunicator,
    count: usize,
}

/// What a worker rank says.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Its lane is open, and it is here.
    Opened(Place),
    Done(Vec<Record>),
    /// Its lane waits, and it has stopped there.
    AllWait,
    Used(Used),
}

impl Ranks {
    /// The first of the worker ranks, as many as there are lanes.
    ///
    /// # Errors
    /// When the job has fewer.
    pub(crate) fn of_this_job(lanes: u64) -> Result<Self> {
        let world = SimpleCommunicator::world();
        let workers = world.size() - 1;
        if u64::try_from(workers).is_ok_and(|workers| workers == lanes) {
            let count = usize::try_from(workers).unwrap_or_default();
            return Ok(Self { world, count });
        }
        Err(WorkError::Model(format!(
            "the job has {workers} worker ranks, and there are {lanes} lanes"
        ))
        .into())
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The communicator of the whole job.
    pub(crate) fn world(&self) -> &SimpleCommunicator {
        &self.world
    }

    /// Tells every rank what it is to do.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn open(&self, opening: &Opening) -> Result<()> {
        let mut text = serde_json::to_vec(opening)
            .map_err(|error| WorkError::Model(format!("cannot write the setup: {error}")))?;
        let root = self.world.process_at_rank(0);
        root.broadcast_into(&mut (text.len() as u64));
        root.broadcast_into(&mut text[..]);
        Ok(())
    }

    /// Sends an order to one worker.
    pub(crate) fn send(&self, worker: usize, order: Tag, numbers: &[u64]) {
        self.world
            .process_at_rank(rank_of(worker))
            .send_with_tag(numbers, order);
    }

    /// Sends bytes to one worker.
    pub(crate) fn send_bytes(&self, worker: usize, order: Tag, bytes: &[u8]) {
        self.world
            .process_at_rank(rank_of(worker))
            .send_with_tag(bytes, order);
    }

    /// Waits for the value that one worker sends back.
    ///
    /// # Errors
    /// When it sends something else.
    pub(crate) fn value_of(&self, worker: usize) -> Result<u64> {
        let from = self.world.process_at_rank(rank_of(worker));
        let (bytes, _) = from.receive_vec_with_tag::<u8>(reply::PONG);
        let value = bytes.try_into().map(u64::from_le_bytes);
        value.map_err(|_| unexpected(worker))
    }

    /// Sends an order without numbers to all workers.
    pub(crate) fn send_to_all(&self, order: Tag) {
        (0..self.count).for_each(|worker| self.send(worker, order, &[]));
    }

    /// Waits for a reply; whose it is.
    ///
    /// # Errors
    /// What has failed in a worker, or that a reply cannot be read.
    pub(crate) fn receive(&self) -> Result<(usize, Reply)> {
        read(self.world.any_process().matched_probe())
    }

    /// The next reply, where one has come.
    ///
    /// # Errors
    /// As those of [`Self::receive`].
    pub(crate) fn poll(&self) -> Result<Option<(usize, Reply)>> {
        let probed = self.world.any_process().immediate_matched_probe();
        probed.map(read).transpose()
    }

    /// Waits until every worker has replied once; what `take` makes of the replies, in the order of workers.
    ///
    /// # Errors
    /// As those of [`Self::receive`].
    pub(crate) fn receive_from_all<T>(&self, take: impl Fn(Reply) -> Option<T>) -> Result<Vec<T>> {
        let mut taken = Vec::new();
        while taken.len() < self.count {
            let (worker, reply) = self.receive()?;
            taken.push((worker, take(reply).ok_or_else(|| unexpected(worker))?));
        }
        taken.sort_by_key(|(worker, _)| *worker);
        Ok(taken.into_iter().map(|(_, one)| one).collect())
    }

    /// What every worker has used so far.
    ///
    /// # Errors
    /// As those of [`Self::receive`].
    pub(crate) fn used(&self) -> Result<Vec<Used>> {
        // All are asked before the first answer is awaited, so that they answer side by side.
        self.send_to_all(order::REPORT);
        self.receive_from_all(|reply| match reply {
            Reply::Used(used) => Some(used),
            _ => None,
        })
    }
}

fn rank_of(worker: usize) -> i32 {
    i32::try_from(worker + 1).unwrap_or(i32::MAX)
}

/// The worker that a rank is.
pub(crate) fn worker_of(rank: i32) -> usize {
    usize::try_from(rank - 1).unwrap_or_default()
}

/// A message that was probed, and what is known of it.
type Probed = (Message, Status);

fn read(probed: Probed) -> Result<(usize, Reply)> {
    let (tag, worker) = (probed.1.tag(), worker_of(probed.1.source_rank()));
    let reply = match tag {
        reply::OPENED => serde_json::from_str(&text(probed)).ok().map(Reply::Opened),
        reply::DONE => Record::all_of(&numbers(probed)).map(Reply::Done),
        reply::ALL_WAIT => numbers(probed).is_empty().then_some(Reply::AllWait),
        reply::USED => {
            let words = numbers(probed).try_into().ok();
            words.map(|words| Reply::Used(Used::of(words)))
        }
        reply::FAILED => return Err(WorkError::Model(text(probed)).into()),
        _ => {
            numbers(probed);
            None
        }
    };
    let said = reply.map(|reply| (worker, reply));
    said.ok_or_else(|| unexpected(worker))
}

fn numbers(probed: Probed) -> Vec<u64> {
    probed.matched_receive_vec().0
}

fn text(probed: Probed) -> String {
    let (bytes, _) = probed.matched_receive_vec::<u8>();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The error of a worker that has sent a reply to something else.
pub(crate) fn unexpected(worker: usize) -> Error {
    let rank = rank_of(worker);
    WorkError::Model(format!("rank {rank} sent what it was not asked for")).into()
}
