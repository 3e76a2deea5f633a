//! The one loop of the origin: waits for sockets and deadlines, and gives every connection its turn.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use slab::Slab;

use super::connection::{Connection, Next, Scratch};
use super::deadlines::Deadlines;
use super::listener::{Accepted, Listener};
use crate::answered::Answered;
use crate::readiness::{Event, Patience, Readiness};

/// Keys of the readiness: the leash, the listener, then the slots of connections.
const LEASH: usize = 0;
const LISTENER: usize = 1;
const FIRST_SLOT: usize = 2;

/// Connections accepted before others have their turn.
const ACCEPTED_AT_ONCE: u32 = 64;
/// Deadlines that may be left of clients that gave up, beyond twice the number of connections.
const ABANDONED_DEADLINES: usize = 1024;
/// How long to wait for room when no more files can be opened.
const NO_ROOM_PAUSE: Duration = Duration::from_millis(10);

/// The state of the origin's thread.
pub(super) struct EventLoop {
    readiness: Readiness,
    listener: Listener,
    leash: UnixStream,
    accepting: Accepting,
    connections: Slab<Connection>,
    deadlines: Deadlines,
    /// Slots that could go on at once, and let others go first.
    turns: VecDeque<usize>,
    scratch: Scratch,
}

/// Whether someone may wait to be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Accepting {
    Now,
    OnEvent,
    At(Instant),
}

impl EventLoop {
    pub(super) fn new(
        listener: Listener,
        leash: UnixStream,
        answered: Answered,
    ) -> io::Result<Self> {
        let mut readiness = Readiness::new()?;
        readiness.add(&leash, LEASH)?;
        readiness.add(&listener, LISTENER)?;
        Ok(Self {
            readiness,
            listener,
            leash,
            accepting: Accepting::Now,
            connections: Slab::new(),
            deadlines: Deadlines::default(),
            turns: VecDeque::new(),
            scratch: Scratch::new(answered),
        })
    }

    /// Serves until the leash is dropped.
    pub(super) fn run(mut self) -> io::Result<()> {
        let mut events = Vec::new();
        while self.goes_on(self.patience(), &mut events)? {}
        Ok(())
    }

    /// Waits once and gives everyone their turn; false once the leash was dropped.
    fn goes_on(&mut self, patience: Patience, events: &mut Vec<Event>) -> io::Result<bool> {
        self.readiness.wait(patience, events)?;
        self.answer_due();
        for &event in &*events {
            if event.key == LEASH && self.is_let_go()? {
                return Ok(false);
            }
            self.on_event(event);
            // Whatever is due comes first: nobody can make up for lateness.
            self.answer_due();
        }
        self.accept_some();
        self.give_turns();
        Ok(true)
    }

    fn patience(&self) -> Patience {
        if self.accepting == Accepting::Now || !self.turns.is_empty() {
            return Patience::None;
        }
        let retry = if let Accepting::At(moment) = self.accepting {
            Some(moment)
        } else {
            None
        };
        match self.deadlines.next().into_iter().chain(retry).min() {
            Some(moment) => Patience::Until(moment),
            None => Patience::Unlimited,
        }
    }

