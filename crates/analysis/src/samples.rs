//! The rows of a comparison by workload, variant and arm, from which all statistics are computed.

use results::{
    Arm, Estimate, Failed, Failure, Kind, Measured, Memory, Metric, Outcome, Pass, Row, Run,
    RunFile, Stored, WorkloadRecord,
};
use verdict::{PairedRatio, paired_ratio};

/// The names of a workload and of a variant.
pub(crate) type Names<'a> = (&'a str, &'a str);

/// The runs of one arm whose times count, in the order of their blocks.
#[derive(Clone, Debug, Default)]
pub struct Series<'a> {
    pub(crate) headline: Metric,
    /// Block number, run, and what it measured.
    pub(crate) runs: Vec<(u64, &'a Run, &'a Measured)>,
}

impl<'a> Series<'a> {
    /// The good runs of an arm. There are none of a variant that gave a wrong answer in any run. In a
    /// comparison that measures nothing they are the runs of the correctness pass.
    pub fn of(
        run: &RunFile,
        rows: &'a [Row],
        workload: &str,
        variant: &str,
        arm: Arm,
    ) -> Series<'a> {
        let own: Vec<&Run> = runs_of(rows, workload, variant).collect();
        Series::among(run, &own, (workload, variant), arm)
    }

    /// The same, where the runs of the variant at the workload are at hand.
    pub(crate) fn among(run: &RunFile, own: &[&'a Run], names: Names<'_>, arm: Arm) -> Series<'a> {
        let (workload, _) = names;
        let headline =
            record_of(run, workload).map_or_else(Metric::default, WorkloadRecord::headline);
        if is_discredited(run, own, names) {
            return Series {
                headline,
                runs: Vec::new(),
            };
        }
        let pass = if run.options.profile.measures() {
            Pass::Measured
        } else {
            Pass::Correctness
        };
        let mut runs: Vec<_> = own
            .iter()
            .filter(|its| its.pass == pass && its.arm == arm && is_counted(run, its))
            .filter_map(|run| Some((run.block, *run, measured(run)?)))
            .collect();
        // Drift is measured against the order of the blocks, which must therefore not depend on the
        // order of the rows in the file.
        runs.sort_by_key(|(block, ..)| *block);
        Series { headline, runs }
    }

    /// What each run measured, in the order of the blocks.
    pub fn measured(&self) -> impl Iterator<Item = &'a Measured> {
        self.runs.iter().map(|(.., measured)| *measured)
    }

    /// One number of each run, in the order of the blocks.
    pub fn values(&self, value: impl Fn(&Run, &Measured) -> f64) -> Vec<f64> {
        self.runs
            .iter()
            .map(|(_, run, measured)| value(run, measured))
            .collect()
    }

    /// The median of one number over all runs; `None` without a run.
    pub(crate) fn estimate(&self, value: fn(&Measured) -> f64) -> Option<Estimate> {
        Estimate::of(&self.values(|_, measured| value(measured)))
    }

    /// The headline figure of each run, in nanoseconds.
    pub(crate) fn figures(&self) -> Vec<f64> {
        self.values(|_, measured| self.headline.figure(measured))
    }

    /// The headline figure of the run in this block.
    pub(crate) fn figure_in(&self, block: u64) -> Option<f64> {
        let (.., measured) = self.runs.iter().find(|(number, ..)| *number == block)?;
        Some(self.headline.figure(measured))
    }

    /// The figures of each run in the blocks in which both series have one, in the order of the blocks.
    pub fn paired(&self, other: &Series<'_>, metric: Metric) -> (Vec<f64>, Vec<f64>) {
        let pairs = self.pairs(other, metric).into_iter();
        pairs.map(|(_, mine, its)| (mine, its)).unzip()
    }

    /// The same with the number of each block.
    pub(crate) fn pairs(&self, other: &Series<'_>, metric: Metric) -> Vec<(u64, f64, f64)> {
        // A block without a partner says nothing about a ratio, whatever its time is. Both series are in the
        // order of their blocks, so that one pass over both finds all partners.
        let mut others = other.runs.iter().peekable();
        let mut pairs = Vec::with_capacity(self.runs.len());
        for (block, _, mine) in &self.runs {
            while others.next_if(|(number, ..)| number < block).is_some() {}
            if let Some((number, _, its)) = others.peek()
                && number == block
            {
                pairs.push((*block, metric.figure(mine), metric.figure(its)));
            }
        }
        pairs
    }
}

