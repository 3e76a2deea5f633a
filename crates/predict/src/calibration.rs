//! What was measured of a machine, as it is stored: rows, so that a better model can be fitted to them later.

use std::collections::BTreeMap;

use protocol::Workload;
use serde::{Deserialize, Serialize};

/// The measured points of one machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The machine that it was measured on.
    pub machine: Machine,
    /// The processors that the models' processes had, where these were fewer than the machine has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<u64>,
    /// A digest of each program that ran, by the name of the variant or program.
    pub programs: BTreeMap<String, String>,
    /// When it was measured, in milliseconds since 1970.
    pub measured_ms: u64,
    /// What was measured.
    pub points: Vec<Point>,
}

/// What a calibration holds for: on another machine all costs are others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The model of its processor.
    pub cpu: String,
    /// The processors that programs may run on.
    pub processors: u64,
    /// The release of its kernel.
    pub kernel: String,
    /// The hypervisor under it; empty where there is none.
    pub hypervisor: String,
}

/// Where the run would take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct On {
    /// The processors that programs may run on.
    pub processors: u64,
    /// Threads or processes that compute.
    pub workers: u64,
}

/// One variant at one workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// What was run.
    pub workload: Workload,
    /// `model/variant`.
    pub variant: String,
    /// The tasks of a run.
    pub tasks: u64,
    /// The lanes of a run.
    pub lanes: u64,
    /// The runs, in the order of their blocks.
    pub runs: Vec<Figures>,
    /// Bytes of the process tree at its peak; `None` where none was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<f64>,
}

/// The figures of one run. Times are in seconds a task, but for that of the start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Elapsed time over tasks.
    pub time: f64,
    /// CPU time of the model's process tree over tasks.
    pub cpu: f64,
    /// The same of the services that the workload calls; `None` where none took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_cpu: Option<f64>,
    /// The time from the start of the process to `ready`, which is no time a task.
    pub start_up: f64,
}

#[cfg(test)]
impl Calibration {
    /// Points of a machine with two processors, of which nothing else is known.
    pub(crate) fn of_two_processors(points: Vec<Point>) -> Calibration {
        Calibration {
            machine: Machine {
                cpu: String::new(),
                processors: 2,
                kernel: String::new(),
                hypervisor: String::new(),
            },
            cores: None,
            programs: BTreeMap::new(),
            measured_ms: 0,
            points,
        }
    }
}

impl Calibration {
    /// The processors that the models' processes had.
    #[must_use]
    pub fn cores(&self) -> u64 {
        self.cores.unwrap_or(self.machine.processors)
    }

    /// The processors beside those of the models, on which a service may run: one that all processes of a model are pinned to
    /// (`--placement one-cpu`) leaves the others to services, while more than one are all that any process has.
    #[must_use]
    pub fn elsewhere(&self) -> u64 {
        match self.cores() {
            1 => self.machine.processors.saturating_sub(1),
            _ => 0,
        }
    }

    /// The variants that were measured, by name.
    #[must_use]
    pub fn variants(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .points
            .iter()
            .map(|point| point.variant.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// How far runs of the same point are apart: the standard deviation of the logarithms of their times, as the median over
    /// points. 0 where no point has two runs.
    #[must_use]
    pub fn noise(&self) -> f64 {
        let each = self.points.iter().filter_map(Point::noise);
        verdict::median(&each.collect::<Vec<f64>>()).unwrap_or(0.0)
    }

    /// The point of a variant at the workload of this name.
    #[must_use]
    pub fn point(&self, workload: &str, variant: &str) -> Option<&Point> {
        let mut points = self.points.iter();
        points.find(|point| point.workload.name == workload && point.variant == variant)
    }
}

impl Point {
    /// How far its runs are apart: the standard deviation of the logarithms of their times; `None` where there are not two.
    #[must_use]
    pub fn noise(&self) -> Option<f64> {
        let times: Vec<f64> = self.runs.iter().map(|run| run.time.ln()).collect();
        let more = times.len().checked_sub(1).filter(|more| *more > 0)?;
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let squares = times.iter().map(|time| (time - mean).powi(2));
        Some((squares.sum::<f64>() / more as f64).sqrt())
    }

    /// A quantile of a figure over the runs with these numbers, between two of them on a straight line; `None` where no
    /// run has it.
    pub(crate) fn quantile(
        &self,
        runs: &[usize],
        figure: fn(&Figures) -> Option<f64>,
        part: f64,
    ) -> Option<f64> {
        let figures = runs.iter().filter_map(|run| figure(self.runs.get(*run)?));
        let mut sorted: Vec<f64> = figures.collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let at = part * last as f64;
        let (below, above) = (at.floor() as usize, at.ceil() as usize);
        Some(sorted[below] + at.fract() * (sorted[above] - sorted[below]))
    }

    /// The median of a figure over all runs.
    #[must_use]
    pub fn typical(&self, figure: fn(&Figures) -> Option<f64>) -> Option<f64> {
        let all: Vec<usize> = (0..self.runs.len()).collect();
        self.quantile(&all, figure, 0.5)
    }
}
