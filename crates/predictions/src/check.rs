//! `cargo xtask calibrate --check`: whether a calibration still holds.

use std::collections::BTreeSet;

use catalog::Workspace;
use predict::{Calibration, KERNEL_VARIANTS, Point, workloads_on};
use protocol::ExitCode;
use results::{Stored, time};
use terminal::{duration, output, percent, progress, shown};

use crate::age::AGREES;
use crate::cores::Cores;
use crate::lacking::failures_of;
use crate::measure::{Part, measure};
use crate::selected::selected;
use crate::source::days_of;
use crate::store::{Place, Probe};

/// What a probe runs: requests without and with waits, and computation.
const PROBED: [&str; 3] = ["cal-get-64", "cal-wait-40", "calk-sum-squares-1"];
/// The first computes on every machine: with one processor no other one does.
const PROBED_VARIANTS: [&str; 3] = [
    KERNEL_VARIANTS[0],
    "threads/pool",
    "async-tokio/multi-thread",
];
/// Rounds of a probe: the median of three hardly moves by one that something else disturbs.
const BLOCKS: u64 = 3;
/// How many standard deviations of its own runs a point may be off: more happens to one in twenty by chance.
const DEVIATIONS: f64 = 2.0;

/// Runs a few points again, and holds their times against the calibration.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let place = Place::of(workspace);
    days_of(&place)?;
    let kept = place.calibration()?.ok_or_else(|| place.not_calibrated())?;
    let (points, stored) = measured(workspace, &place)?;
    progress::end();
    let all = points.iter().filter_map(|now| Compared::of(&kept, now));
    let all: Vec<Compared> = all.collect();
    let failed = without_result(&stored);
    let found = probe(&all, time::now_ms()).ok_or_else(|| nothing_compared(&failed))?;
    place.keep_probe(&found)?;
    output::print(&text(&all, &failed, &found))?;
    Ok(if found.agrees {
        ExitCode::Ok
    } else {
        ExitCode::Failed
    })
}

fn measured(workspace: &Workspace, place: &Place) -> anyhow::Result<(Vec<Point>, Stored)> {
    let variants = selected(workspace, &PROBED_VARIANTS.map(str::to_owned))?;
    let cores = Cores::all();
    let mut workloads = workloads_on(cores.count);
    workloads.retain(|workload| PROBED.contains(&workload.name.as_str()));
    let ledger = launch::begin(&workspace.results)?;
    let part = Part {
        workloads,
        variants: &variants,
        blocks: BLOCKS,
        cores,
        seed: 1,
    };
    measure(&place.inside(workspace), &ledger, &part)
}

/// A probed point, then and now: seconds a task.
struct Compared {
    name: String,
    then: f64,
    now: f64,
    /// How far the two may be apart, as a factor less 1.
    allowed: f64,
}

impl Compared {
    /// `None` where the calibration has no such point, or no longer one of this workload.
    fn of(kept: &Calibration, now: &Point) -> Option<Compared> {
        let then = kept.point(&now.workload.name, &now.variant)?;
        if then.workload != now.workload {
            return None;
        }
        Some(Compared {
            name: format!("{} {}", now.workload.name, now.variant),
            then: then.typical(|run| Some(run.time))?,
            now: now.typical(|run| Some(run.time))?,
            allowed: allowed(then, now, kept.noise()),
        })
    }

    /// How far the two are apart, as a factor less 1.
    fn off(&self) -> f64 {
        (self.now / self.then).ln().abs().exp_m1()
    }

    fn agrees(&self) -> bool {
        self.off() <= self.allowed
    }

    fn line(&self) -> String {
        let allowed = if self.allowed > AGREES {
            let spread = percent(self.allowed);
            format!(", allowed {spread} for the noise of its runs")
        } else {
            String::new()
        };
        format!(
            "{}: {} a task, calibrated {}: off by {}{allowed}\n",
            self.name,
            duration(self.now * 1e9),
            duration(self.then * 1e9),
            percent(self.off())
        )
    }
}

/// How far apart the runs of a point may be: as far as chance makes them where their spread is that of the calibrated ones, or
/// that of the whole calibration where a point has one run alone.
fn allowed(then: &Point, now: &Point, usual: f64) -> f64 {
    let noise = then.noise().unwrap_or(usual);
    let runs = [then, now].map(|point| 1.0 / point.runs.len().max(1) as f64);
    let by_chance = DEVIATIONS * noise * runs.iter().sum::<f64>().sqrt();
    by_chance.exp_m1().max(AGREES)
}

/// What a probe came to; `None` where it compared nothing, which is no agreement.
fn probe(all: &[Compared], checked_ms: u64) -> Option<Probe> {
    let worst = all.iter().map(Compared::off).reduce(f64::max)?;
    Some(Probe {
        checked_ms,
        agrees: all.iter().all(Compared::agrees),
        worst,
    })
}

/// What had no result, with the reason, each once.
fn without_result(stored: &Stored) -> BTreeSet<String> {
    let failures = failures_of(stored);
    let lines = failures.map(|failed| {
        let why = shown(&failed.why);
        format!("{} {}: {why}", failed.workload, failed.variant)
    });
    lines.collect()
}

