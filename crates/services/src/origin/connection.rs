//! One connection: reads requests, waits where latency is asked for, and sends answers, as far as the
//! socket lets it. It never blocks and never works for long.

use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use workloads::http::{MAX_REQUEST_HEAD, Refusal};

use super::answer::Answer;
use super::deadlines::Generation;
use super::head::{self, Ask, Head};
use crate::answered::Answered;
use crate::wire::{Received, Wire};

/// How much is read at once, and how much of what a client sends ahead is kept.
const READ: usize = 64 * 1024;
/// Steps of one connection, each a read or an answer, before it is the turn of others.
const TURN: u32 = 16;
/// How long the other side may take to close after the last answer.
const LINGER: Duration = Duration::from_secs(1);
/// Bytes of the largest body after which a connection may be reset. A socket takes 64 KiB before anybody reads, heads included, unless the
/// system is told otherwise (`net.ipv4.tcp_rmem`).
const RESETTABLE: u64 = 60 << 10;

/// Buffers that every connection uses while it is its turn: 10 000 of them share this one pair.
#[derive(Debug)]
pub(super) struct Scratch {
    input: Vec<u8>,
    /// Empty between two steps.
    output: Vec<u8>,
    answered: Answered,
}

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    wire: Wire,
    state: State,
    /// Bytes of requests that are not yet answered.
    input: Vec<u8>,
    /// Bytes of the answer that the socket did not take; as a rule there are none.
    output: Vec<u8>,
    keep_alive: bool,
    /// Whether a close may be a reset, which takes back what is not sent yet: where the last answer fits into what a client's side takes
    /// without being read, and its end did not come before that was sent, as that of a client does which ends its side and reads on.
    may_reset: bool,
    /// Whether it is already waiting for a turn.
    in_line: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// A request is not yet whole.
    Reading,
    /// The moment to answer has not come.
    Waiting { alarm: Alarm, bytes: u64, key: u64 },
    /// Not all of the answer is sent.
    Sending(Answer),
    /// The last answer is sent. What the client still sends is thrown away until it closes: to
    /// close before it would take the answer back.
    Lingering(Alarm),
}

/// A moment, and which deadline stands for it once there is one.
#[derive(Clone, Copy, Debug)]
struct Alarm {
    at: Instant,
    generation: Option<Generation>,
}

/// What a connection needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// An event.
    Event,
    /// Another turn, after others had theirs.
    Turn,
    /// A deadline at this moment; an event may come before.
    Deadline(Instant),
    /// Nothing: it is over.
    Close,
}

/// What came of one step; `None` if another may follow at once.
type Step = io::Result<Option<Next>>;

impl Scratch {
    pub(super) fn new(answered: Answered) -> Self {
        Self {
            input: vec![0; READ],
            output: Vec::with_capacity(READ),
            answered,
        }
    }
}

impl Alarm {
    fn after(delay: Duration) -> Self {
        Self {
            at: Instant::now() + delay,
            generation: None,
        }
    }

