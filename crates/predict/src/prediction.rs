//! One prediction: the median of the fitted simulations, corrected by past errors, with an interval, what limits the run, and
//! which calibrated points are nearest.

use protocol::Workload;

use crate::bounds::{Limit, is_at_rate, limit, part_at_work};
use crate::calibration::On;
use crate::conformal::{Estimate, NARROWEST, Regime, WIDEST_CPU, beyond_quiet};
use crate::kind::Kind;
use crate::model::Model;
use crate::nearest::nearest;
use crate::refusal::Refusal;
use crate::refuse::refuse;
use crate::simulated::{Asked, CURVE, Length, WHOLE};
use crate::typical::Typical;

/// How much slack a plausible prediction has beyond the bracket.
const SLACK: f64 = 1.1;

/// What a run would come to. Times are in seconds a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Elapsed time over tasks.
    pub time: Estimate,
    /// CPU time of the model over tasks, where its interval is narrow enough to mean something.
    pub cpu: Result<Estimate, Refusal>,
    /// The same whatever its interval is: what the gate holds against measurements.
    #[doc(hidden)]
    pub cpu_unrefused: Estimate,
    /// CPU time of the origin over tasks; `None` where none takes part, or other services do as well.
    pub service_cpu: Option<f64>,
    /// Bytes of the process tree at its peak; `None` where none was read.
    pub memory: Option<Estimate>,
    /// Seconds from the start of the process to `ready`.
    pub start_up: Option<Estimate>,
    /// The tasks of the run, and its lanes.
    pub tasks: u64,
    /// See `tasks`.
    pub lanes: u64,
    /// The time of perfect overlap, and that of none.
    pub bracket: (f64, f64),
    /// Whether the time lies in the bracket, with a tenth of slack.
    pub is_plausible: bool,
    /// The kind of run whose past errors the interval comes from.
    pub regime: Regime,
    /// What limits it.
    pub limit: Limit,
    /// How far the fitted simulations are apart: the standard deviations of the logarithms of time and of CPU.
    pub spread: (f64, f64),
    /// The calibrated points that are most like it.
    pub nearest: Vec<String>,
    /// Events that were simulated.
    pub events: u64,
}

impl Prediction {
    /// A percentile of the latency of a task.
    ///
    /// # Errors
    /// Always: rare delays are of the machine's making, and no rule of the simulation makes any.
    pub fn percentile(&self, percent: f64) -> Result<Estimate, Refusal> {
        Err(Refusal::Percentile { percent })
    }
}

/// Predicts one run.
///
/// # Errors
/// Where it must be refused: see [`Refusal`].
pub fn predict(
    model: &Model,
    workload: &Workload,
    variant: &str,
    on: On,
) -> Result<Prediction, Refusal> {
    of_length(model, workload, variant, on, WHOLE)
}

/// The same for a point of a curve, from a shorter simulation.
///
/// # Errors
/// As [`predict`].
pub fn predict_for_curve(
    model: &Model,
    workload: &Workload,
    variant: &str,
    on: On,
) -> Result<Prediction, Refusal> {
    of_length(model, workload, variant, on, CURVE)
}

/// Predicts although it is to be refused, so that what refusals are worth can be told from stored rows.
#[doc(hidden)]
#[must_use]
pub fn predict_unrefused(model: &Model, workload: &Workload, variant: &str) -> Option<Prediction> {
    let kind = Kind::of(variant)?;
    Some(unrefused(model, workload, variant, kind, WHOLE))
}

fn of_length(
    model: &Model,
    workload: &Workload,
    variant: &str,
    on: On,
    length: Length,
) -> Result<Prediction, Refusal> {
    let kind = refuse(model, workload, variant, on)?;
    let found = unrefused(model, workload, variant, kind, length);
    let is_time = found.time.value.is_finite() && found.time.value > 0.0;
    if is_time {
        Ok(found)
    } else {
        Err(Refusal::NoFigure)
    }
}

