//! What a calibration of the machine said of a variant at a workload before its runs were measured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A prediction that was made before measuring. No measured figure and no verdict depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Predicted {
    /// Nanoseconds of elapsed time over tasks.
    pub time_per_task_ns: PredictedFigure,
    /// Nanoseconds of processor time of the process tree over tasks; `None` where the interval would be too wide to
    /// mean anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_per_task_ns: Option<PredictedFigure>,
    /// Whether the variant did not run for it: another was predicted to be faster beyond both intervals.
    #[serde(default, skip_serializing_if = "is_false")]
    pub left_out: bool,
}

/// A predicted figure with its 90 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedFigure {
    /// What is predicted.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Predicted {
    /// Whether another one is faster by more than both intervals allow.
    #[must_use]
    pub fn is_behind(&self, other: &Predicted) -> bool {
        self.time_per_task_ns.low > other.time_per_task_ns.high
    }
}

impl PredictedFigure {
    /// Whether the interval has a measured figure in it.
    #[must_use]
    pub fn covers(&self, measured: f64) -> bool {
        (self.low..=self.high).contains(&measured)
    }

    /// How far the prediction is from a measured figure: 0.1 is a tenth too much.
    #[must_use]
    pub fn error(&self, measured: f64) -> f64 {
        self.value / measured - 1.0
    }

    /// The same figure of so many tasks.
    #[must_use]
    pub fn of_tasks(&self, tasks: u64) -> PredictedFigure {
        let count = tasks as f64;
        PredictedFigure {
            value: self.value * count,
            low: self.low * count,
            high: self.high * count,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64) -> PredictedFigure {
        PredictedFigure {
            value,
            low: value * 0.9,
            high: value * 1.1,
        }
    }

    #[test]
    fn one_whose_interval_begins_above_anothers_is_behind() {
        let of = |value| Predicted {
            time_per_task_ns: figure(value),
            cpu_per_task_ns: None,
            left_out: false,
        };
        assert!(of(200.0).is_behind(&of(100.0)));
        assert!(!of(120.0).is_behind(&of(100.0)) && !of(100.0).is_behind(&of(200.0)));
    }

    #[test]
    fn an_error_is_of_the_measured_figure() {
        assert!((figure(110.0).error(100.0) - 0.1).abs() < 1e-12);
        assert!(figure(100.0).covers(109.0) && !figure(100.0).covers(111.0));
        assert!((figure(2.0).of_tasks(10).value - 20.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_left_out_has_no_such_field() {
        let kept = Predicted {
            time_per_task_ns: figure(1.0),
            cpu_per_task_ns: None,
            left_out: false,
        };
        let text = serde_json::to_string(&kept).unwrap();
        assert!(!text.contains("left_out"), "{text}");
        assert_eq!(serde_json::from_str::<Predicted>(&text).unwrap(), kept);
    }
}
