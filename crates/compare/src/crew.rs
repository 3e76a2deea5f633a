//! Several runs at a time, on threads of the tool: for comparisons that check answers and time nothing.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use catalog::Workspace;
use launch::{Bench, JudgedRun, Ledger, RunError, Trial, machine};
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
    /// Locked while services are started, and not during a run.
    bench: Mutex<Bench<'a>>,
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
            bench: Mutex::new(Bench::new(workspace, ledger, postgres_url)),
        }
    }

    /// Carries out chains of runs: several chains at a time, the runs of a chain one after the other.
    /// `ended` is called on this thread for each run as it ends.
    ///
    /// # Errors
    ///
    /// The first error that stops the tool, of a run or of `ended`. No further run is begun then.
    pub(crate) fn carry_out<'c>(
        &self,
        chains: &[Vec<Check<'c>>],
        mut ended: impl FnMut(&Check<'c>, Ended) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        self.start_services(chains)?;
        let waiting = Mutex::new(chains.iter());
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..(machine::processors() * RUNS_PER_PROCESSOR).min(MOST_RUNS) {
                let (sender, waiting) = (sender.clone(), &waiting);
                scope.spawn(move || {
                    while let Some(chain) = next_of(waiting) {
                        for check in chain {
                            // Nobody receives any more once an error has come.
                            if sender.send((check, self.run(check))).is_err() {
                                return;
                            }
                        }
                    }
                });
            }
            // The loop ends when the last thread has dropped its sender.
            drop(sender);
            for (check, run) in receiver {
                ended(check, run?)?;
            }
            Ok(())
        })
    }

    /// Starts all services on this thread: a service ends with the thread that started it, and the
    /// threads of the runs end one after the other. One that cannot be had is an error of each run.
    fn start_services(&self, chains: &[Vec<Check<'_>>]) -> Result<(), RunError> {
        progress::step("starting the services");
        let mut workloads = BTreeSet::new();
        for check in chains.iter().flatten() {
            if !workloads.insert(check.workload) {
                continue;
            }
            let started = lock(&self.bench).start_services(&check.trial.chosen.workload);
            started.map_or_else(|error| error.into_row().map(drop), |_| Ok(()))?;
        }
        Ok(())
    }

    fn run(&self, check: &Check<'_>) -> Result<Ended, RunError> {
        let before = Instant::now();
        let run = match self.judged_run(check) {
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

    fn judged_run(&self, check: &Check<'_>) -> Result<JudgedRun, RunError> {
        let trial = &check.trial;
        let endpoints = lock(&self.bench).start_services(&trial.chosen.workload)?;
        let version = check.version.as_deref();
        trial.judged_beside_others(
            endpoints,
            self.workspace,
            self.ledger,
            &check.expected,
            version,
        )
    }
}

/// The next chain that nobody has begun.
fn next_of<'t, T>(waiting: &Mutex<impl Iterator<Item = &'t T>>) -> Option<&'t T> {
    lock(waiting).next()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