/// The median of a metric of a variant at a workload; `None` where nothing was measured of it.
pub(crate) fn estimate(
    stored: &Stored,
    workload: &str,
    variant: &str,
    metric: Metric,
) -> Option<Estimate> {
    // A profile that only checks answers has the times of one small run, which are no measurements.
    if !stored.run.options.profile.measures() {
        return None;
    }
    let series = Series::of(&stored.run, &stored.rows, workload, variant, Arm::Main);
    Estimate::of(&series.values(|_, measured| metric.figure(measured)))
}

/// Every run, without the rows about blocks.
pub(crate) fn runs(rows: &[Row]) -> impl Iterator<Item = &Run> {
    rows.iter().filter_map(|row| match row {
        Row::Run(run) => Some(&**run),
        Row::Block(_) => None,
    })
}

fn runs_of<'a>(rows: &'a [Row], workload: &str, variant: &str) -> impl Iterator<Item = &'a Run> {
    // There are more variants than workloads at hand, so that their name tells most rows apart.
    runs(rows).filter(move |run| run.variant == variant && run.workload == workload)
}

fn measured(run: &Run) -> Option<&Measured> {
    match &run.outcome {
        Outcome::Measured(measured) => Some(measured),
        Outcome::Failed(_) => None,
    }
}

pub(crate) fn failed(run: &Run) -> Option<&Failed> {
    match &run.outcome {
        Outcome::Failed(failed) => Some(failed),
        Outcome::Measured(_) => None,
    }
}

/// The first failure of a variant at a workload.
pub fn failure<'a>(rows: &'a [Row], workload: &str, variant: &str) -> Option<&'a Failed> {
    runs_of(rows, workload, variant).find_map(failed)
}

/// Whether no run of a variant counts: one wrong answer discredits all, since whoever does other work than was
/// asked for may be fast at it.
fn is_discredited(run: &RunFile, own: &[&Run], (workload, variant): Names<'_>) -> bool {
    is_wrong(own) || wrong_digest(run, workload, variant).is_some()
}

/// Whether a variant did other work than it was given, or reported figures that cannot be true.
fn is_wrong(own: &[&Run]) -> bool {
    // A crash or a timeout leaves the other runs as good as they were.
    own.iter()
        .filter_map(|run| failed(run))
        .any(|failed| matches!(failed.failure.kind, Kind::Differs | Kind::Impossible))
}

/// Whether a run is of a block that counts: one that went on without interruption, since the two sides of a
/// pair in another one may be days apart, and that was not disturbed and measured again.
pub(crate) fn is_counted(run: &RunFile, row: &Run) -> bool {
    !run.is_torn(row) && !run.was_repeated(row)
}

/// The failure of a variant that gave a wrong digest, as `run.json` notes it. It is noted before the row is
/// stored, so that it is all there is where the tool was killed in between.
pub fn wrong_digest(run: &RunFile, workload: &str, variant: &str) -> Option<Failed> {
    let digest = run.digests.get(workload)?.get(variant)?;
    if digest.right {
        return None;
    }
    let expected = &digest.expected;
    // Earlier runs may have been right.
    let wrong = digest.seen.iter().filter(|seen| *seen != expected);
    let seen = wrong.map(String::as_str).collect::<Vec<_>>().join(" and ");
    let message = format!("it gave the digest {seen}, and {expected} is right");
    Some(Failed {
        failure: Failure::new(Kind::Differs, message),
        replay: String::new(),
    })
}

/// The memory that each good run for it told, among the runs of a variant at a workload; nothing of a variant that
/// gave a wrong answer in any run.
pub(crate) fn memory_of<'a>(run: &RunFile, own: &[&'a Run], names: Names<'_>) -> Vec<&'a Memory> {
    if is_discredited(run, own, names) {
        return Vec::new();
    }
    own.iter()
        .filter(|run| run.pass == Pass::Memory)
        .filter_map(|run| measured(run)?.memory.as_ref())
        .collect()
}

/// The ratio of a metric; `None` where the two have no block in common.
pub(crate) fn ratio_of(
    variant: &Series<'_>,
    reference: &Series<'_>,
    metric: Metric,
) -> Option<PairedRatio> {
    let (mine, its) = variant.paired(reference, metric);
    paired_ratio(&mine, &its).ok()
}

/// The workload of a comparison with this name.
pub(crate) fn record_of<'a>(run: &'a RunFile, workload: &str) -> Option<&'a WorkloadRecord> {
    run.workloads
        .iter()
        .find(|record| record.workload.name == workload)
}
