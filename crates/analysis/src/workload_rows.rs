//! The rows of one workload, put together by variant in one pass. Statistics ask for the runs of every variant several
//! times, and a campaign has too many rows to look through all of them each time.

use std::collections::{BTreeMap, BTreeSet};

use results::{Arm, Block, Failed, Memory, Pass, Row, Run, RunFile};

use crate::samples::{Series, failed, memory_of};

/// The rows of a workload.
#[derive(Debug)]
pub(crate) struct WorkloadRows<'a> {
    workload: &'a str,
    /// Its runs, in the order of the rows.
    pub(crate) runs: Vec<&'a Run>,
    /// The starts of blocks, those of other workloads included, because a block has runs of all.
    pub(crate) blocks: Vec<&'a Block>,
    by_variant: BTreeMap<&'a str, Vec<&'a Run>>,
}

impl<'a> WorkloadRows<'a> {
    /// Takes the runs of a workload out of rows, each of which is looked at once.
    pub(crate) fn of(rows: impl Iterator<Item = &'a Row>, workload: &'a str) -> WorkloadRows<'a> {
        let mut own = WorkloadRows {
            workload,
            runs: Vec::new(),
            blocks: Vec::new(),
            by_variant: BTreeMap::new(),
        };
        for row in rows {
            match row {
                Row::Block(block) => own.blocks.push(block),
                Row::Run(its) if its.workload == workload => own.add(its),
                Row::Run(_) => {}
            }
        }
        own
    }

    fn add(&mut self, run: &'a Run) {
        self.runs.push(run);
        self.by_variant.entry(&run.variant).or_default().push(run);
    }

    /// The good runs of an arm, as [`Series::of`] has them.
    pub(crate) fn series(&self, run: &RunFile, variant: &str, arm: Arm) -> Series<'a> {
        let own = self.runs_of(variant);
        Series::among(run, own, (self.workload, variant), arm)
    }

    /// The first failure of a variant.
    pub(crate) fn failure(&self, variant: &str) -> Option<&'a Failed> {
        self.runs_of(variant).iter().copied().find_map(failed)
    }

    /// The memory that each good run for it told; nothing of a variant that gave a wrong answer in any run.
    pub(crate) fn memory(&self, run: &RunFile, variant: &str) -> Vec<&'a Memory> {
        memory_of(run, self.runs_of(variant), (self.workload, variant))
    }

    /// How many whole rounds were measured.
    pub(crate) fn rounds(&self, run: &RunFile) -> usize {
        let measured = self.runs.iter().filter(|its| its.pass == Pass::Measured);
        let whole = measured.filter(|its| !run.is_torn(its));
        whole.map(|its| its.block).collect::<BTreeSet<_>>().len()
    }

    fn runs_of(&self, variant: &str) -> &[&'a Run] {
        self.by_variant.get(variant).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use results::{Failure, Kind, Others, Outcome};

    use super::*;

    const VARIANTS: [&str; 3] = ["a/v", "b/v", "c/v"];
    const WORKLOADS: [&str; 2] = ["one", "two"];

    /// The rows of a campaign in which each of so many hosts has a block of each workload.
    fn rows(hosts: u64) -> Vec<Row> {
        let mut rows = Vec::new();
        for (number, workload) in (1..=hosts).flat_map(|host| WORKLOADS.map(|name| (host, name))) {
            rows.push(Row::Block(Block {
                number,
                control_ns: 1,
            }));
            let runs = VARIANTS.map(|variant| run(number, workload, variant));
            rows.extend(runs.map(|run| Row::Run(Box::new(run))));
        }
        rows
    }

    fn run(block: u64, workload: &str, variant: &str) -> Run {
        Run {
            seq: 0,
            block,
            slot: 0,
            pass: Pass::Measured,
            workload: workload.to_owned(),
            variant: variant.to_owned(),
            arm: Arm::Main,
            tasks: 1,
            in_flight: 1,
            padding: 0,
            took_ms: 1,
            ended_ms: 1,
            load: None,
            steal_ticks: None,
            origin_cpu_ns: None,
            others: Others::Unavailable(String::new()),
            outcome: Outcome::Failed(Failed {
                failure: Failure::new(Kind::Hung, variant),
                replay: String::new(),
            }),
        }
    }

    #[test]
    fn a_row_is_looked_at_once_however_many_hosts_and_variants_there_are() {
        for hosts in [1, 2, 64] {
            let rows = rows(hosts);
            let looks = Cell::new(0);
            let counted = rows.iter().inspect(|_| looks.set(looks.get() + 1));
            // Statistics get what is returned and no rows, so that they cannot look again.
            let own = WorkloadRows::of(counted, WORKLOADS[1]);
            assert_eq!(looks.get(), rows.len());
            let grouped = VARIANTS.map(|variant| own.runs_of(variant).len() as u64);
            assert_eq!(grouped, [hosts; 3]);
            assert_eq!(own.runs.len() as u64, hosts * 3);
        }
    }

    #[test]
    fn runs_are_those_of_their_workload_and_variant_in_their_order() {
        let rows = rows(3);
        let own = WorkloadRows::of(rows.iter(), "two");
        let blocks: Vec<u64> = own.runs_of("b/v").iter().map(|run| run.block).collect();
        assert_eq!(blocks, [1, 2, 3]);
        assert!(own.runs.iter().all(|run| run.workload == "two"));
        assert_eq!(own.failure("b/v").unwrap().failure.message, "b/v");
        assert_eq!(own.failure("absent/v"), None);
        assert_eq!(WorkloadRows::of(rows.iter(), "none").runs.len(), 0);
    }
}
