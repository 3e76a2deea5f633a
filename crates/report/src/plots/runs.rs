//! The runs of a workload in the order in which they were measured, each a letter, the A/A control among
//! them.

use std::collections::BTreeMap;

use chart::{Axis, Kind, Plot, Point, Series};
use results::{Arm, Metric, RunFile, WorkloadSummary};
use terminal::duration;
use verdict::median;

use crate::export::Comparison;
use crate::rounds::{RunFigure, disturbed_rounds, run_figures};

use super::drawing::{Drawing, measured, number, titled, workloads};

/// Variants that are farther from the reference than this factor have a plot of their own, or the noise of
/// all others could not be seen.
const FAR: f64 = 4.0;

/// The runs of one arm of a variant.
struct ArmRuns {
    name: String,
    number: usize,
    figures: Vec<RunFigure>,
}

/// A plot for each workload, and another one where variants are far from the reference.
pub(super) fn drawings(comparison: &Comparison<'_>) -> Vec<Drawing> {
    workloads(comparison.run)
        .flat_map(|(record, summary)| {
            let metric = record.headline();
            let all = arms(comparison, summary, metric);
            let across = places(all.iter().flat_map(|arm| &arm.figures));
            let middle = all.first().and_then(ArmRuns::median);
            let (near, far): (Vec<ArmRuns>, Vec<ArmRuns>) =
                all.into_iter().partition(|arm| arm.is_near(middle));
            let is_split = !near.is_empty() && !far.is_empty();
            [
                (near, ""),
                (
                    far,
                    if is_split {
                        ", far from the reference"
                    } else {
                        ""
                    },
                ),
            ]
            .map(|(arms, words)| drawing(comparison.run, summary, metric, &arms, &across, words))
        })
        .collect()
}

/// The arms of all variants that were measured, the reference first.
fn arms(comparison: &Comparison<'_>, summary: &WorkloadSummary, metric: Metric) -> Vec<ArmRuns> {
    let (run, rows) = (comparison.run, comparison.rows);
    let workload = summary.workload.as_str();
    let mut arms = Vec::new();
    for variant in measured(summary) {
        let name = &variant.variant;
        arms.push(ArmRuns {
            name: name.clone(),
            number: number(run, name),
            figures: run_figures(run, rows, (workload, name, Arm::Main), metric),
        });
        if run.is_reference(name) {
            arms.push(ArmRuns {
                name: format!("{name} once more (A/A control)"),
                number: run.variants.len(),
                figures: run_figures(run, rows, (workload, name, Arm::Control), metric),
            });
        }
    }
    arms.retain(|arm| !arm.figures.is_empty());
    arms
}

impl ArmRuns {
    fn median(&self) -> Option<f64> {
        let values: Vec<f64> = self.figures.iter().map(|figure| figure.value).collect();
        median(&values).ok()
    }

    /// Whether it is within a factor of another median, where both are known.
    fn is_near(&self, middle: Option<f64>) -> bool {
        match (self.median(), middle) {
            (Some(mine), Some(other)) => (mine / other).ln().abs() <= FAR.ln(),
            _ => true,
        }
    }
}

fn drawing(
    run: &RunFile,
    summary: &WorkloadSummary,
    metric: Metric,
    arms: &[ArmRuns],
    places: &BTreeMap<(u64, u64), f64>,
    words: &str,
) -> Drawing {
    let disturbed = disturbed_rounds(run, &summary.workload);
    let name = metric.name();
    Drawing {
        title: titled(
            summary,
            &format!("{name} of each run, in the order of the runs{words}"),
        ),
        plot: Plot {
            across: Axis {
                kind: Kind::Linear,
                title: "round".to_owned(),
                label: round,
            },
            up: Axis {
                kind: Kind::Log,
                title: format!("{name} (log scale)"),
                label: duration,
            },
            series: arms
                .iter()
                .map(|arm| Series {
                    name: arm.name.clone(),
                    number: arm.number,
                    points: points(&arm.figures, places),
                    is_joined: false,
                })
                .collect(),
            bands: disturbed
                .iter()
                .map(|block| (*block as f64, *block as f64 + 1.0))
                .collect(),
            rules: Vec::new(),
            band_words: "a disturbed round".to_owned(),
        },
        notes: Vec::new(),
    }
}

/// Where each run of a round stands: the round's runs share the room between its number and the next.
fn places<'a>(figures: impl Iterator<Item = &'a RunFigure>) -> BTreeMap<(u64, u64), f64> {
    let mut slots: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for figure in figures {
        slots.entry(figure.block).or_default().push(figure.slot);
    }
    let mut places = BTreeMap::new();
    for (block, mut its) in slots {
        its.sort_unstable();
        let runs = its.len() as f64;
        for (rank, slot) in its.into_iter().enumerate() {
            places.insert((block, slot), block as f64 + rank as f64 / runs);
        }
    }
    places
}

fn points(figures: &[RunFigure], places: &BTreeMap<(u64, u64), f64>) -> Vec<Point> {
    let placed = figures.iter().filter_map(|figure| {
        Some(Point {
            x: *places.get(&(figure.block, figure.slot))?,
            y: figure.value,
            is_faint: false,
        })
    });
    placed.collect()
}

/// The number of a round; there is none between two rounds.
fn round(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        String::new()
    }
}
