//! The rows of a comparison by workload, variant and arm: what statistics are made from. Which
//! statistics is left to `summary`.

use results::{Arm, Compared, Failed, Kind, Measured, Outcome, Pass, Row, Run, RunFile};
use verdict::{PairedRatio, paired_ratio};

/// The runs of one arm whose times count, in the order of their blocks.
#[derive(Clone, Debug, Default)]
pub struct Series<'a> {
    pub(super) compared: Compared,
    pub(super) runs: Vec<(u64, &'a Run, &'a Measured)>,
}

impl<'a> Series<'a> {
    /// The good runs of an arm; none of a variant that gave a wrong answer in any. In a comparison
    /// that measures nothing, those of correctness.
    pub fn of(
        run: &RunFile,
        rows: &'a [Row],
        workload: &str,
        variant: &str,
        arm: Arm,
    ) -> Series<'a> {
        let counts = if run.options.profile.measures() {
            Pass::Measured
        } else {
            Pass::Correctness
        };
        let wanted = |found: &&Run| {
            found.pass == counts
                && found.arm == arm
                && found.workload == workload
                && found.variant == variant
        };
        let good = runs(rows)
            .filter(wanted)
            .filter_map(|found| match &found.outcome {
                Outcome::Measured(measured) => Some((found.block, found, measured)),
                Outcome::Failed(_) => None,
            });
        let mut runs: Vec<_> = match is_wrong(rows, workload, variant) {
            true => Vec::new(),
            false => good.collect(),
        };
        runs.sort_by_key(|(block, ..)| *block);
        let records = &run.workloads;
        let record = records.iter().find(|of| of.workload.name == workload);
        Series {
            compared: record.map_or_else(Compared::default, |of| Compared::of(&of.workload)),
            runs,
        }
    }

    /// In the order of the blocks.
    pub fn measured(&self) -> impl Iterator<Item = &'a Measured> {
        self.runs.iter().map(|(.., measured)| *measured)
    }

    /// One number of each run.
    pub fn values(&self, of: impl Fn(&Run, &Measured) -> f64) -> Vec<f64> {
        self.runs
            .iter()
            .map(|(_, run, measured)| of(run, measured))
            .collect()
    }

    /// What is compared, of each run.
    pub fn figures(&self) -> Vec<f64> {
        self.values(|_, measured| self.compared.figure(measured))
    }

    /// What is compared, of the blocks in which both have a run.
    pub fn paired_figures(&self, other: &Series<'_>) -> (Vec<f64>, Vec<f64>) {
        self.paired(other, |measured| self.compared.figure(measured))
    }

    /// The numbers of the blocks in which both have a run, in the order of the blocks.
    pub fn paired(
        &self,
        other: &Series<'_>,
        of: impl Fn(&Measured) -> f64,
    ) -> (Vec<f64>, Vec<f64>) {
        let both = self.runs.iter().filter_map(|(block, _, mine)| {
            let found = other.runs.iter().find(|(number, ..)| number == block);
            found.map(|(_, _, its)| (of(mine), of(its)))
        });
        both.unzip()
    }
}

/// Every run, without the rows about blocks.
pub(super) fn runs(rows: &[Row]) -> impl Iterator<Item = &Run> {
    rows.iter().filter_map(|row| match row {
        Row::Run(run) => Some(&**run),
        Row::Block(_) => None,
    })
}

/// The first failure of a variant at a workload.
pub fn failure<'a>(rows: &'a [Row], workload: &str, variant: &str) -> Option<&'a Failed> {
    failures(rows, workload, variant).next()
}

fn failures<'a>(
    rows: &'a [Row],
    workload: &str,
    variant: &str,
) -> impl Iterator<Item = &'a Failed> {
    let of_both = move |run: &&Run| run.workload == workload && run.variant == variant;
    runs(rows)
        .filter(of_both)
        .filter_map(|run| match &run.outcome {
            Outcome::Failed(failed) => Some(failed),
            Outcome::Measured(_) => None,
        })
}

/// Whether it did other work than it was given, or says what cannot be: then its times are of nothing.
fn is_wrong(rows: &[Row], workload: &str, variant: &str) -> bool {
    let kinds = failures(rows, workload, variant).map(|failed| failed.failure.kind);
    kinds
        .into_iter()
        .any(|kind| matches!(kind, Kind::Differs | Kind::Impossible))
}

/// The good runs of one pass.
pub(super) fn of_pass<'a>(
    rows: &'a [Row],
    workload: &str,
    variant: &str,
    pass: Pass,
) -> impl Iterator<Item = &'a Measured> {
    let wanted =
        move |run: &&Run| run.pass == pass && run.workload == workload && run.variant == variant;
    runs(rows)
        .filter(wanted)
        .filter_map(|run| match &run.outcome {
            Outcome::Measured(measured) => Some(measured),
            Outcome::Failed(_) => None,
        })
}

/// Of what is compared.
pub(super) fn ratio_of(variant: &Series<'_>, reference: &Series<'_>) -> Option<PairedRatio> {
    let (variant, reference) = variant.paired_figures(reference);
    paired_ratio(&variant, &reference).ok()
}
