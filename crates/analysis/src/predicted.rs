//! Predictions beside what was measured later.

use results::{Estimate, Predicted, PredictedFigure, RunFile, VariantSummary};

/// What a prediction is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Elapsed time over tasks.
    Time,
    /// Processor time over tasks.
    Cpu,
}

/// A predicted figure and the measured one, in nanoseconds a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BothFigures {
    /// What they are of.
    pub figure: Figure,
    /// The prediction.
    pub predicted: PredictedFigure,
    /// The median over runs.
    pub measured: Estimate,
}

impl BothFigures {
    /// Whether the predicted interval has the measured median in it.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.predicted.covers(self.measured.median)
    }

    /// How far the prediction is off: 0.1 is a tenth too much.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.predicted.error(self.measured.median)
    }
}

/// Time and CPU of a variant, as far as they were both predicted and measured.
#[must_use]
pub fn both_figures(predicted: &Predicted, summary: &VariantSummary) -> Vec<BothFigures> {
    let tasks = summary.tasks.max(1) as f64;
    let time = summary.time_ns.map(|time| a_task(&time, tasks));
    let cpu = predicted.cpu_per_task_ns.zip(summary.cpu_per_task_ns);
    let figures = [
        time.map(|measured| (Figure::Time, predicted.time_per_task_ns, measured)),
        cpu.map(|(predicted, measured)| (Figure::Cpu, predicted, measured)),
    ];
    let known = figures.into_iter().flatten();
    known
        .filter(|(_, _, measured)| summary.failed.is_none() && measured.median > 0.0)
        .map(|(figure, predicted, measured)| BothFigures {
            figure,
            predicted,
            measured,
        })
        .collect()
}

fn a_task(time: &Estimate, tasks: f64) -> Estimate {
    Estimate {
        median: time.median / tasks,
        interval: time.interval.map(|(low, high)| (low / tasks, high / tasks)),
        n: time.n,
    }
}

/// All that a comparison both predicted and measured.
#[must_use]
pub fn all_both_figures(run: &RunFile) -> Vec<BothFigures> {
    if !run.options.profile.measures() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for summary in &run.statistics {
        let mut records = run.workloads.iter();
        let Some(record) = records.find(|record| record.workload.name == summary.workload) else {
            continue;
        };
        for variant in &summary.variants {
            if let Some(predicted) = record.predicted.get(&variant.variant) {
                all.extend(both_figures(predicted, variant));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_a_task_and_failures_not_at_all() {
        let figure = PredictedFigure {
            value: 110.0,
            low: 95.0,
            high: 125.0,
        };
        let predicted = Predicted {
            time_per_task_ns: figure,
            cpu_per_task_ns: Some(figure),
            left_out: false,
        };
        let mut summary = VariantSummary {
            tasks: 10,
            time_ns: Estimate::of(&[1000.0]),
            ..VariantSummary::default()
        };
        let found = both_figures(&predicted, &summary);
        assert_eq!(found.len(), 1, "no CPU was measured");
        assert!(found[0].is_covered() && (found[0].error() - 0.1).abs() < 1e-9);
        summary.time_ns = Estimate::of(&[900.0]);
        summary.cpu_per_task_ns = Estimate::of(&[100.0]);
        let both = both_figures(&predicted, &summary);
        assert!(!both[0].is_covered() && both[1].is_covered());
        summary.failed = Some(results::Failed {
            failure: results::Failure::new(results::Kind::Hung, String::new()),
            replay: String::new(),
        });
        assert!(both_figures(&predicted, &summary).is_empty());
    }
}