    fn is_let_go(&mut self) -> io::Result<bool> {
        match self.leash.read(&mut [0]) {
            Ok(_) => Ok(true),
            Err(error) if is_passing(error.kind()) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn on_event(&mut self, event: Event) {
        if event.key == LISTENER {
            self.accepting = Accepting::Now;
        }
        let Some(slot) = event.key.checked_sub(FIRST_SLOT) else {
            return;
        };
        if let Some(connection) = self.connections.get_mut(slot) {
            let next = connection.on_event(event.readable, event.ended, &mut self.scratch);
            self.provide(slot, next);
        }
    }

    fn accept_some(&mut self) {
        if let Accepting::At(moment) = self.accepting
            && moment <= Instant::now()
        {
            self.accepting = Accepting::Now;
        }
        if self.accepting != Accepting::Now {
            return;
        }
        // Where the limit ends the loop, accepting stays `Now`: the edge of the listener has been
        // used up, so that no event would tell of those who still wait.
        for _ in 0..ACCEPTED_AT_ONCE {
            match self.listener.accept() {
                Accepted::Connection(stream) => self.admit(stream),
                Accepted::Lost => {}
                Accepted::Nobody => return self.accepting = Accepting::OnEvent,
                Accepted::NoRoom => {
                    return self.accepting = Accepting::At(Instant::now() + NO_ROOM_PAUSE);
                }
            }
        }
    }

    /// Gives a connection its slot. One that cannot be waited for is closed: its client sees that.
    fn admit(&mut self, stream: TcpStream) {
        let slot = self.connections.vacant_entry();
        if self.readiness.add(&stream, FIRST_SLOT + slot.key()).is_ok() {
            slot.insert(Connection::new(stream));
        }
    }

    /// Answers what is due. The clock is read again for each, and not at all without deadlines.
    fn answer_due(&mut self) {
        while self.deadlines.next().is_some() {
            let Some(due) = self.deadlines.due(Instant::now()) else {
                return;
            };
            if let Some(connection) = self.connections.get_mut(due.slot) {
                let next = connection.on_deadline(due.generation, &mut self.scratch);
                self.provide(due.slot, next);
            }
        }
    }

    /// Gives everyone a turn who waits for one now; those who want another come after the next
    /// events.
    fn give_turns(&mut self) {
        // The length is taken once, before connections line up again: otherwise one that always
        // wants another turn would keep the loop from its next wait.
        for _ in 0..self.turns.len() {
            let Some(slot) = self.turns.pop_front() else {
                return;
            };
            if let Some(connection) = self.connections.get_mut(slot) {
                let next = connection.on_turn(&mut self.scratch);
                self.provide(slot, next);
            }
            self.answer_due();
        }
    }

    /// Forgets the deadlines of clients that gave up, once there are many: each would stay for up to a
    /// minute, and a client may connect, ask and leave some 10 000 times a second.
    fn limit_deadlines(&mut self) {
        let connections = &self.connections;
        if self.deadlines.len() < 2 * connections.len() + ABANDONED_DEADLINES {
            return;
        }
        self.deadlines.retain(|deadline| {
            let connection = connections.get(deadline.slot);
            connection.is_some_and(|connection| connection.awaits(deadline.generation))
        });
    }

    /// Sees to it that a connection gets what it needs next.
    fn provide(&mut self, slot: usize, next: Next) {
        match next {
            Next::Event => {}
            Next::Turn => {
                // An event may come between two turns; one place in the line is enough.
                if self
                    .connections
                    .get_mut(slot)
                    .is_some_and(Connection::stand_in_line)
                {
                    self.turns.push_back(slot);
                }
            }
            Next::Deadline(moment) => {
                self.limit_deadlines();
                let generation = self.deadlines.add(moment, slot);
                if let Some(connection) = self.connections.get_mut(slot) {
                    connection.expect(generation);
                }
            }
            Next::Close => {
                self.readiness.forget(FIRST_SLOT + slot);
                self.connections.remove(slot);
            }
        }
    }
}

fn is_passing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn clients_that_leave_before_their_answer_leave_no_more_than_a_bound() {
        let listener = Listener::bind(0).unwrap();
        let address = listener.address();
        let (leash, _end) = UnixStream::pair().unwrap();
        leash.set_nonblocking(true).unwrap();
        let mut event_loop = EventLoop::new(listener, leash, Answered::default()).unwrap();
        let mut events = Vec::new();
        let mut most = 0;
        for _ in 0..ABANDONED_DEADLINES + 100 {
            let before = event_loop.deadlines.last();
            let mut client = TcpStream::connect(address).unwrap();
            client
                .write_all(b"GET /body/1/60000000000/0000000000000000 HTTP/1.1\r\n\r\n")
                .unwrap();
            while event_loop.deadlines.last() == before {
                event_loop.goes_on(Patience::None, &mut events).unwrap();
            }
            drop(client);
            while !event_loop.connections.is_empty() {
                event_loop.goes_on(Patience::None, &mut events).unwrap();
            }
            most = most.max(event_loop.deadlines.len());
        }
        assert!(most <= ABANDONED_DEADLINES + 2, "{most}");
    }
}
