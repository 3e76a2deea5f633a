//! A run in which the model answers requests: it listens before `ready`, its meters are read at `go` and at
//! `stop`, and everything that is said of its answers, those who ask say.

use std::sync::Arc;
use std::time::Instant;

use protocol::{Message, ORDER_GO, ORDER_STOP, Ready, Served, VERSION};
use workloads::{Shared, TaskBody};

use crate::error::{Error, Result};
use crate::input::expect;
use crate::listeners::listeners;
use crate::meters::{live_threads, vm_hwm_bytes};
use crate::model::{Counts, Model};
use crate::output::say;
use crate::server::Server;
use crate::session::{Session, count_since, nanos, nanos_since, unless_it_fails};
use crate::tare::Tare;

impl Session<'_> {
    pub(crate) fn serve<B: TaskBody>(self, model: &dyn Model<B>) -> Result<Served> {
        self.refuse_files()?;
        let work = Arc::new(self.work(model));
        let server = model.start_server(&work)?;
        let start_ns = nanos_since(self.began);
        let (mut served, server) = unless_it_fails(server, |server| {
            self.listen(&mut **server, &work, start_ns)?;
            self.answer(&mut **server)
        })?;
        let shutting_down = Instant::now();
        drop(server);
        served.shut_down_ns = nanos_since(shutting_down);
        Ok(served)
    }

    /// Refuses to write the files that a run which serves does not have.
    fn refuse_files(&self) -> Result<()> {
        if self.request.trace.is_some() {
            let problem = "no traces are recorded of runs that serve".to_owned();
            return Err(Error::Unsupported(problem));
        }
        if self.request.digests.is_some() {
            let problem = "`digests`: where a model serves, those who ask write them".to_owned();
            return Err(Error::Usage(problem));
        }
        Ok(())
    }

    fn listen(&self, server: &mut dyn Server, work: &Shared, start_ns: u64) -> Result<()> {
        let (address, sockets) = listeners(server.listeners())
            .map_err(|error| Error::io("cannot listen on the loopback address", error))?;
        server.listen(sockets)?;
        say(&Message::Ready(Ready {
            protocol: VERSION,
            version: self.version.to_owned(),
            in_flight: work.lanes,
            start_ns,
            // The load generator measures both.
            connect_ns: 0,
            warm_up_ns: 0,
            knobs: server.knobs(),
            listens: Some(address),
            elsewhere: None,
        }));
        self.answer_until(server, ORDER_GO)
    }

    fn answer(&self, server: &mut dyn Server) -> Result<Served> {
        let counted = server.counts()?;
        let tare = Tare::begin(&mut || server.usage())?;
        say(&Message::Serving {});
        self.answer_until(server, ORDER_STOP)?;
        let used = tare.end(&mut || server.usage())?;
        let mut counts = Counts::new();
        count_since(&mut counts, server.counts()?, &counted);
        let threads = live_threads() + used.total.threads;
        if self.request.hold {
            // With every connection open.
            say(&Message::Held {});
            self.answer_until(server, ORDER_GO)?;
        }
        Ok(Served {
            cpu_ns: nanos(used.between.cpu),
            switches: used.between.switches,
            vm_hwm_bytes: vm_hwm_bytes(),
            threads,
            processes: 1 + used.total.processes,
            run_queue_wait_ns: used.run_queue_wait.map(nanos),
            counts,
            shut_down_ns: 0,
        })
    }

    fn answer_until(&self, server: &mut dyn Server, order: &str) -> Result<()> {
        let line = server.answer(self.input.next_line())?;
        expect(&line, order).map_err(Error::Usage)
    }
}
