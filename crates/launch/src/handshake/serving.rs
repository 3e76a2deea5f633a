//! A run in which the model answers: it listens, the load generator asks, and what is known of the run is the
//! cost that the model states and the answers that the generator has seen.

use std::time::{Duration, Instant};

use protocol::{
    Done, Load, LoadReady, LoadRequest, Message, ORDER_GO, ORDER_STOP, Ready, Request, Served,
};
use results::{Failure, Kind, Memory};

use super::limits::check_counts;
use super::message::unexpected;
use super::{Finished, Moment, Talk};
use crate::asker::{Asker, LoadGenerator};
use crate::failure::RunError;
use crate::memory;
use crate::seen::{Barrier, Clock, Seen};
use host::Ledger;
use host::machine::cpu_range_of_tree;

/// How long a program may take to say why it does not answer.
const REASON_PATIENCE: Duration = Duration::from_millis(500);

/// `served` with its line, and what was read at the barrier before it.
struct Answer {
    line: String,
    served: Served,
    memory: Option<Memory>,
    barrier: Option<Barrier>,
}

impl Talk<'_, '_> {
    /// The whole conversation of a run that serves.
    pub(super) fn serving(
        &mut self,
        request: &Request,
        generator: &LoadGenerator,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<(Finished, Seen), RunError> {
        self.ask(request)?;
        let (ready_line, ready) = self.ready()?;
        let asked = load_request(request, generator, &ready)?;
        let started = Asker::start(generator, &asked, ledger, self.deadline, self.limit);
        let (mut asker, warm) = started.map_err(|error| self.reason(error))?;
        let until_ready = self.child.spawned().elapsed();
        let cpu_at_go = cpu_range_of_tree(self.child.id());
        watch(Moment::Go);
        let go = Instant::now();
        self.send(ORDER_GO, "`go`")?;
        self.expect_serving()?;
        let load = asker.measure().map_err(|error| self.reason(error))?;
        self.send(ORDER_STOP, "`stop`")?;
        let answer = self.served(request.hold)?;
        let until_done = go.elapsed();
        watch(Moment::Done);
        self.end()?;
        let clock = Clock {
            until_ready,
            until_done,
            until_end: go.elapsed(),
        };
        let seen = self.seen(clock, cpu_at_go, answer.barrier);
        let finished = Finished {
            ready: warmed_up(ready, warm),
            generator_cpu_ns: Some(load.cpu_ns),
            done: done(answer.served, load, request.tasks),
            until_ready,
            wall: self.child.spawned().elapsed(),
            memory: answer.memory,
            lines: [ready_line, answer.line],
        };
        Ok((finished, seen))
    }

    fn expect_serving(&mut self) -> Result<(), RunError> {
        match self.message("`serving`")? {
            (_, Message::Serving {}) => Ok(()),
            (_, other) => Err(unexpected(&other, "`serving`").into()),
        }
    }

    /// Reads its cost, and its memory where it is to be held.
    fn served(&mut self, hold: bool) -> Result<Answer, RunError> {
        let (mut memory, mut barrier) = (None, None);
        if hold {
            match self.message("`held`")? {
                (_, Message::Held {}) => {}
                (_, other) => return Err(unexpected(&other, "`held`").into()),
            }
            let (now, seen) = memory::of_tree(self.child.id());
            (memory, barrier) = (Some(now), seen);
            self.send(ORDER_GO, "`go`")?;
        }
        match self.message("`served`")? {
            (line, Message::Served(served)) => {
                check_counts("served.counts", &served.counts)?;
                Ok(Answer {
                    line,
                    served,
                    memory,
                    barrier,
                })
            }
            (_, other) => Err(unexpected(&other, "`served`").into()),
        }
    }

    /// What a failure of the generator comes from: where the model says why it does not answer, or has ended, that
    /// is the reason.
    fn reason(&mut self, error: RunError) -> RunError {
        let RunError::Failed(failure) = error else {
            return error;
        };
        let whole = self.deadline;
        self.deadline = whole.min(Instant::now() + REASON_PATIENCE);
        let heard = self.message("an answer");
        self.deadline = whole;
        match heard {
            Err(RunError::Failed(own)) if own.kind != Kind::Hung => own.into(),
            Err(stop @ (RunError::Interrupted(_) | RunError::Tool(_))) => stop,
            _ => failure.into(),
        }
    }
}

/// What the generator is asked for, once it is known where the model listens.
fn load_request(
    request: &Request,
    generator: &LoadGenerator,
    ready: &Ready,
) -> Result<LoadRequest, Failure> {
    let server = ready.listens.ok_or_else(|| {
        let problem = "`ready.listens` is missing: a model that serves says where it listens";
        Failure::new(Kind::Garbage, problem)
    })?;
    Ok(LoadRequest {
        server,
        workload: request.setup.workload.clone(),
        tasks: request.tasks,
        connections: request.setup.in_flight.min(request.tasks),
        asks: None,
        digests: generator.digests.clone(),
        parent: std::process::id(),
    })
}

/// The start of a run, in which it is the generator that connects and warms up.
fn warmed_up(ready: Ready, warm: LoadReady) -> Ready {
    Ready {
        connect_ns: warm.connect_ns,
        warm_up_ns: warm.warm_up_ns,
        // Another in each run, which says nothing later.
        listens: None,
        elsewhere: None,
        ..ready
    }
}

/// The result of a run: what it cost by the model, and all else by the generator.
fn done(served: Served, load: Load, tasks: u64) -> Done {
    Done {
        tasks,
        digest: load.digest,
        elapsed_ns: load.elapsed_ns,
        latency: load.latency,
        cpu_ns: served.cpu_ns,
        switches: served.switches,
        vm_hwm_bytes: served.vm_hwm_bytes,
        threads: served.threads,
        processes: served.processes,
        alive_at_once: None,
        run_queue_wait_ns: served.run_queue_wait_ns,
        counts: served.counts,
        open: load.open,
        shut_down_ns: served.shut_down_ns,
    }
}
