//! The trace of a run, which says who ran when: a file for each process, of one line of JSON and then records of
//! 32 bytes. `docs/TRACE.md` describes the same for authors of peers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the files of a trace.
pub const TRACE_VERSION: u32 = 1;

/// The most events that all processes of a run record together; those beyond are counted and lost.
pub const MOST_EVENTS: u64 = 1_000_000;

/// The bytes of a record.
pub const EVENT_BYTES: usize = 32;

/// Stands for no lane in a record.
const NO_LANE: u32 = u32::MAX;

/// Stands for no task in a record.
const NO_TASK: u64 = u64::MAX;

/// The first line of a trace: whose events follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceHeader {
    /// [`TRACE_VERSION`].
    pub trace: u32,
    /// The process that recorded it.
    pub process: u32,
    /// What the process is, such as `worker process 1`.
    pub name: String,
    /// The names of its threads, by the numbers that they have in events.
    pub threads: BTreeMap<u32, String>,
    /// The nanoseconds of processor time that each of these threads used in the measured phase. Empty where the
    /// program does not say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cpu_ns: BTreeMap<u32, u64>,
    /// How many records follow.
    pub events: u64,
    /// How many events there was no room for.
    pub lost: u64,
}

/// What a lane's task or a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitsFor {
    /// A connection.
    Socket,
    /// A timer.
    Timer,
    /// A pool of threads that carries out a part of the task.
    Pool,
    /// An interpreter lock.
    Lock,
    /// Another unit of the model: its end, or a message of it.
    Unit,
}

impl WaitsFor {
    /// All of them, in the order of their numbers, which begin with 1.
    pub const ALL: [WaitsFor; 5] = [
        WaitsFor::Socket,
        WaitsFor::Timer,
        WaitsFor::Pool,
        WaitsFor::Lock,
        WaitsFor::Unit,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Socket => "socket",
            Self::Timer => "timer",
            Self::Pool => "pool",
            Self::Lock => "lock",
            Self::Unit => "unit",
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The measured phase began.
    Begin,
    /// The measured phase ended.
    End,
    /// The lane's task can run and does not: it was handed to the model, woken, or has yielded.
    Ready,
    /// The thread runs the lane's task from now on.
    Run,
    /// The lane's task waits from now on, and the thread runs it no more.
    Wait(WaitsFor),
    /// The lane's task is done.
    Done,
    /// The thread, one of a pool, begins a part of the lane's task.
    PartBegin,
    /// The thread ends the part.
    PartEnd,
    /// The thread holds the interpreter lock from now on.
    LockTaken,
    /// The thread holds it no more.
    LockReleased,
}

/// One event of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, in nanoseconds of `CLOCK_MONOTONIC`.
    pub at_ns: u64,
    /// The thread on which it happened, by a number that tells the threads of a process apart.
    pub thread: u32,
    /// The lane that it is about, by a number that tells the lanes of a process apart.
    pub lane: Option<u32>,
    /// The index of the task that it is about.
    pub task: Option<u64>,
    /// What happened.
    pub what: Happened,
}

impl Happened {
    /// Its number in a record, and that of what is waited for.
    const fn codes(self) -> (u8, u8) {
        match self {
            Self::Begin => (1, 0),
            Self::End => (2, 0),
            Self::Ready => (3, 0),
            Self::Run => (4, 0),
            Self::Wait(on) => (5, on as u8 + 1),
            Self::Done => (6, 0),
            Self::PartBegin => (7, 0),
            Self::PartEnd => (8, 0),
            Self::LockTaken => (9, 0),
            Self::LockReleased => (10, 0),
        }
    }

    fn of_codes(kind: u8, on: u8) -> Result<Self, String> {
        let happened = match kind {
            1 => Self::Begin,
            2 => Self::End,
            3 => Self::Ready,
            4 => Self::Run,
            5 => Self::Wait(waits_for(on)?),
            6 => Self::Done,
            7 => Self::PartBegin,
            8 => Self::PartEnd,
            9 => Self::LockTaken,
            10 => Self::LockReleased,
            other => return Err(format!("its kind is {other}: there are 1 to 10")),
        };
        if kind != 5 && on != 0 {
            return Err(format!(
                "it waits for something ({on}) and is of kind {kind}: only kind 5 waits"
            ));
        }
        Ok(happened)
    }
}

fn waits_for(number: u8) -> Result<WaitsFor, String> {
    let known = usize::from(number)
        .checked_sub(1)
        .and_then(|index| WaitsFor::ALL.get(index));
    known.copied().ok_or_else(|| {
        let most = WaitsFor::ALL.len();
        format!("it waits for {number}: there are 1 to {most}")
    })
}

impl Event {
    /// The event as four words, of which the last is never 0.
    #[must_use]
    pub const fn words(&self) -> [u64; 4] {
        let lane = match self.lane {
            Some(lane) => lane,
            None => NO_LANE,
        };
        let task = match self.task {
            Some(task) => task,
            None => NO_TASK,
        };
        let (kind, on) = self.what.codes();
        [
            self.at_ns,
            task,
            lane as u64 | (self.thread as u64) << 32,
            kind as u64 | (on as u64) << 8,
        ]
    }

    /// The event that these words are.
    ///
    /// # Errors
    /// What is wrong with them, in words.
    pub fn of_words([at_ns, task, who, what]: [u64; 4]) -> Result<Self, String> {
        let [kind, on, rest @ ..] = what.to_le_bytes();
        if rest != [0; 6] {
            return Err("its last six bytes are not 0".to_owned());
        }
        let lane = (who & u64::from(u32::MAX)) as u32;
        Ok(Self {
            at_ns,
            thread: (who >> 32) as u32,
            lane: (lane != NO_LANE).then_some(lane),
            task: (task != NO_TASK).then_some(task),
            what: Happened::of_codes(kind, on)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_the_same_after_being_written_and_read() {
        let waits = WaitsFor::ALL.map(Happened::Wait);
        let others = [
            Happened::Begin,
            Happened::End,
            Happened::Ready,
            Happened::Run,
            Happened::Done,
            Happened::PartBegin,
            Happened::PartEnd,
            Happened::LockTaken,
            Happened::LockReleased,
        ];
        for what in waits.into_iter().chain(others) {
            for (lane, task) in [(None, None), (Some(0), Some(0)), (Some(7), Some(1 << 40))] {
                let event = Event {
                    at_ns: 123_456_789_012,
                    thread: 3,
                    lane,
                    task,
                    what,
                };
                assert_ne!(event.words()[3], 0);
                assert_eq!(Event::of_words(event.words()), Ok(event));
            }
        }
    }

    #[test]
    fn what_is_no_event_is_refused_with_words() {
        let refused = |last: u64| Event::of_words([1, 2, 3, last]).unwrap_err();
        assert_eq!(refused(0), "its kind is 0: there are 1 to 10");
        assert_eq!(refused(11), "its kind is 11: there are 1 to 10");
        assert_eq!(refused(5), "it waits for 0: there are 1 to 5");
        assert_eq!(refused(5 | 6 << 8), "it waits for 6: there are 1 to 5");
        assert!(refused(4 | 1 << 8).contains("only kind 5 waits"));
        assert_eq!(refused(4 | 1 << 16), "its last six bytes are not 0");
    }
}
