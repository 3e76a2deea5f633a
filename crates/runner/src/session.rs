//! One run, from the request to the last line: the handshake that `docs/FORMAT.md` describes, with
//! start-up, connecting, running and shutting down timed apart.

use std::io::Write;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{Done, Message, OpenLoop, Ready, Request, RunnerExit, Setup, VERSION};
use workloads::{Tasks, Work};

use crate::input::Input;
use crate::meters::{live_threads, vm_hwm_bytes};
use crate::model::{Counts, Error, Model, Result, Running};
use crate::pacing::Arrivals;
use crate::recorder::{Recorded, Recorder};
use crate::tare::Tare;
use crate::{parent, prepare};

/// Most lanes and threads that a request may ask for, as in workload files.
const MOST_UNITS: u64 = 100_000;

/// The whole of a model's program: `version` is its name and version, such as `threads 0.1.0`.
pub fn main(version: &str, models: &[&dyn Model]) -> ExitCode {
    let began = Instant::now();
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
        no_panic(|| session.run(model))
    });
    match outcome {
        Ok(done) => {
            input.end();
            say(&Message::Done(done));
            RunnerExit::Ok.into()
        }
        Err(error) => {
            input.end();
            fail(&error)
        }
    }
}

/// A panic as an error like others; standard error has what it said. Nothing is used afterwards that
/// it could have left half done.
fn no_panic<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let problem = "the driver of the run panicked".to_owned();
        Err(workloads::Error::Model(problem).into())
    })
}

fn fail(error: &Error) -> ExitCode {
    say(&Message::Error(error.failure()));
    match error {
        Error::Usage(_) => RunnerExit::Usage.into(),
        _ => RunnerExit::Failed.into(),
    }
}

/// One line on standard output. Where nobody reads it, the end of input follows anyway.
fn say(message: &Message) {
    if let Ok(mut line) = serde_json::to_string(message) {
        line.push('\n');
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

fn read_request<'a>(line: &str, models: &[&'a dyn Model]) -> Result<(Request, &'a dyn Model)> {
    let request: Request = serde_json::from_str(line)
        .map_err(|error| Error::Usage(format!("the request cannot be read: {error}")))?;
    if request.protocol != VERSION {
        let theirs = request.protocol;
        return Err(Error::Usage(format!(
            "protocol {theirs}: this program speaks {VERSION}"
        )));
    }
    check_numbers(&request)?;
    let wanted = &request.variant;
    let found = models.iter().find(|model| model.name() == wanted);
    match found {
        Some(model) => Ok((request, *model)),
        None => {
            let names: Vec<_> = models.iter().map(|model| model.name()).collect();
            Err(Error::Usage(format!(
                "no variant {wanted:?}: there are {}",
                names.join(", ")
            )))
        }
    }
}

/// What types alone do not refuse.
fn check_numbers(request: &Request) -> Result<()> {
    let Setup {
        workload,
        workers,
        in_flight,
        blocking,
        ..
    } = &request.setup;
    let most = [
        ("tasks", request.tasks, workload.tasks),
        ("workers", *workers, MOST_UNITS),
        ("in_flight", *in_flight, MOST_UNITS),
        ("blocking", *blocking, MOST_UNITS),
    ];
    match most
        .into_iter()
        .find(|(_, number, most)| !(1..=*most).contains(number))
    {
        None => Ok(()),
        Some((name, number, most)) => Err(Error::Usage(format!(
            "{name} is {number}: allowed are 1 to {most}"
        ))),
    }
}

/// Everything that a phase of one run needs.
struct Session<'a> {
    version: &'a str,
    began: Instant,
    input: Arc<Input>,
    request: Request,
}

