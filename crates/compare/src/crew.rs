//! Several runs at a time, on threads of the tool: for comparisons that check answers and time nothing.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use catalog::Workspace;
use host::{Ledger, machine};
use launch::{Attempt, Bench, JudgedRun, RunError, Trial, again_without_service};
use protocol::{Endpoints, Workload};
use terminal::progress;

use crate::executor::{Ended, Executed};
use crate::place::Place;

/// Runs at a time for each processor: many tasks wait for a timer or a server, and a program that starts
/// or ends keeps a processor busy for part of the time only.
const RUNS_PER_PROCESSOR: u64 = 2;
/// The most runs at a time: each may have thousands of threads and open files.
const MOST_RUNS: u64 = 16;

/// A run that is due.
#[derive(Clone, Debug)]
pub(crate) struct Check<'a> {
    pub(crate) workload: usize,
    pub(crate) trial: Trial<'a>,
    pub(crate) place: Place,
    /// The digest that is right.
    pub(crate) expected: String,
    /// What the program prints as its version.
    pub(crate) version: Option<String>,
}

/// What carries out runs side by side: the programs of one checkout, and services that all runs share.
pub(crate) struct Crew<'a> {
    workspace: &'a Workspace,
    ledger: &'a Ledger,
    bench: Bench<'a>,
}

/// What the thread of a run tells the one that has the services, or asks it: a service ends with the thread
/// that started it, and the threads of the runs end one after the other.
enum Message<'m, 'c> {
    /// A run is over.
    Ended(&'m Check<'c>, Box<Result<Ended, RunError>>),
    /// The services of a workload are to run.
    Start(&'m Workload, mpsc::Sender<Result<Services, RunError>>),
    /// Whether a service of a workload ended after so many had.
    Lost(
        &'m Workload,
        usize,
        mpsc::Sender<Result<Option<String>, RunError>>,
    ),
}

/// Services that run.
struct Services {
    endpoints: Endpoints,
    /// How many of the workload's had ended by then.
    losses: usize,
}

/// A run on a thread of its own.
struct OnThread<'m, 'c, 's> {
    check: &'m Check<'c>,
    workspace: &'s Workspace,
    ledger: &'s Ledger,
    sender: &'s mpsc::Sender<Message<'m, 'c>>,
    losses: usize,
}

impl<'a> Crew<'a> {
    /// No service is started yet.
    pub(crate) fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        postgres_url: Option<&str>,
    ) -> Crew<'a> {
        Crew {
            workspace,
            ledger,
            bench: Bench::new(workspace, ledger, postgres_url),
        }
    }

    /// Carries out chains of runs: several chains at a time, the runs of a chain one after the other.
    /// `ended` is called on this thread for each run as it ends.
    ///
    /// # Errors
    ///
    /// The first error that stops the tool, of a run or of `ended`. No further run is begun then.
    pub(crate) fn carry_out<'c>(
        &mut self,
        chains: &[Vec<Check<'c>>],
        mut ended: impl FnMut(&Check<'c>, Ended) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        self.start_services(chains)?;
        let (workspace, ledger) = (self.workspace, self.ledger);
        let waiting = Mutex::new(chains.iter());
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            for number in 0..(machine::processors() * RUNS_PER_PROCESSOR).min(MOST_RUNS) {
                let (sender, waiting) = (sender.clone(), &waiting);
                let started = thread::Builder::new().spawn_scoped(scope, move || {
                    carry_out_chains(waiting, workspace, ledger, &sender);
                });
                // Fewer threads take longer, and that is all.
                if number == 0 {
                    started
                        .context("no thread can be started")
                        .map_err(RunError::tool)?;
                }
            }
            // The loop ends when the last thread has dropped its sender.
            drop(sender);
            for message in receiver {
                match message {
                    Message::Ended(check, run) => ended(check, (*run)?)?,
                    // Who asks is gone where it does not take the answer.
                    Message::Start(workload, reply) => drop(reply.send(self.start(workload))),
                    Message::Lost(workload, losses, reply) => {
                        drop(reply.send(self.bench.lost_since(workload, losses)));
                    }
                }
            }
            Ok(())
        })
    }

    /// Starts all services before the first run. One that cannot be had is an error of each run.
    fn start_services(&mut self, chains: &[Vec<Check<'_>>]) -> Result<(), RunError> {
        progress::step("starting the services");
        let mut workloads = BTreeSet::new();
        for check in chains.iter().flatten() {
            if !workloads.insert(check.workload) {
                continue;
            }
            let started = self.start(&check.trial.chosen.workload);
            started.map_or_else(|error| error.into_row().map(drop), |_| Ok(()))?;
        }
        Ok(())
    }

    fn start(&mut self, workload: &Workload) -> Result<Services, RunError> {
        let endpoints = self.bench.start_services(workload)?;
        let losses = self.bench.losses(workload);
        Ok(Services { endpoints, losses })
    }
}

/// Carries out chain after chain, until none is left or nobody wants to know any more.
fn carry_out_chains<'m, 'c>(
    waiting: &Mutex<impl Iterator<Item = &'m Vec<Check<'c>>>>,
    workspace: &Workspace,
    ledger: &Ledger,
    sender: &mpsc::Sender<Message<'m, 'c>>,
) where
    'c: 'm,
{
    while let Some(chain) = next_of(waiting) {
        for check in chain {
            let run = OnThread {
                check,
                workspace,
                ledger,
                sender,
                losses: 0,
            };
            let ended = Box::new(run.ended());
            if sender.send(Message::Ended(check, ended)).is_err() {
                return;
            }
        }
    }
}

impl<'m, 'c> OnThread<'m, 'c, '_> {
    fn ended(mut self) -> Result<Ended, RunError> {
        let before = Instant::now();
        let run = match again_without_service(&mut self) {
            Ok(run) => Ok(run),
            Err(error) => Err(error.into_row()?),
        };
        Ok(Ended {
            executed: Executed {
                run,
                services_took: Duration::ZERO,
            },
            steal_ticks: None,
            elapsed: before.elapsed(),
        })
    }

    /// Asks the thread that has the services, and waits for its answer.
    fn ask<T>(
        &self,
        question: impl FnOnce(mpsc::Sender<Result<T, RunError>>) -> Message<'m, 'c>,
    ) -> Result<T, RunError> {
        let (reply, answer) = mpsc::channel();
        let asked = self.sender.send(question(reply)).is_ok();
        let answered = answer.recv().ok().filter(|_| asked);
        // An error of another run has ended all: nobody reads what this one came to.
        answered.unwrap_or_else(|| Err(RunError::tool(anyhow::anyhow!("the comparison is over"))))
    }
}

impl Attempt for OnThread<'_, '_, '_> {
    fn run(&mut self) -> Result<JudgedRun, RunError> {
        let Check { trial, .. } = self.check;
        let workload = &trial.chosen.workload;
        let services = self.ask(|reply| Message::Start(workload, reply))?;
        self.losses = services.losses;
        trial.judged_beside_others(
            services.endpoints,
            self.workspace,
            self.ledger,
            &self.check.expected,
            self.check.version.as_deref(),
        )
    }

    fn lost_service(&mut self) -> Result<Option<String>, RunError> {
        let workload = &self.check.trial.chosen.workload;
        self.ask(|reply| Message::Lost(workload, self.losses, reply))
    }
}

/// The next chain that nobody has begun.
fn next_of<'t, T>(waiting: &Mutex<impl Iterator<Item = &'t T>>) -> Option<&'t T> {
    lock(waiting).next()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
