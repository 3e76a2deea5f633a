//! The gate by instructions, `ab --meter instructions`: it counts the instructions of two builds. A count
//! measures work and not waiting, and hardly depends on how busy the machine is. It is that of whole
//! processes, their start and end included.

mod callgrind;
mod gate;
mod words;

use std::time::Duration;

use catalog::{Chosen, Selected, Workspace};
use host::{Ledger, TemporaryFolder};
use launch::{Bench, RunError, Sizes, Trial};
use results::{Failure, Kind, Profile, Share};
use schedule::{Ability, Settings, Wanted, share};
use terminal::{counted, interrupt};

use crate::failures::worse;
use crate::report::Findings;
use gate::Counts;
use words::CountedVariant;

/// What people are told about the figures.
pub(crate) const ABOUT: &str = "instructions by callgrind, of a twentieth of the tasks, start and \
    end of the program included; the fewest of 3 runs each, ratio of medians, spread of the runs of \
    one side";

/// Runs of each side: two show a spread, and three which of them is odd.
const RUNS: usize = 3;
/// The least time limit of a run: a program under callgrind is about fifty times as slow.
const LEAST_LIMIT: Duration = Duration::from_secs(15 * 60);

/// A variant's name, its base and its head.
pub(crate) type Both<'a> = (&'a str, [&'a Selected; 2]);

/// What all counted runs share.
struct Counter<'a> {
    sizes: &'a Sizes,
    bench: Bench<'a>,
}

/// Counts every variant at every workload.
pub(crate) fn run(
    workspace: &Workspace,
    ledger: &Ledger,
    sizes: &Sizes,
    workloads: &[Chosen],
    pairs: &[Both<'_>],
) -> anyhow::Result<Findings> {
    if let Some(why) = callgrind::unavailable() {
        anyhow::bail!("instruction counts are {why}");
    }
    let bench = Bench::new(workspace, ledger, sizes.postgres.as_deref());
    bench
        .build_packages(workloads.iter().map(|chosen| &chosen.workload))
        .map_err(RunError::into_anyhow)?;
    let mut counter = Counter { sizes, bench };
    let mut variants = Vec::new();
    for chosen in workloads {
        for pair in pairs {
            variants.push(counter.variant(chosen, pair)?);
        }
    }
    Ok(words::findings(&variants))
}

impl Counter<'_> {
    /// Counts a pair at a workload. A run that fails is part of the finding.
    fn variant(&mut self, chosen: &Chosen, pair: &Both<'_>) -> anyhow::Result<CountedVariant> {
        let (variant, [_, head]) = pair;
        let [base_share, share] = pair.1.map(|selected| self.share(chosen, selected));
        let counts = match self.counts(chosen, pair) {
            _ if base_share != share => Err(of_different_work(base_share, share)),
            Ok(counts) => Ok(counts),
            Err(RunError::Failed(failure)) => Err(failure),
            Err(other) => return Err(other.into_anyhow()),
        };
        Ok(CountedVariant {
            workload: chosen.workload.name.clone(),
            variant: (*variant).to_owned(),
            tasks: share.tasks,
            limit: gate::limit(head),
            counts,
        })
    }

    /// What is asked of a variant at a workload.
    fn wanted(&self, chosen: &Chosen) -> Wanted {
        self.sizes.wanted().with_workers(chosen.workers())
    }

    /// Counts the base and the head by turns, so that nothing that changes meanwhile meets one of them only.
    fn counts(&mut self, chosen: &Chosen, (_, sides): &Both<'_>) -> Result<Counts, RunError> {
        let mut counts = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            let [base, head] = sides.map(|side| self.count(chosen, side));
            let of_run = match (base, head) {
                (Ok(base), Ok(head)) => [base, head],
                (Err(RunError::Failed(failure)), Ok(_))
                | (Ok(_), Err(RunError::Failed(failure))) => {
                    return Err(failure.of_one_alone().into());
                }
                (Err(RunError::Failed(base)), Err(RunError::Failed(head))) => {
                    return Err(worse(base, head).into());
                }
                // What stops the tool comes before the failure of the other side.
                (Err(RunError::Failed(_)), Err(error)) | (Err(error), _) | (_, Err(error)) => {
                    return Err(error);
                }
            };
            for (counted, one) in counts.iter_mut().zip(of_run) {
                counted.push(one);
            }
        }
        let [base, head] = counts;
        Ok(Counts { base, head })
    }

    /// The tasks and lanes of a variant's run.
    fn share(&self, chosen: &Chosen, selected: &Selected) -> Share {
        let ability = Ability::of(selected, &chosen.workload);
        let settings = Settings::of(Profile::Smoke);
        share(&chosen.workload, ability, &self.wanted(chosen), &settings)
    }

    /// The instructions of one run.
    fn count(&mut self, chosen: &Chosen, selected: &Selected) -> Result<u64, RunError> {
        interrupt::check()?;
        let folder =
            TemporaryFolder::make("callgrind-").map_err(|unfit| RunError::Tool(unfit.into()))?;
        let counted = callgrind::under(selected, folder.path());
        let trial = Trial {
            selected: &counted,
            chosen,
            wanted: self.wanted(chosen),
            share: self.share(chosen, selected),
            limit: self.sizes.time_limit.max(LEAST_LIMIT),
            placement: self.sizes.placement,
            padding: 0,
            hold: false,
            digests: None,
            trace: None,
        };
        let (workload, tasks) = (&chosen.workload, trial.share.tasks);
        let expected = self.bench.expected(workload, &[tasks])?;
        // A count of a run with a wrong answer would be a count of other work.
        let run = self.bench.judged_run(&trial, &expected[&tasks])?;
        run.into_believed()?;
        callgrind::count(folder.path())
            .map_err(|error| Failure::new(Kind::Impossible, format!("{error:#}")).into())
    }
}

/// The failure of revisions that run different numbers of tasks: counts are of all tasks together.
fn of_different_work(base: Share, head: Share) -> Failure {
    let message = format!(
        "the base runs {}, {} at once, the head {}, {} at once: not the same work",
        counted(base.tasks, "task"),
        base.in_flight,
        counted(head.tasks, "task"),
        head.in_flight
    );
    Failure::new(Kind::Unsupported, message)
}
