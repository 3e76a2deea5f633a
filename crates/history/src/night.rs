//! A line of a history: one stored comparison with its ratios.

use anyhow::{bail, ensure};
use report::statistics;
use results::{Metric, Stored};
use serde::{Deserialize, Serialize};
use terminal::Usage;

use crate::machine::{Facts, STORED};

/// The version of a line.
pub(crate) const FORMAT: u64 = 1;

/// A stored comparison with its ratios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Night {
    format: u64,
    /// The commit of the checkout that was measured.
    pub(crate) commit: String,
    /// The start, in UTC: `2026-11-22T02:23:09Z`.
    pub(crate) started: String,
    /// The facts of the machine.
    pub(crate) machine: Facts,
    /// The variant that all ratios are to.
    pub(crate) reference: String,
    pub(crate) ratios: Vec<NightRatio>,
}

/// The ratio of a variant to the reference at a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NightRatio {
    pub(crate) workload: String,
    pub(crate) variant: String,
    pub(crate) metric: Metric,
    pub(crate) ratio: f64,
    /// The 95 % interval.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) rounds: u32,
}

impl Night {
    /// The line of a stored comparison.
    ///
    /// # Errors
    /// It did not come to its end, or has no ratios (usage errors).
    pub(crate) fn of(stored: &Stored) -> anyhow::Result<Night> {
        let run = &stored.run;
        let place = stored.path.display();
        if run.ended.is_none() || run.interrupted {
            return Err(Usage::error(format!(
                "{place}: a history is of comparisons that came to their end, and this one did not"
            )));
        }
        let ratios: Vec<NightRatio> = statistics(run, &stored.rows)
            .iter()
            .flat_map(|summary| {
                summary.variants.iter().flat_map(move |variant| {
                    variant
                        .ratios
                        .iter()
                        .map(move |(metric, ratio)| NightRatio {
                            workload: summary.workload.clone(),
                            variant: variant.variant.clone(),
                            metric: *metric,
                            ratio: ratio.ratio,
                            interval: ratio.interval,
                            rounds: ratio.blocks,
                        })
                })
            })
            .collect();
        if ratios.is_empty() {
            return Err(Usage::error(format!(
                "{place}: it has no ratios; a history is of `compare` with two variants or more and a profile that measures"
            )));
        }
        let facts = run.environment.iter();
        Ok(Night {
            format: FORMAT,
            commit: run.commit.clone(),
            started: run.started.clone(),
            machine: facts
                .filter(|(name, _)| STORED.contains(&name.as_str()))
                .map(|(name, fact)| (name.clone(), fact.clone()))
                .collect(),
            reference: run.options.reference.clone(),
            ratios,
        })
    }

    /// Refuses figures that no comparison has.
    pub(crate) fn checked(self) -> anyhow::Result<Night> {
        ensure!(
            self.format == FORMAT,
            "it has format {}, and this tool reads {FORMAT}",
            self.format
        );
        for one in &self.ratios {
            let (lower, upper) = one.interval.unwrap_or((one.ratio, one.ratio));
            let all = [lower, one.ratio, upper];
            if !all.iter().all(|value| value.is_finite() && *value > 0.0) {
                bail!(
                    "the ratio of {} at {} is {} [{lower}, {upper}]: ratios are numbers above 0",
                    one.variant,
                    one.workload,
                    one.ratio
                );
            }
        }
        Ok(self)
    }

    /// The day on which it began.
    pub(crate) fn day(&self) -> &str {
        self.started.get(..10).unwrap_or(&self.started)
    }

    /// The day and the commit.
    pub(crate) fn label(&self) -> String {
        format!(
            "{} {}",
            self.day(),
            self.commit.get(..7).unwrap_or(&self.commit)
        )
    }
}
