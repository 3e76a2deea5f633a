//! What short runs say of work that lasts. A machine that others use as well is at its full speed most of the time, and is slow
//! or stands still now and then. Work of seconds has its share of that, which the middle of runs of some 20 ms misses. The
//! mean of a point's few runs would have it, and be far off by chance, so that it is estimated once from all points together.

use crate::calibration::{Figures, Point};
use crate::points::is_for_kernel;

/// The part of runs at either end that no mean has: a stall of tens of milliseconds that only every twentieth short run meets is not in
/// the median of runs of some tenths of a second either.
const RAREST: f64 = 0.05;

/// How far a figure of work that lasts is above that of short runs, as a part of it, where processors are busy all the time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lasting {
    /// Above the lower quartile, for runs that only compute: nothing but the machine makes these longer.
    kernels: f64,
    /// Above the median, for all others, which are longer or shorter also by where their threads run.
    others: f64,
}

impl Lasting {
    /// What all points of a calibration say.
    pub(super) fn of(points: &[Point]) -> Lasting {
        let (kernels, others): (Vec<&Point>, Vec<&Point>) = points
            .iter()
            .partition(|point| is_for_kernel(&point.workload));
        Lasting {
            kernels: excess(&kernels),
            others: excess(&others),
        }
    }

    /// The time a task of work that lasts, from these runs of a point.
    pub(super) fn time(self, point: &Point, runs: &[usize]) -> Option<f64> {
        let excess = self.at(point) * busy(point);
        Some(base(point, runs, |run| Some(run.time))? * (1.0 + excess))
    }

    /// The same of a figure of CPU; `None` where no run has it.
    pub(super) fn cpu(
        self,
        point: &Point,
        runs: &[usize],
        figure: fn(&Figures) -> Option<f64>,
    ) -> Option<f64> {
        Some(base(point, runs, figure)? * (1.0 + self.at(point)))
    }

    fn at(self, point: &Point) -> f64 {
        if is_for_kernel(&point.workload) {
            self.kernels
        } else {
            self.others
        }
    }
}

/// What a short run takes that meets nothing slow.
fn base(point: &Point, runs: &[usize], figure: fn(&Figures) -> Option<f64>) -> Option<f64> {
    if is_for_kernel(&point.workload) {
        point.quantile(runs, figure, 0.25)
    } else {
        point.quantile(runs, figure, 0.5)
    }
}

/// How far times are above what short runs take, as a mean without the rarest, over how busy these keep a processor.
fn excess(points: &[&Point]) -> f64 {
    let (mut above, mut at_work) = (Vec::new(), Vec::new());
    for point in points {
        let all: Vec<usize> = (0..point.runs.len()).collect();
        if let Some(base) = base(point, &all, |run| Some(run.time)) {
            above.extend(point.runs.iter().map(|run| run.time / base - 1.0));
            at_work.extend(point.runs.iter().map(|_| busy(point)));
        }
    }
    above.sort_by(f64::total_cmp);
    let rare = (above.len() as f64 * RAREST) as usize;
    let usual = &above[rare..above.len() - rare];
    let excess = mean(usual) / mean(&at_work);
    // No point, or none that works.
    if excess.is_finite() {
        excess.max(0.0)
    } else {
        0.0
    }
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.len() as f64
}

/// The part of its time for which a run has at least one processor busy, at the most all of it.
fn busy(point: &Point) -> f64 {
    let cpu = point.typical(|run| Some(run.cpu + run.service_cpu.unwrap_or(0.0)));
    let time = point.typical(|run| Some(run.time));
    cpu.zip(time)
        .map_or(0.0, |(cpu, time)| (cpu / time).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::{GETS, of_kernel, workloads};
    use protocol::Kernel;

    /// A point with these times, of which CPU is a part.
    fn point(workload: &str, times: &[f64], part: f64) -> Point {
        let mut all = workloads().into_iter();
        Point {
            workload: all.find(|one| one.name == workload).unwrap(),
            variant: "threads/pool".to_owned(),
            tasks: 10,
            lanes: 2,
            runs: times
                .iter()
                .map(|time| Figures {
                    time: *time,
                    cpu: part * time,
                    service_cpu: None,
                    start_up: 0.001,
                })
                .collect(),
            memory: None,
        }
    }

    #[test]
    fn work_that_lasts_has_its_share_of_slow_moments_of_all_runs() {
        let kernel = of_kernel(Kernel::Sha256).next().unwrap();
        let points = [
            point(&kernel, &[1.0, 1.0, 1.0, 2.0], 1.0),
            point(GETS, &[3.0, 3.0, 4.5], 1.0),
            point(GETS, &[3.0, 3.0, 3.0], 0.5),
        ];
        let lasting = Lasting::of(&points);
        // The slow run was not drawn, and counts all the same.
        assert_eq!(lasting.time(&points[0], &[0, 1]), Some(1.25));
        assert_eq!(
            lasting.cpu(&points[0], &[0, 1], |run| Some(run.cpu)),
            Some(1.25)
        );
        // A sixth more over one and a half busy points: a ninth, and half of it where a processor is busy half of the time.
        let time = |at: usize| lasting.time(&points[at], &[0, 1, 2]).unwrap();
        assert!((time(1) - 3.0 * (1.0 + 1.0 / 9.0)).abs() < 1e-9);
        assert!((time(2) - 3.0 * (1.0 + 0.5 / 9.0)).abs() < 1e-9);
        assert_eq!(lasting.cpu(&points[1], &[0], |run| run.service_cpu), None);
    }

    #[test]
    fn a_stall_that_few_runs_meet_is_not_what_work_has_its_share_of() {
        let mut times = [3.0; 40];
        times[..2].fill(300.0);
        let points = [point(GETS, &times, 1.0)];
        let lasting = Lasting::of(&points);
        assert_eq!(lasting.time(&points[0], &[0, 7, 8]), Some(3.0));
        times[2] = 300.0;
        let points = [point(GETS, &times, 1.0)];
        assert!(Lasting::of(&points).time(&points[0], &[7]) > Some(3.0));
    }

    #[test]
    fn on_a_quiet_machine_it_is_what_was_measured() {
        let points = [point(GETS, &[2.0, 2.0, 2.0], 1.0)];
        let lasting = Lasting::of(&points);
        assert_eq!(lasting.time(&points[0], &[0, 1, 2]), Some(2.0));
        // A median above the mean says nothing of slow moments.
        let skewed = [point(GETS, &[1.0, 2.0, 2.0], 1.0)];
        let lasting = Lasting::of(&skewed);
        assert_eq!(lasting.time(&skewed[0], &[0, 1, 2]), Some(2.0));
    }
}
