//! The loop of one phase: asks what is due, and takes in answers, until all are there.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use runner::{Arrival, Recorder};
use services::readiness::{Event, Patience};
use workloads::{digest, monotonic_ns};

use crate::arrivals::Arrivals;
use crate::connection::Asked;
use crate::connections::Connections;
use crate::error::{Error, Result};

/// One phase.
pub(crate) struct Run<'a> {
    connections: &'a mut Connections,
    arrivals: Arrivals,
    /// Requests that are due and wait for a connection.
    backlog: VecDeque<Arrival>,
    /// Connections without a request, of which the one that was answered first is asked next: all are used alike.
    free: VecDeque<usize>,
    unanswered: u64,
    record: &'a Recorder,
    last_ns: u64,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        connections: &'a mut Connections,
        arrivals: Arrivals,
        requests: u64,
        record: &'a Recorder,
    ) -> Self {
        let free = (0..connections.all.len()).collect();
        Self {
            connections,
            arrivals,
            backlog: VecDeque::new(),
            free,
            unanswered: requests,
            record,
            last_ns: 0,
        }
    }

    /// Asks until all is answered, and returns the time of the last answer and how many requests were late although a
    /// connection was free for them.
    pub(crate) fn until_answered(mut self) -> Result<(u64, u64)> {
        let mut events = Vec::new();
        self.ask_due()?;
        while self.unanswered > 0 {
            let patience = self.patience();
            let waited = self.connections.readiness.wait(patience, &mut events);
            waited.map_err(Error::system("cannot wait for sockets"))?;
            // What is due comes before answers: a request that is sent late cannot be made up for.
            self.ask_due()?;
            for event in &events {
                self.on_event(*event)?;
                self.ask_due()?;
            }
        }
        Ok((self.last_ns, self.arrivals.late()))
    }

    fn patience(&mut self) -> Patience {
        let Some(due_ns) = self.arrivals.next_ns() else {
            return Patience::Unlimited;
        };
        let left = Duration::from_nanos(due_ns.saturating_sub(monotonic_ns()));
        Patience::Until(Instant::now() + left)
    }

    /// Asks whatever is due, as far as connections are free.
    fn ask_due(&mut self) -> Result<()> {
        loop {
            while let (Some(arrival), Some(connection)) =
                (self.backlog.front().copied(), self.free.front().copied())
            {
                self.backlog.pop_front();
                self.free.pop_front();
                self.ask(connection, arrival)?;
            }
            let is_free = !self.free.is_empty();
            match self.arrivals.take_due(monotonic_ns(), is_free) {
                Some(arrival) => self.backlog.push_back(arrival),
                None => return Ok(()),
            }
        }
    }

    fn ask(&mut self, connection: usize, arrival: Arrival) -> Result<()> {
        let asked = Asked {
            arrival,
            sent_ns: monotonic_ns(),
        };
        let Connections { all, asking, .. } = &mut *self.connections;
        all[connection].ask(asking, asked)
    }

    fn on_event(&mut self, event: Event) -> Result<()> {
        let Some((asked, reply)) = self.connections.all[event.key].on_event(event)? else {
            return Ok(());
        };
        let ended_ns = monotonic_ns();
        let Asked { arrival, sent_ns } = asked;
        self.connections.asking.check(arrival.task.index, reply)?;
        let task_digest = digest::of_task([u64::from(reply.crc)]);
        self.record
            .record_arrival(&arrival, sent_ns, ended_ns, task_digest);
        self.last_ns = ended_ns;
        self.unanswered -= 1;
        self.free.push_back(event.key);
        Ok(())
    }
}
