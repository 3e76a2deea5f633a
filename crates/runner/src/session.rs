//! One run, beginning with the request and ending with the last line of output: the handshake that
//! `docs/FORMAT.md` describes, with start-up, connecting, running and shutting down timed
//! separately.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{Done, MOST_EVENTS, Message, OpenLoop, Ready, Request, RunnerExit, VERSION};
use workloads::{Shared, TaskBody, Tasks, Work, monotonic_ns, trace};

use crate::error::{Error, Result};
use crate::input::Input;
use crate::meters::{live_threads, vm_hwm_bytes};
use crate::model::{Counts, Model, Running};
use crate::output::say;
use crate::pacing::Arrivals;
use crate::recorder::{Recorded, Recorder};
use crate::request::read_request;
use crate::tare::Tare;
use crate::{parent, prepare};

/// The main function of a model's program, whose tasks consist of `B`. `version` is its name and version,
/// such as `threads 0.1.0`.
pub fn main<B: TaskBody>(version: &str, models: &[&dyn Model<B>]) -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--version") => {
            println!("{version}");
            return ExitCode::SUCCESS;
        }
        Some(other) => {
            eprintln!(
                "unknown argument {other:?}: a request is read from standard input, see docs/FORMAT.md"
            );
            return RunnerExit::Usage.into();
        }
    }
    answer_request(version, models)
}

/// Reads a request from standard input and carries it out: [`main`] of a program that has looked at its arguments
/// itself.
pub fn answer_request<B: TaskBody>(version: &str, models: &[&dyn Model<B>]) -> ExitCode {
    let began = Instant::now();
    let input = match Input::start() {
        Ok(input) => Arc::new(input),
        Err(error) => return fail(&Error::io("cannot read standard input", error)),
    };
    let outcome = read_request(&input.line(), models).and_then(|(request, model)| {
        let input = Arc::clone(&input);
        let session = Session {
            version,
            began,
            input,
            request,
        };
        no_panic(|| session.message(model))
    });
    // Whoever reads the last line may close our input at once. That must not turn a run that has
    // its result into one that was interrupted.
    input.end();
    match outcome {
        Ok(last) => {
            say(&last);
            RunnerExit::Ok.into()
        }
        Err(error) => fail(&error),
    }
}

/// Turns a panic into an error; its message is on standard error.
fn no_panic<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    // Unwind safety holds because nothing that the panic could have left half done is used again.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let problem = "the driver of the run panicked".to_owned();
        Err(workloads::Error::Model(problem).into())
    })
}

/// Reports an error on standard output; the exit code that belongs to it.
#[must_use]
pub fn fail(error: &Error) -> ExitCode {
    say(&Message::Error(error.failure()));
    match error {
        Error::Usage(_) => RunnerExit::Usage.into(),
        _ => RunnerExit::Failed.into(),
    }
}

/// One run of a model.
pub(crate) struct Session<'a> {
    pub(crate) version: &'a str,
    pub(crate) began: Instant,
    pub(crate) input: Arc<Input>,
    pub(crate) request: Request,
}