fn nothing_compared(failed: &BTreeSet<String>) -> anyhow::Error {
    if failed.is_empty() {
        return anyhow::anyhow!(
            "nothing was compared: the calibration has none of the points that a check runs, which are others in this \
             version: `cargo xtask calibrate` measures it anew"
        );
    }
    let all: Vec<&str> = failed.iter().map(String::as_str).collect();
    anyhow::anyhow!(
        "nothing was compared, since no run had a result: {}",
        all.join("; ")
    )
}

fn text(all: &[Compared], failed: &BTreeSet<String>, probe: &Probe) -> String {
    let mut text: String = all.iter().map(Compared::line).collect();
    for line in failed {
        text += &format!("not compared: {line}\n");
    }
    text += &if probe.agrees {
        format!(
            "the calibration holds: every point is within what is allowed, {} where nothing else is said\n",
            percent(AGREES)
        )
    } else {
        format!(
            "the calibration is off by up to {}: `cargo xtask calibrate` measures it anew\n",
            percent(probe.worst)
        )
    };
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::age::here;
    use predict::{Figures, MEASURED, is_measured_at, workloads};

    fn point(times: &[f64]) -> Point {
        Point {
            workload: workloads().swap_remove(0),
            variant: "threads/pool".to_owned(),
            tasks: 1,
            lanes: 1,
            runs: times
                .iter()
                .map(|time| Figures {
                    time: *time,
                    cpu: *time,
                    service_cpu: None,
                    start_up: 1.0,
                })
                .collect(),
            memory: None,
        }
    }

    fn calibration(points: Vec<Point>) -> Calibration {
        Calibration {
            machine: here(),
            cores: None,
            programs: BTreeMap::new(),
            measured_ms: 0,
            points,
        }
    }

    /// What a calibration of these times allows of a probe whose times are all the same.
    fn compared(then: &[f64], now: f64) -> Compared {
        Compared::of(&calibration(vec![point(then)]), &point(&[now; 3])).unwrap()
    }

    #[test]
    fn what_is_probed_is_calibrated() {
        let all = workloads();
        assert!(
            PROBED
                .iter()
                .all(|name| all.iter().any(|workload| workload.name == *name))
        );
        assert!(PROBED_VARIANTS.iter().all(|name| MEASURED.contains(name)));
    }

    #[test]
    fn something_computes_in_a_probe_on_any_number_of_processors() {
        let kernel = workloads()
            .into_iter()
            .find(|workload| workload.name == PROBED[2])
            .unwrap();
        let computing = |processors| {
            let variants = PROBED_VARIANTS.iter();
            variants
                .filter(|name| is_measured_at(name, &kernel, processors))
                .count()
        };
        assert_eq!([1, 2].map(computing), [1, 2]);
    }

    #[test]
    fn runs_that_were_far_apart_allow_as_much_and_no_runs_allow_less_than_a_tenth() {
        let quiet = compared(&[1.0, 1.0, 1.0, 1.0], 1.12);
        assert!(
            !quiet.agrees() && quiet.allowed == AGREES,
            "{}",
            quiet.line()
        );
        assert!(compared(&[1.0, 1.0, 1.0, 1.0], 1.09).agrees());
        assert!(!compared(&[1.0, 1.0, 1.0, 1.0], 0.9).agrees());
        // A standard deviation of the logarithms of 0.1.
        let apart: Vec<f64> = [-1.0, 0.0, 1.0].map(|at: f64| (0.1 * at).exp()).to_vec();
        let allowed = (2.0 * 0.1 * (2.0_f64 / 3.0).sqrt()).exp_m1();
        let within = compared(&apart, 1.0 + allowed * 0.99);
        assert!((within.allowed - allowed).abs() < 1e-9 && within.agrees());
        assert!(
            within.line().contains("allowed 17.7 %"),
            "{}",
            within.line()
        );
        assert!(!compared(&apart, 1.0 + allowed * 1.01).agrees());
    }

    #[test]
    fn one_point_beyond_what_it_allows_is_no_agreement_and_nothing_compared_is_none() {
        let good = || compared(&[1.0, 1.0], 1.01);
        let bad = || compared(&[1.0, 1.0], 1.3);
        let both = probe(&[bad(), good()], 7).unwrap();
        assert!(!both.agrees && (both.worst - 0.3).abs() < 1e-9, "{both:?}");
        assert_eq!(both.checked_ms, 7);
        assert!(probe(&[good(), good()], 7).unwrap().agrees);
        assert_eq!(probe(&[], 7), None);
    }

    #[test]
    fn what_compared_nothing_says_why() {
        let error = nothing_compared(&BTreeSet::new()).to_string();
        assert!(error.contains("cargo xtask calibrate"), "{error}");
        let failed = BTreeSet::from(["cal-get-64 threads/pool: it ended".to_owned()]);
        let error = nothing_compared(&failed).to_string();
        assert!(error.contains("it ended"), "{error}");
    }

    #[test]
    fn a_point_of_another_workload_of_the_same_name_is_not_compared() {
        let mut once = point(&[1.0, 1.0]);
        once.workload.tasks += 1;
        let kept = calibration(vec![once]);
        assert!(Compared::of(&kept, &point(&[1.0; 3])).is_none());
    }
}
