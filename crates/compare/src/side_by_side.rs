//! The only block of a comparison that times nothing: every variant gives its answer at every workload,
//! several runs at a time.

use catalog::uses_postgres;
use launch::RunError;
use protocol::{Cache, Step, Workload};
use results::Pass;
use terminal::{counted, progress};

use crate::crew::Check;
use crate::forecast::Part;
use crate::session::Session;
use crate::source::Source;

impl Session<'_> {
    /// Every variant once at every workload. Rows are kept in the order in which runs end.
    pub(crate) fn check_side_by_side(&mut self) -> Result<(), RunError> {
        let source = Source::of(self.workspace, self.choice.script.as_ref());
        let Some(mut crew) = source.crew(self.ledger, self.choice) else {
            return self.correctness_block();
        };
        progress::stage("checking answers");
        self.begin(1).map(drop)?;
        let due = self.due_checks()?;
        let all = due.len();
        let mut number = 0;
        crew.carry_out(&chains(due), |check, ended| {
            // Several runs end in the time that one takes.
            let took = self.log.since_last_row();
            self.keep_run(check.workload, &check.trial, check.place, ended)?;
            number += 1;
            progress::step(&format!("{number} of {}", counted(all as u64, "run")));
            self.one_done(Part::Check, took);
            Ok(())
        })
    }

    /// The runs of the block that an interrupted comparison has not done.
    fn due_checks<'c>(&mut self) -> Result<Vec<Check<'c>>, RunError>
    where
        Self: 'c,
    {
        let mut due = Vec::new();
        for (workload, selected, place) in self.places(1, Pass::Correctness) {
            let variant = selected.name();
            let name = &self.choice.workloads[workload].workload.name;
            let is_over = self.log.has_failed(workload, &variant)
                || self
                    .log
                    .take_over_from_anywhere(|row| place.is_of(row, name, &variant))
                || self.keep_noted_failure(workload, &variant, place)?;
            if is_over {
                self.forecast.skip(Part::Check);
                continue;
            }
            let variants = self.log.run.variants.iter();
            let version = variants
                .filter(|record| record.name == variant)
                .find_map(|record| record.version.clone());
            let record = &self.log.run.workloads[workload];
            let share = record.shares[&variant];
            let expected = record.expected[&share.tasks].clone();
            due.push(Check {
                workload,
                trial: self.trial(workload, selected, place, share),
                place,
                expected,
                version,
            });
        }
        Ok(due)
    }
}

/// The runs in chains of which several may go on at a time: most are a chain of their own. The longest
/// chain comes first, or it would end last.
fn chains(due: Vec<Check<'_>>) -> Vec<Vec<Check<'_>>> {
    let mut chains: Vec<Vec<Check<'_>>> = Vec::new();
    for check in due {
        match chains
            .iter_mut()
            .find(|chain| must_follow(&chain[0], &check))
        {
            Some(chain) => chain.push(check),
            None => chains.push(vec![check]),
        }
    }
    chains.sort_by_key(|chain| std::cmp::Reverse(chain.len()));
    chains
}

/// Whether two runs must not go on at the same time.
fn must_follow(one: &Check<'_>, other: &Check<'_>) -> bool {
    let workloads = [one, other].map(|check| &check.trial.chosen.workload);
    // The PostgreSQL server has a limited number of connections, and one run takes the files of the
    // other, which are to be read from the disk, into the page cache.
    workloads.into_iter().all(uses_postgres) || workloads.into_iter().all(reads_cold_files)
}

fn reads_cold_files(workload: &Workload) -> bool {
    workload
        .steps
        .iter()
        .any(|step| matches!(step, Step::ReadFile(read) if read.cache == Cache::Cold))
}