    fn next(self) -> Next {
        if self.generation.is_some() {
            Next::Event
        } else {
            Next::Deadline(self.at)
        }
    }
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            wire: Wire::new(stream),
            state: State::Reading,
            input: Vec::new(),
            output: Vec::new(),
            keep_alive: true,
            may_reset: false,
            in_line: false,
        }
    }

    /// Something has happened to the socket.
    pub(super) fn on_event(&mut self, readable: bool, ended: bool, scratch: &mut Scratch) -> Next {
        self.wire.note(readable, ended);
        self.go_on(scratch)
    }

    /// A deadline of its slot has come; it may have been for a connection that was there before.
    pub(super) fn on_deadline(&mut self, due: Generation, scratch: &mut Scratch) -> Next {
        match self.state {
            // The generations are compared because slots are used again: without that, a client
            // that came into the slot of one that gave up would be answered at its deadline.
            State::Waiting { alarm, bytes, key } if alarm.generation == Some(due) => {
                match self.answer_body(bytes, key, scratch) {
                    Ok(None) => self.go_on(scratch),
                    Ok(Some(next)) => next,
                    Err(_) => Next::Close,
                }
            }
            State::Lingering(alarm) if alarm.generation == Some(due) => Next::Close,
            _ => Next::Event,
        }
    }

    /// The deadline that it asked for has this generation.
    pub(super) fn expect(&mut self, generation: Generation) {
        if let State::Waiting { alarm, .. } | State::Lingering(alarm) = &mut self.state {
            alarm.generation = Some(generation);
        }
    }

    /// Whether it waits for the deadline of this generation.
    pub(super) fn awaits(&self, generation: Generation) -> bool {
        match self.state {
            State::Waiting { alarm, .. } | State::Lingering(alarm) => {
                alarm.generation == Some(generation)
            }
            State::Reading | State::Sending(_) => false,
        }
    }

    /// Bytes of memory that it holds on to between its turns.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.input.capacity() + self.output.capacity()
    }

    /// Whether it must be put in the line for a turn, where it stands from now on.
    pub(super) fn stand_in_line(&mut self) -> bool {
        !std::mem::replace(&mut self.in_line, true)
    }

    /// Its turn has come.
    pub(super) fn on_turn(&mut self, scratch: &mut Scratch) -> Next {
        self.in_line = false;
        self.go_on(scratch)
    }

    /// Goes on as far as possible; an error is the end of the connection.
    fn go_on(&mut self, scratch: &mut Scratch) -> Next {
        for _ in 0..TURN {
            match self.step(scratch) {
                Ok(None) => {}
                Ok(Some(next)) => return next,
                Err(_) => return Next::Close,
            }
        }
        Next::Turn
    }

    fn step(&mut self, scratch: &mut Scratch) -> Step {
        match self.state {
            State::Reading => self.read_request(scratch),
            State::Waiting { alarm, .. } => self.read_ahead(alarm, scratch).map(Some),
            State::Sending(answer) => self.keep_sending(answer, scratch),
            State::Lingering(alarm) => self.throw_away(alarm, scratch).map(Some),
        }
    }

    fn read_request(&mut self, scratch: &mut Scratch) -> Step {
        match head::parse(&self.input) {
            Ok(Some(head)) => {
                self.input.drain(..head.length);
                if self.input.is_empty() && self.input.capacity() > MAX_REQUEST_HEAD {
                    // It sent far ahead once; it need not have the memory for ever.
                    self.input = Vec::new();
                }
                self.begin(head, scratch)
            }
            Ok(None) => self.read_more(scratch),
            Err(refusal) => self.refuse(refusal, scratch),
        }
    }

    fn read_more(&mut self, scratch: &mut Scratch) -> Step {
        Ok(match self.wire.read(&mut scratch.input)? {
            Received::Nothing => Some(Next::Event),
            Received::End => {
                if self.may_reset {
                    self.wire.reset_on_close()?;
                }
                Some(Next::Close)
            }
            Received::Bytes(found) => {
                self.input.extend_from_slice(&scratch.input[..found]);
                None
            }
        })
    }

    fn begin(&mut self, head: Head, scratch: &mut Scratch) -> Step {
        self.keep_alive = head.keep_alive;
        self.may_reset = matches!(head.ask, Ask::Body { bytes, .. } if bytes <= RESETTABLE);
        match head.ask {
            Ask::Unknown => {
                let answer = Answer::not_found(head.keep_alive, &mut scratch.output);
                self.send(answer, scratch)
            }
            Ask::Body {
                bytes,
                latency: Duration::ZERO,
                key,
            } => self.answer_body(bytes, key, scratch),
            Ask::Body {
                bytes,
                latency,
                key,
            } => {
                // The request is here: from now on its latency counts.
                self.state = State::Waiting {
                    alarm: Alarm::after(latency),
                    bytes,
                    key,
                };
                Ok(None)
            }
        }
    }

    fn answer_body(&mut self, bytes: u64, key: u64, scratch: &mut Scratch) -> Step {
        scratch.answered.add(1);
        let answer = Answer::body(key, bytes, self.keep_alive, &mut scratch.output);
        self.send(answer, scratch)
    }

    fn refuse(&mut self, refusal: Refusal, scratch: &mut Scratch) -> Step {
        self.keep_alive = false;
        let answer = Answer::refusal(refusal, &mut scratch.output);
        self.send(answer, scratch)
    }

    /// Sends the piece that is in the shared buffer; what the socket does not take is kept.
    fn send(&mut self, answer: Answer, scratch: &mut Scratch) -> Step {
        self.state = State::Sending(answer);
        let written = self.wire.write(&scratch.output);
        let kept = written.map(|taken| self.output.extend_from_slice(&scratch.output[taken..]));
        // The buffer is shared, so it is emptied even where the write failed: what stayed in it
        // would be sent to the next client.
        scratch.output.clear();
        kept?;
        if self.output.is_empty() {
            self.end_piece(answer)
        } else {
            Ok(Some(Next::Event))
        }
    }

    /// Sends what was kept, then the next piece.
    fn keep_sending(&mut self, mut answer: Answer, scratch: &mut Scratch) -> Step {
        if self.output.is_empty() {
            answer.next_piece(&mut scratch.output);
            return self.send(answer, scratch);
        }
        let taken = self.wire.write(&self.output)?;
        self.output.drain(..taken);
        if !self.output.is_empty() {
            return Ok(Some(Next::Event));
        }
        // Dropped, not cleared: of 10 000 connections few ever need a buffer of their own.
        self.output = Vec::new();
        self.end_piece(answer)
    }

    /// All that has been computed of the answer is sent.
    fn end_piece(&mut self, answer: Answer) -> Step {
        if !answer.is_complete() {
            // Computing the next piece takes time in which another client's deadline may pass.
            return Ok(Some(Next::Turn));
        }
        self.may_reset &= !self.wire.is_ending();
        if self.keep_alive {
            self.state = State::Reading;
        } else {
            self.wire.end()?;
            self.state = State::Lingering(Alarm::after(LINGER));
        }
        Ok(None)
    }

    /// Reads on while an answer waits for its moment, because the client may give it up.
    fn read_ahead(&mut self, alarm: Alarm, scratch: &mut Scratch) -> io::Result<Next> {
        // The bound keeps a client that only sends from filling the memory. Beyond it nothing is
        // read, and so a client that gives up is noticed only when its answer is sent.
        while self.input.len() < READ {
            if let Some(next) = self.read_more(scratch)? {
                return Ok(if next == Next::Close {
                    next
                } else {
                    alarm.next()
                });
            }
        }
        Ok(alarm.next())
    }

    fn throw_away(&mut self, alarm: Alarm, scratch: &mut Scratch) -> io::Result<Next> {
        for _ in 0..TURN {
            match self.wire.read(&mut scratch.input)? {
                Received::Bytes(_) => {}
                Received::Nothing => return Ok(alarm.next()),
                Received::End => return Ok(Next::Close),
            }
        }
        // It does not listen, but goes on sending.
        Ok(Next::Close)
    }
}

#[cfg(test)]
#[path = "connection_test.rs"]
mod tests;
