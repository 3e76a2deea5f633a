//! The program that the tool starts: it reads the request, starts the MPI job, and relays what the tool and rank 0
//! say to each other. The last message is passed on when the job has ended.

use std::io::{BufRead, BufReader};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use runner::protocol::{Done, Failure, FailureKind, Message, Request, RunnerExit};
use runner::{Error, Model, Result, fail, read_request, say, tie_to};
use workloads::Error as WorkError;

use crate::adjust;
use crate::job::Job;
use crate::knobs::elsewhere;
use crate::remarks::Remarks;
use crate::variant::{VARIANTS, yields};

/// What the parent waits for.
enum Event {
    /// A line of standard input.
    Order(String),
    /// The end of standard input.
    InputOver,
    /// A line of rank 0.
    Said(String),
    /// The end of what ranks print.
    OutputOver,
}

/// How a run ended.
enum Outcome {
    Done(Box<Done>),
    /// Rank 0 has said why there is no result.
    Refused(Failure),
    /// Standard input has ended.
    Closed,
}

/// The main function of the parent.
pub(crate) fn main() -> ExitCode {
    let began = Instant::now();
    let (sender, events) = channel();
    let orders = sender.clone();
    let reading = std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || {
            forward(std::io::stdin().lock(), &orders, Event::Order);
            let _ = orders.send(Event::InputOver);
        });
    if let Err(error) = reading {
        return fail(&Error::io("cannot read standard input", error));
    }
    let Ok(Event::Order(line)) = events.recv() else {
        return RunnerExit::Closed.into();
    };
    match run(&line, began, &events, sender) {
        Ok(Outcome::Done(done)) => {
            say(&Message::Done(*done));
            RunnerExit::Ok.into()
        }
        Ok(Outcome::Refused(failure)) => {
            let is_usage = failure.kind == FailureKind::Usage;
            say(&Message::Error(failure));
            if is_usage {
                RunnerExit::Usage.into()
            } else {
                RunnerExit::Failed.into()
            }
        }
        Ok(Outcome::Closed) => RunnerExit::Closed.into(),
        Err(error) => fail(&error),
    }
}

/// Hands over line after line, until there are no more.
fn forward(from: impl BufRead, to: &Sender<Event>, what: fn(String) -> Event) {
    for line in from.lines().map_while(std::io::Result::ok) {
        if to.send(what(line)).is_err() {
            return;
        }
    }
}

fn run(
    line: &str,
    began: Instant,
    events: &Receiver<Event>,
    sender: Sender<Event>,
) -> Result<Outcome> {
    let (request, model) = read_request(line, VARIANTS)?;
    tie_to(request.parent)?;
    let mut job = Job::start(ranks(&request, model), yields(&request.variant))?;
    let output = job.mpirun().stdout.take();
    std::thread::Builder::new()
        .name("output".to_owned())
        .spawn(move || {
            if let Some(output) = output {
                forward(BufReader::new(output), &sender, Event::Said);
            }
            let _ = sender.send(Event::OutputOver);
        })
        .map_err(no_thread)?;
    let Some(stderr) = job.mpirun().stderr.take() else {
        return Err(WorkError::Model("mpirun has no standard error".to_owned()).into());
    };
    let remarks = Remarks::read(stderr).map_err(no_thread)?;
    // Rank 0 has another parent, which this one outlives.
    let request = Request {
        parent: 0,
        ..request
    };
    let text = serde_json::to_string(&request)
        .map_err(|error| WorkError::Model(format!("cannot write the request: {error}")))?;
    job.send(&text);
    Relay {
        job,
        remarks,
        began,
        hosts_elsewhere: 0,
    }
    .relay(events)
}

fn no_thread(error: std::io::Error) -> Error {
    Error::io("cannot start a thread", error)
}

/// How many ranks a request needs: rank 0, and one for each lane.
fn ranks(request: &Request, model: &dyn Model) -> u64 {
    let lanes = model.capacity(&request.setup);
    1 + lanes.min(request.setup.in_flight).min(request.tasks)
}

/// The name of this host, as ranks on it have it.
fn own_name() -> String {
    let name = rustix::system::uname();
    name.nodename().to_string_lossy().into_owned()
}

/// A job between the tool and rank 0.
struct Relay {
    job: Job,
    remarks: Remarks,
    began: Instant,
    /// How many hosts besides this one have ranks, as rank 0 has said.
    hosts_elsewhere: u64,
}

impl Relay {
    fn relay(mut self, events: &Receiver<Event>) -> Result<Outcome> {
        loop {
            match events.recv() {
                Ok(Event::Order(line)) => self.job.send(&line),
                Ok(Event::Said(line)) => {
                    if let Some(outcome) = self.said(&line)? {
                        return Ok(outcome);
                    }
                }
                Ok(Event::InputOver) => {
                    self.end();
                    return Ok(Outcome::Closed);
                }
                Ok(Event::OutputOver) | Err(_) => return Err(self.ended()),
            }
        }
    }

    /// Passes a message on; the outcome, where it is the last.
    fn said(&mut self, line: &str) -> Result<Option<Outcome>> {
        let message = serde_json::from_str(line).map_err(|error| {
            let problem = format!("rank 0 printed {line:?}, which is no message: {error}");
            self.end();
            WorkError::Model(problem)
        })?;
        match message {
            Message::Ready(mut ready) => {
                ready.elsewhere = elsewhere(&ready.knobs, &own_name());
                self.hosts_elsewhere = ready.elsewhere.map_or(0, |there| there.hosts);
                adjust::ready(&mut ready, self.began.elapsed());
                say(&Message::Ready(ready));
                Ok(None)
            }
            Message::Done(done) => self.done(done).map(Some),
            Message::Error(failure) => {
                self.end();
                Ok(Some(Outcome::Refused(failure)))
            }
            other => {
                say(&other);
                Ok(None)
            }
        }
    }

    /// The result, once the job has ended.
    fn done(&mut self, mut done: Done) -> Result<Outcome> {
        let since = Instant::now();
        adjust::done(&mut done, self.hosts_elsewhere, self.threads_of_mpirun());
        match self.job.wait() {
            Some(status) if status.success() => {
                adjust::shut_down(&mut done, since.elapsed());
                Ok(Outcome::Done(Box::new(done)))
            }
            Some(status) => {
                let problem = format!("the job ended badly after its result: mpirun: {status}");
                Err(WorkError::Model(problem).into())
            }
            None => {
                let problem = "the job did not end after its result".to_owned();
                Err(WorkError::Model(problem).into())
            }
        }
    }

    fn threads_of_mpirun(&mut self) -> u64 {
        let folder = format!("/proc/{}/task", self.job.mpirun().id());
        std::fs::read_dir(folder).map_or(1, |threads| threads.count() as u64)
    }

    /// Ends the job.
    fn end(&mut self) {
        self.remarks.end();
        self.job.end();
    }

    /// The error of a job that has ended before its result.
    fn ended(&mut self) -> Error {
        let status = self.job.wait();
        let how = self.remarks.noticed().unwrap_or_else(|| match status {
            Some(status) => format!("mpirun: {status}"),
            None => "mpirun went on without its ranks".to_owned(),
        });
        WorkError::Model(format!("the MPI job ended before its result: {how}")).into()
    }
}
