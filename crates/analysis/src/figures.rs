//! The figures of two stored comparisons side by side. The two were not run in the same blocks, so
//! that nothing is paired, no verdict is drawn, and every ratio is descriptive.

use results::{Estimate, Metric, Share, Stored, WorkloadRecord};
use verdict::Margin;

use crate::lost::{Lost, lost};
use crate::same_work::{is_same_work, other_share};
use crate::samples::{estimate, record_of};

/// What two comparisons have in common, and what not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// One for each variant, workload and primary metric that both measured.
    pub rows: Vec<FigurePair>,
    /// What could not be compared.
    pub left_out: Vec<LeftOut>,
    /// What the first has an interval of, and the second no figure to hold against it.
    pub lost: Vec<Lost>,
}

/// One metric of one variant at one workload in two comparisons.
#[derive(Clone, Debug, PartialEq)]
pub struct FigurePair {
    /// The name of the workload.
    pub workload: String,
    /// The name of the variant.
    pub variant: String,
    /// The primary metric that the figures are of, in nanoseconds.
    pub metric: Metric,
    /// The median of the first comparison.
    pub first: Estimate,
    /// The median of the second comparison.
    pub second: Estimate,
    /// The shares that the two ran, first and second, where these differ.
    pub other_share: Option<(Share, Share)>,
}

/// One of the two comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that was named first.
    First,
    /// The one that was named second.
    Second,
}

/// What could not be compared, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The workload has another definition on each side.
    OtherDefinition {
        /// Its name.
        workload: String,
    },
    /// The workload is on one side alone.
    Workload {
        /// Its name.
        workload: String,
        /// The side that has it.
        only: Side,
    },
    /// The variant was not measured at the workload on both sides.
    Variant {
        /// The name of the workload.
        workload: String,
        /// The name of the variant.
        variant: String,
        /// The side that measured it; `None` where neither did.
        only: Option<Side>,
    },
}

impl FigurePair {
    /// The second median divided by the first.
    pub fn ratio(&self) -> f64 {
        self.second.median / self.first.median
    }

    /// The farthest bounds of both intervals divided by each other; `None` where one has no interval.
    pub fn interval(&self) -> Option<(f64, f64)> {
        // Without pairs there is no exact interval of the ratio. This one is wider than 95 %, which
        // is the safe side for a gate.
        let (first, second) = self.first.interval.zip(self.second.interval)?;
        Some((second.0 / first.1, second.1 / first.0))
    }

    /// Whether the two ran the same work, often enough to be held against each other.
    pub fn is_comparable(&self) -> bool {
        self.other_share.is_none() && self.interval().is_some()
    }

    /// Whether even the nearest bounds of both are farther apart than this limit.
    pub fn is_slower_beyond(&self, limit: Margin) -> bool {
        self.is_comparable()
            && self
                .interval()
                .is_some_and(|(lower, _)| lower > limit.ratios().upper)
    }

    /// Whether the two intervals have nothing in common.
    pub fn is_apart(&self) -> bool {
        self.interval()
            .is_some_and(|(lower, upper)| lower > 1.0 || upper < 1.0)
    }
}

/// Everything that is in both comparisons, and what had to be left out.
pub fn figures(first: &Stored, second: &Stored) -> Figures {
    let mut figures = Figures {
        lost: lost(first, second),
        ..Figures::default()
    };
    for record in &first.run.workloads {
        let workload = record.workload.name.clone();
        match record_of(&second.run, &workload) {
            // A name may stand for other work after an edit. Its figures would look like a change of
            // the programs.
            Some(other) if !is_same_work(&record.workload, &other.workload) => {
                figures.left_out.push(LeftOut::OtherDefinition { workload });
            }
            Some(other) => figures.add(first, second, record, other),
            None => figures.left_out.push(LeftOut::Workload {
                workload,
                only: Side::First,
            }),
        }
    }
    figures.left_out.extend(
        second
            .run
            .workloads
            .iter()
            .filter(|record| record_of(&first.run, &record.workload.name).is_none())
            .map(|record| LeftOut::Workload {
                workload: record.workload.name.clone(),
                only: Side::Second,
            }),
    );
    figures
}

impl Figures {
    fn has_lost(&self, workload: &str, variant: &str) -> bool {
        let mut lost = self.lost.iter();
        lost.any(|lost| lost.workload == workload && lost.variant == variant)
    }

    fn add(
        &mut self,
        first: &Stored,
        second: &Stored,
        record: &WorkloadRecord,
        other: &WorkloadRecord,
    ) {
        let workload = &record.workload.name;
        let mut names: Vec<&String> = record.shares.keys().chain(other.shares.keys()).collect();
        names.sort();
        names.dedup();
        for variant in names {
            // A run that has one of the figures has all.
            let has = [first, second]
                .map(|stored| estimate(stored, workload, variant, record.headline()).is_some());
            let only = match has {
                [true, true] => {
                    let metrics = record.metrics().iter();
                    self.rows.extend(metrics.filter_map(|metric| {
                        let of = [first, second]
                            .map(|stored| estimate(stored, workload, variant, *metric));
                        let [Some(first), Some(second)] = of else {
                            return None;
                        };
                        Some(FigurePair {
                            workload: workload.clone(),
                            variant: variant.clone(),
                            metric: *metric,
                            first,
                            second,
                            other_share: other_share(record, other, variant),
                        })
                    }));
                    continue;
                }
                [true, false] => Some(Side::First),
                [false, true] => Some(Side::Second),
                [false, false] => None,
            };
            if self.has_lost(workload, variant) {
                continue;
            }
            self.left_out.push(LeftOut::Variant {
                workload: workload.clone(),
                variant: variant.clone(),
                only,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(first: (f64, f64), second: (f64, f64)) -> FigurePair {
        let estimate = |(lower, upper): (f64, f64)| Estimate {
            median: (lower + upper) / 2.0,
            interval: Some((lower, upper)),
            n: 12,
        };
        FigurePair {
            workload: "w".to_owned(),
            variant: "a/b".to_owned(),
            metric: Metric::TimePerTask,
            first: estimate(first),
            second: estimate(second),
            other_share: None,
        }
    }

    #[test]
    fn a_regression_is_beyond_the_limit_with_its_whole_interval() {
        let limit = Margin::new(0.05).unwrap();
        assert!(row((99.0, 101.0), (107.0, 109.0)).is_slower_beyond(limit));
        let close = row((99.0, 101.0), (105.0, 109.0));
        assert!(!close.is_slower_beyond(limit));
        assert!(close.is_apart());
        assert!(!row((99.0, 101.0), (100.5, 120.0)).is_apart());
        assert!(row((99.0, 101.0), (80.0, 90.0)).is_apart());
    }

    #[test]
    fn without_intervals_nothing_is_beyond_anything() {
        let mut early = row((99.0, 101.0), (200.0, 201.0));
        early.second.interval = None;
        assert_eq!((early.interval(), early.is_apart()), (None, false));
        assert!(!early.is_slower_beyond(Margin::default()));
    }
}