impl Session<'_> {
    /// The last message of the run.
    fn message<B: TaskBody>(self, model: &dyn Model<B>) -> Result<Message> {
        parent::tie_to(self.request.parent)?;
        match self.request.setup.workload.serve {
            Some(_) => self.serve(model).map(Message::Served),
            None => self.run(model).map(Message::Done),
        }
    }

    fn run<B: TaskBody>(self, model: &dyn Model<B>) -> Result<Done> {
        if self.request.trace.is_some() {
            self.prepare_trace()?;
        }
        let work = Arc::new(self.work(model));
        let running = model.start(&work)?;
        let start_ns = nanos_since(self.began);
        let (mut done, running) = unless_it_fails(running, |running| {
            self.phases(&mut **running, &work, start_ns)
        })?;
        let shutting_down = Instant::now();
        drop(running);
        done.shut_down_ns = nanos_since(shutting_down);
        Ok(done)
    }

    /// Everything between starting the model and shutting it down.
    fn phases(&self, running: &mut dyn Running, work: &Shared, start_ns: u64) -> Result<Done> {
        let connect_ns = connect(running)?;
        let warm_up_ns = self.warm_up(running, work)?;
        self.get_ready(Ready {
            protocol: VERSION,
            version: self.version.to_owned(),
            in_flight: work.lanes,
            start_ns,
            connect_ns,
            warm_up_ns,
            knobs: running.knobs(),
            listens: None,
            elsewhere: None,
        })?;
        let (recorded, done) = self.measure(running, work)?;
        if let Some(file) = &self.request.digests {
            recorded.write_digests(file)?;
        }
        if let Some(file) = &self.request.trace {
            trace::write(file, self.version)
                .map_err(|error| Error::io(format!("cannot write {}", file.display()), error))?;
            running.write_traces(file)?;
        }
        Ok(done)
    }

    /// Takes the room for a trace, before lanes are opened.
    fn prepare_trace(&self) -> Result<()> {
        let coordination = self.request.setup.workload.coordination.as_ref();
        if coordination.is_some_and(|what| !what.needs_pulses()) {
            return Err(Error::Unsupported(
                "of coordination, traces are recorded of stall and echo alone".to_owned(),
            ));
        }
        trace::prepare(MOST_EVENTS);
        Ok(())
    }

    pub(crate) fn work<B: TaskBody>(&self, model: &dyn Model<B>) -> Work<B> {
        let setup = self.request.setup.clone();
        // A lane without a task would never be warmed up, so there are at most as many as tasks.
        let lanes = model
            .capacity(&setup)
            .min(setup.in_flight)
            .min(self.request.tasks);
        let work = Work::of(setup, lanes);
        if !self.request.hold {
            return work;
        }
        let input = Arc::clone(&self.input);
        work.observed(move || {
            say(&Message::Held {});
            // Any line lets the run continue, because an observer cannot return an error.
            let _ = input.wait_for_go();
        })
    }

    /// Every lane does one task, whose index is beyond those of the workload. Then the page cache
    /// is brought into the state that the workload asks for. Returns the nanoseconds that this
    /// took.
    fn warm_up(&self, running: &mut dyn Running, work: &Shared) -> Result<u64> {
        let start = Instant::now();
        let workload = &work.setup.workload;
        let tasks = Tasks {
            seed: workload.seed,
            first: workload.tasks,
            count: work.lanes,
        };
        let record = Recorder::new(tasks);
        match &workload.coordination {
            Some(what) => drop(running.coordinate(what, tasks, &record)?),
            None => running.run(tasks, &record)?,
        }
        record.finish()?;
        // After the warm-up, whose own reads would bring evicted files back into memory.
        prepare::files(&work.setup, self.request.tasks)?;
        Ok(nanos_since(start))
    }

    fn get_ready(&self, ready: Ready) -> Result<()> {
        say(&Message::Ready(ready));
        self.input.wait_for_go().map_err(Error::Usage)
    }

    fn measure(&self, running: &mut dyn Running, work: &Shared) -> Result<(Recorded, Done)> {
        let tasks = Tasks {
            seed: work.setup.workload.seed,
            first: 0,
            count: self.request.tasks,
        };
        let record = Recorder::new(tasks);
        // Counts are read outside the tare on both sides: reading them may cost a message to every
        // worker process, which must not be charged to the run.
        let counted = running.counts()?;
        trace::look_before();
        let tare = Tare::begin(&mut || running.usage())?;
        if trace::is_prepared() {
            // As late as this, so that what others use while the meters are read is not theirs in the trace.
            running.begin_traces()?;
        }
        let start_ns = monotonic_ns();
        trace::begin(start_ns);
        let (open, mut counts) = self.drive(running, tasks, &record)?;
        let end_ns = monotonic_ns();
        trace::end(end_ns);
        let used = tare.end(&mut || running.usage())?;
        trace::look_after();
        count_since(&mut counts, running.counts()?, &counted);
        // Before the barrier: threads that are idle may end while whoever asked for it looks at them.
        let threads = live_threads() + used.total.threads;
        if self.request.hold {
            // Held while everything that the run needed is still allocated, so that whoever asked
            // can measure the memory of the whole process tree.
            say(&Message::Held {});
            self.input.wait_for_go().map_err(Error::Usage)?;
        }
        record.replace_latencies(work.lateness());
        let recorded = record.finish()?;
        let done = Done {
            tasks: tasks.count,
            digest: format!("{:016x}", recorded.digest),
            elapsed_ns: end_ns - start_ns,
            latency: recorded.latency.clone(),
            // The load generator runs in this process but is no part of the model.
            cpu_ns: nanos(used.between.cpu)
                .saturating_sub(open.map_or(0, |open| open.pacing_cpu_ns)),
            switches: used.between.switches,
            vm_hwm_bytes: vm_hwm_bytes(),
            threads,
            processes: 1 + used.total.processes,
            alive_at_once: running
                .alive_at_once()
                .or_else(|| work.alive().map(|alive| alive.count)),
            run_queue_wait_ns: used.run_queue_wait.map(nanos),
            counts,
            open,
            shut_down_ns: 0,
        };
        Ok((recorded, done))
    }

    /// Does the measured tasks: in a closed loop, in an open loop, or as coordination.
    fn drive(
        &self,
        running: &mut dyn Running,
        tasks: Tasks,
        record: &Recorder,
    ) -> Result<(Option<OpenLoop>, Counts)> {
        let workload = &self.request.setup.workload;
        if let Some(what) = &workload.coordination {
            let counts = running.coordinate(what, tasks, record)?;
            return Ok((None, counts));
        }
        let Some(rate) = workload.rate else {
            running.run(tasks, record)?;
            return Ok((None, Counts::new()));
        };
        let arrivals = Arrivals::new(tasks, workload, rate, record);
        running.serve(&arrivals, record)?;
        Ok((Some(arrivals.outcome(record)), Counts::new()))
    }
}