fn unrefused(
    model: &Model,
    workload: &Workload,
    variant: &str,
    kind: Kind,
    length: Length,
) -> Prediction {
    let asked = Asked {
        workload,
        variant,
        kind,
        tasks: workload.tasks,
        processors: model.calibration.cores(),
    };
    let typical = model.typical(&asked, length);
    let run = model.corrections.corrected(&asked, &typical);
    let Typical {
        spread, demands, ..
    } = typical;
    let (low, high) = typical.bracket;
    let lanes = asked.lanes();
    let waiting = demands.waiting() / (run.time * lanes as f64);
    let regime = Regime::of(workload, kind, waiting, is_at_rate(&asked, &run));
    let (of_time, of_cpu) = regime.quantiles();
    let noise = beyond_quiet(model.calibration.noise());
    let cpu_estimate = Estimate::around(run.cpu, spread.1, of_cpu, noise);
    // Waits are as long on a slow machine, but begin and end late: with the part itself in the place of its root, 86 % of the times of seed
    // 20261219 of the gate were covered, and 95 % with the root.
    let noise_of_time = noise * part_at_work(&demands, &asked, &run).sqrt();
    Prediction {
        time: Estimate::around(run.time, spread.0, of_time, noise_of_time),
        cpu: narrow_enough(cpu_estimate),
        cpu_unrefused: cpu_estimate,
        service_cpu: (demands.gets > 0.0 && demands.backends == 0.0).then_some(run.service_cpu),
        memory: by_lanes(model, variant, lanes, |own| own.memory),
        start_up: by_lanes(model, variant, lanes, |own| own.start_up),
        tasks: asked.tasks,
        lanes,
        bracket: typical.bracket,
        is_plausible: (low / SLACK..=high * SLACK).contains(&run.time),
        regime,
        limit: limit(&demands, &asked, &run),
        spread,
        nearest: nearest(model, workload, variant),
        events: run.events,
    }
}

pub(crate) fn narrow_enough(cpu: Estimate) -> Result<Estimate, Refusal> {
    if cpu.width() > WIDEST_CPU {
        return Err(Refusal::CpuTooWide { width: cpu.width() });
    }
    Ok(cpu)
}

/// A figure that is a line over lanes, with an interval of twice the narrowest: single reads of memory are no distribution.
fn by_lanes(
    model: &Model,
    variant: &str,
    lanes: u64,
    line: fn(&crate::parameters::Own) -> crate::lines::Line,
) -> Option<Estimate> {
    let value = line(model.fits.first()?.own.get(variant)?).at(lanes as f64);
    (value > 0.0).then(|| Estimate {
        value,
        low: value / (1.0 + 4.0 * NARROWEST),
        high: value * (1.0 + 4.0 * NARROWEST),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_with_an_interval_of_more_than_half_of_it_is_refused() {
        let estimate = |high| Estimate {
            value: 10.0,
            low: 1.0,
            high,
        };
        assert!(narrow_enough(estimate(14.9)).is_ok());
        let text = narrow_enough(estimate(15.3)).unwrap_err().to_string();
        assert!(text.contains("±53 %") && text.contains("compare"), "{text}");
    }

    #[test]
    fn what_comes_to_no_time_is_refused() {
        let workload = crate::points::workloads().swap_remove(0);
        let point = crate::calibration::Point {
            tasks: workload.tasks,
            lanes: 32,
            workload: workload.clone(),
            variant: crate::points::POOL.to_owned(),
            runs: Vec::new(),
            memory: None,
        };
        let calibration = crate::calibration::Calibration::of_two_processors(vec![point]);
        let found = |ramp| {
            let mut fit = crate::fit::unfitted();
            fit.shared.ramp = ramp;
            let model = Model::new(&calibration, vec![fit]);
            let on = On {
                processors: 2,
                workers: 2,
            };
            predict(&model, &workload, crate::points::POOL, on)
        };
        assert!(found(0.0).is_ok());
        assert_eq!(found(-10.0).unwrap_err(), Refusal::NoFigure);
    }
}