impl Session<'_> {
    fn run(self, model: &dyn Model) -> Result<Done> {
        self.tie_to_parent()?;
        let work = Arc::new(self.work(model));
        let running = model.start(&work)?;
        let start_ns = nanos_since(self.began);
        let phases = |running: &mut Box<dyn Running>| self.phases(&mut **running, &work, start_ns);
        let (mut done, running) = unless_it_fails(running, phases)?;
        let shutting_down = Instant::now();
        drop(running);
        done.shut_down_ns = nanos_since(shutting_down);
        Ok(done)
    }

    fn phases(&self, running: &mut dyn Running, work: &Work, start_ns: u64) -> Result<Done> {
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
        })?;
        let (recorded, done) = self.measure(running, work)?;
        if let Some(file) = &self.request.digests {
            recorded.write_digests(file)?;
        }
        Ok(done)
    }

    fn tie_to_parent(&self) -> Result<()> {
        let parent = self.request.parent;
        if parent != 0 && parent::die_with_parent() && !parent::is_child_of(parent) {
            return Err(Error::Usage(format!(
                "process {parent} is not the parent of this one"
            )));
        }
        Ok(())
    }

    fn work(&self, model: &dyn Model) -> Work {
        let setup = self.request.setup.clone();
        let lanes = model
            .capacity(&setup)
            .min(setup.in_flight)
            .min(self.request.tasks);
        let work = Work::new(setup, lanes);
        if !self.request.hold {
            return work;
        }
        let input = Arc::clone(&self.input);
        work.observed(move || {
            say(&Message::Held {});
            // Whatever line comes lets it go on: there is nobody here to answer an error to.
            let _ = input.wait_for_go();
        })
    }

    /// Every lane does one task beyond the last; then the page cache is brought into its state.
    fn warm_up(&self, running: &mut dyn Running, work: &Work) -> Result<u64> {
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
        prepare::files(&work.setup, self.request.tasks)?;
        Ok(nanos_since(start))
    }

    fn get_ready(&self, ready: Ready) -> Result<()> {
        say(&Message::Ready(ready));
        self.input.wait_for_go().map_err(Error::Usage)
    }

    fn measure(&self, running: &mut dyn Running, work: &Work) -> Result<(Recorded, Done)> {
        let tasks = Tasks {
            seed: work.setup.workload.seed,
            first: 0,
            count: self.request.tasks,
        };
        let record = Recorder::new(tasks);
        let counted = running.counts()?;
        let tare = Tare::begin(running)?;
        let start = Instant::now();
        let (open, mut counts) = self.drive(running, tasks, &record)?;
        let elapsed_ns = nanos_since(start);
        let used = tare.end(running)?;
        count_since(&mut counts, running.counts()?, &counted);
        let cpu_ns = nanos(used.between.cpu);
        if self.request.hold {
            say(&Message::Held {});
            self.input.wait_for_go().map_err(Error::Usage)?;
        }
        let recorded = record.finish()?;
        let done = Done {
            tasks: tasks.count,
            digest: format!("{:016x}", recorded.digest),
            elapsed_ns,
            latency: recorded.latency.clone(),
            cpu_ns: cpu_ns.saturating_sub(open.map_or(0, |open| open.pacing_cpu_ns)),
            switches: used.between.switches,
            vm_hwm_bytes: vm_hwm_bytes(),
            threads: live_threads() + used.total.threads,
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

    /// The measured tasks: as fast as the lanes take them, or as they arrive.
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

/// What a model gives, and the model, to be shut down. One that fails or panics is never dropped:
/// shutting down waits for tasks that may wait for the one that failed, and the end of this program
/// does not.
fn unless_it_fails<R, T>(running: R, run: impl FnOnce(&mut R) -> Result<T>) -> Result<(T, R)> {
    let mut running = ManuallyDrop::new(running);
    let given = run(&mut running)?;
    Ok((given, ManuallyDrop::into_inner(running)))
}

fn connect(running: &mut dyn Running) -> Result<u64> {
    let start = Instant::now();
    running.connect()?;
    Ok(nanos_since(start))
}

fn nanos_since(start: Instant) -> u64 {
    nanos(start.elapsed())
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Adds what a model has counted between two looks.
fn count_since(counts: &mut Counts, now: Counts, before: &Counts) {
    for (name, count) in now {
        let before = before.get(&name).copied().unwrap_or(0);
        *counts.entry(name).or_default() += count.saturating_sub(before);
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
