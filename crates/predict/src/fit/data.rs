//! The rows of a calibration as one fit sees them: runs that were drawn with replacement, and what they say of work that lasts.

use protocol::Workload;
use verdict::rng::Generator;

use super::lasting::Lasting;
use crate::calibration::Calibration;

/// The rows, with the runs of each point that were drawn.
pub(super) struct Data<'a> {
    pub(super) calibration: &'a Calibration,
    lasting: Lasting,
    drawn: Vec<Vec<usize>>,
}

/// The figures of one point, as those of work that lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) workload: &'a Workload,
    pub(super) tasks: u64,
    pub(super) lanes: u64,
    pub(super) time: f64,
    pub(super) cpu: f64,
    pub(super) service_cpu: Option<f64>,
    pub(super) start_up: f64,
    pub(super) memory: Option<f64>,
}

impl<'a> Data<'a> {
    /// All runs as they are for the first fit; for each other one, as many runs of each point drawn with replacement.
    pub(super) fn of_fit(calibration: &'a Calibration, seed: u64, fit: u64) -> Data<'a> {
        let mut random = Generator::for_stream(seed, fit);
        let points = calibration.points.iter();
        let drawn = points.map(|point| {
            let count = point.runs.len();
            let runs = 0..count;
            runs.map(|run| match fit {
                0 => run,
                _ => random.below(count as u64) as usize,
            })
            .collect()
        });
        Data {
            calibration,
            lasting: Lasting::of(&calibration.points),
            drawn: drawn.collect(),
        }
    }

    /// The figures of a variant at the workload of this name; `None` where it was not measured.
    pub(super) fn known(&self, workload: &str, variant: &str) -> Option<Known<'a>> {
        let mut all = self.calibration.points.iter().zip(&self.drawn);
        let (point, runs) =
            all.find(|(point, _)| point.workload.name == workload && point.variant == variant)?;
        Some(Known {
            workload: &point.workload,
            tasks: point.tasks,
            lanes: point.lanes,
            time: self.lasting.time(point, runs)?,
            cpu: self.lasting.cpu(point, runs, |run| Some(run.cpu))?,
            service_cpu: self.lasting.cpu(point, runs, |run| run.service_cpu),
            start_up: point.quantile(runs, |run| Some(run.start_up), 0.5)?,
            memory: point.memory,
        })
    }
}