/// Runs a model; its result, and the model, which is then shut down. A model that fails or panics
/// is never shut down.
pub(crate) fn unless_it_fails<R, T>(
    running: R,
    run: impl FnOnce(&mut R) -> Result<T>,
) -> Result<(T, R)> {
    // Shutting down waits for tasks, and they may wait for the one that failed. Leaking the model
    // instead lets this program report the error and exit.
    let mut running = ManuallyDrop::new(running);
    let outcome = run(&mut running)?;
    Ok((outcome, ManuallyDrop::into_inner(running)))
}

/// Opens the lanes; the nanoseconds that this took.
fn connect(running: &mut dyn Running) -> Result<u64> {
    let start = Instant::now();
    running.connect()?;
    Ok(nanos_since(start))
}

pub(crate) fn nanos_since(start: Instant) -> u64 {
    nanos(start.elapsed())
}

pub(crate) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Adds the increase of a model's counts between two readings.
pub(crate) fn count_since(counts: &mut Counts, now: Counts, before: &Counts) {
    for (name, count) in now {
        let earlier = before.get(&name).copied().unwrap_or(0);
        *counts.entry(name).or_default() += count.saturating_sub(earlier);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_like_others() {
        let error = no_panic::<()>(|| panic!("in a driver")).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
        assert_eq!(no_panic(|| Ok(5)).unwrap(), 5);
    }

    #[test]
    fn what_fails_or_panics_is_not_shut_down() {
        let model = Arc::new(());
        let after = |run: fn(&mut Arc<()>) -> Result<()>| {
            drop(no_panic(|| unless_it_fails(Arc::clone(&model), run)));
            Arc::strong_count(&model)
        };
        assert_eq!(after(|_| Ok(())), 1);
        assert_eq!(after(|_| Err(Error::Undone(0))), 2);
        assert_eq!(after(|_| panic!("in a driver")), 3);
    }
}
