//! `cargo xtask calibrate`: measures what predictions on this machine are made from, or whether that still holds.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Selected, Workspace};
use host::Ledger;
use predict::{Calibration, Machine, is_noisy};
use protocol::{ExitCode, Workload};
use results::{Outcome, Row, Stored, time};
use terminal::{counted, output, percent, progress};

use crate::age::{self, Age, here};
use crate::check::check;
use crate::cores::Cores;
use crate::measure::{Part, measure};
use crate::parts::{all_parts, needed, usual_blocks};
use crate::rows::{add, forget_others, missing, programs};
use crate::selected::selected;
use crate::store::Place;

/// How often the parts are gone through.
const MOST_ROUNDS: usize = 3;

/// What is asked for.
#[derive(Debug)]
pub struct CalibrateRequest {
    /// Globs over variants; the usual ones where there is none.
    pub models: Vec<String>,
    /// Numbers of processors, each of which has a calibration of its own; all of the machine's where there is none.
    pub cores: Vec<u64>,
    /// Whether to run a few points again, and say whether the calibration still agrees.
    pub check: bool,
    /// Measured blocks; the usual number where there is none.
    pub runs: Option<u64>,
}

/// Everything from what was asked to the exit code.
///
/// # Errors
/// Variants that are unknown or have no rules, an interrupt, and what keeps programs from being built or run.
pub fn calibrate(request: &CalibrateRequest, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    if request.check {
        return check(workspace);
    }
    let variants = selected(workspace, &request.models)?;
    for cores in Cores::typed(&request.cores)? {
        let one = One {
            workspace,
            place: Place::with_cores(workspace, cores.count),
            variants: &variants,
            blocks: request.runs,
            cores,
            is_whole: request.models.is_empty(),
        };
        one.calibrate()?;
    }
    Ok(ExitCode::Ok)
}

/// The calibration for one number of processors.
struct One<'a> {
    workspace: &'a Workspace,
    place: Place,
    variants: &'a [Selected],
    /// Measured blocks of each part, where a number was typed.
    blocks: Option<u64>,
    cores: Cores,
    /// Whether all usual variants are measured, so that nothing of an older calibration is kept.
    is_whole: bool,
}

impl One<'_> {
    fn calibrate(&self) -> anyhow::Result<()> {
        let machine = here();
        let older = self.older(&machine)?;
        let mut kept = self.unfinished(machine)?;
        let failures = self.cores.within(|| self.measure_parts(&mut kept))?;
        progress::end();
        for line in lacking(self.variants, &kept, &failures) {
            output::notice(&line);
        }
        kept.measured_ms = time::now_ms();
        if let Some(older) = older {
            kept = joined(older, kept);
        }
        self.place.keep(&kept)?;
        self.place.model()?;
        output::print(&summary(&kept))
    }

    /// Measures what is missing, and gives the runs without a result. A program that is built anew between
    /// two parts makes its rows of earlier parts useless, which are measured again.
    fn measure_parts(&self, kept: &mut Calibration) -> anyhow::Result<Vec<FailedRun>> {
        let mut failures = Vec::new();
        let ledger = launch::begin(&self.workspace.results)?;
        for _ in 0..MOST_ROUNDS {
            let mut has_lost = false;
            for (number, workloads) in (1..).zip(all_parts(self.cores.count)) {
                let lacking = missing(kept, &workloads, self.variants);
                if !lacking.is_empty() {
                    let part = self.part(number, workloads, &lacking);
                    has_lost |= self.measure_part(&part, &ledger, kept, &mut failures)?;
                }
            }
            if !has_lost {
                break;
            }
        }
        Ok(failures)
    }

    fn part<'a>(
        &self,
        number: u64,
        workloads: Vec<Workload>,
        variants: &'a [Selected],
    ) -> Part<'a> {
        let processors = self.cores.count;
        let points = needed(&workloads, variants, processors).count() as u64;
        output::notice(&format!(
            "part {number} of {}: {}",
            all_parts(processors).len(),
            counted(points, "point")
        ));
        Part {
            blocks: self.blocks.unwrap_or_else(|| usual_blocks(&workloads)),
            workloads,
            variants,
            cores: self.cores,
            seed: number,
        }
    }

    /// Measures a part and keeps it; whether rows were lost, since a program was built anew.
    fn measure_part(
        &self,
        part: &Part<'_>,
        ledger: &Ledger,
        kept: &mut Calibration,
        failures: &mut Vec<FailedRun>,
    ) -> anyhow::Result<bool> {
        let inside = self.place.inside(self.workspace);
        let (points, stored) = measure(&inside, ledger, part)?;
        failures.extend(failures_of(&stored));
        let has_lost = forget_others(kept, &programs(&stored));
        kept.programs.extend(stored.run.programs);
        add(kept, points);
        self.place.keep_unfinished(kept)?;
        Ok(has_lost)
    }

    /// The calibration that is there, where only some variants are measured now and it still holds for the others.
    fn older(&self, here: &Machine) -> anyhow::Result<Option<Calibration>> {
        if self.is_whole {
            return Ok(None);
        }
        let older = self.place.calibration()?;
        Ok(older.filter(|older| {
            matches!(
                age::of(older, here, time::now_ms(), None),
                Age::Fresh { .. }
            )
        }))
    }

    /// What an interrupted calibration of this machine left, or nothing yet.
    fn unfinished(&self, machine: Machine) -> anyhow::Result<Calibration> {
        let before = self.place.unfinished()?;
        let same = before.filter(|before| before.machine == machine);
        Ok(same.unwrap_or_else(|| Calibration {
            machine,
            cores: self.cores.fewer(),
            programs: BTreeMap::new(),
            measured_ms: time::now_ms(),
            points: Vec::new(),
        }))
    }
}

/// A run that had no result, and why.
#[derive(Debug)]
struct FailedRun {
    variant: String,
    workload: String,
    why: String,
}

fn failures_of(stored: &Stored) -> impl Iterator<Item = FailedRun> {
    stored.rows.iter().filter_map(|row| match row {
        Row::Run(run) => match &run.outcome {
            Outcome::Failed(failed) => Some(FailedRun {
                variant: run.variant.clone(),
                workload: run.workload.clone(),
                why: failed.failure.message.clone(),
            }),
            Outcome::Measured(_) => None,
        },
        _ => None,
    })
}

/// A line for each variant that was to be measured and has no rows, with the reason; and a line for
/// each reason why workloads have no rows under any variant, such as a server that is not on this machine.
fn lacking(variants: &[Selected], kept: &Calibration, failures: &[FailedRun]) -> Vec<String> {
    let measured = kept.variants();
    let names = variants.iter().map(Selected::name);
    let mut lines: Vec<String> = names
        .filter(|name| !measured.contains(&name.as_str()))
        .map(|name| {
            let mut of_it = failures.iter().filter(|failed| failed.variant == name);
            let why = of_it.next().map_or("it has no runs", |failed| &failed.why);
            not_calibrated(&name, why)
        })
        .collect();
    let mut by_reason: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for failed in failures {
        let mut points = kept.points.iter();
        let is_measured = points.any(|point| point.workload.name == failed.workload);
        if !is_measured && measured.contains(&failed.variant.as_str()) {
            let workloads = by_reason.entry(&failed.why).or_default();
            workloads.insert(&failed.workload);
        }
    }
    lines.extend(by_reason.into_iter().map(|(why, workloads)| {
        let names: Vec<&str> = workloads.into_iter().collect();
        not_calibrated(&names.join(", "), why)
    }));
    lines
}

fn not_calibrated(what: &str, why: &str) -> String {
    format!(
        "not calibrated: {}: {}",
        terminal::shown(what),
        terminal::shown(why)
    )
}

/// An older calibration with variants that were measured now, in the place of what it had of them. It is as old as its oldest rows.
fn joined(older: Calibration, new: Calibration) -> Calibration {
    let measured: Vec<String> = new.variants().into_iter().map(str::to_owned).collect();
    let mut points = older.points;
    points.retain(|point| !measured.contains(&point.variant));
    points.extend(new.points);
    let mut programs = older.programs;
    programs.extend(new.programs);
    Calibration {
        measured_ms: older.measured_ms,
        points,
        programs,
        ..new
    }
}

fn summary(kept: &Calibration) -> String {
    let variants = kept.variants();
    let noise = kept.noise();
    let noisy = if is_noisy(noise) {
        format!(
            "the machine was noisy: runs of the same point were {} apart, so that intervals are wider; calibrate again when \
             it is quiet\n",
            percent(noise)
        )
    } else {
        String::new()
    };
    format!(
        "calibrated: {} of {} on {} with {}\n{noisy}\
         predict a workload of yours: cargo xtask predict ./mine.toml\n\
         does it still hold? cargo xtask calibrate --check\n",
        counted(kept.points.len() as u64, "point"),
        counted(variants.len() as u64, "variant"),
        terminal::shown(&kept.machine.cpu),
        counted(kept.cores(), "processor")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use predict::{Figures, Point, workloads};

    fn with(variants: &[&str], measured_ms: u64) -> Calibration {
        let points = variants.iter().map(|variant| Point {
            workload: workloads().swap_remove(0),
            variant: (*variant).to_owned(),
            tasks: measured_ms,
            lanes: 1,
            runs: vec![Figures {
                time: 1.0,
                cpu: 1.0,
                service_cpu: None,
                start_up: 1.0,
            }],
            memory: None,
        });
        Calibration {
            machine: here(),
            cores: None,
            programs: BTreeMap::new(),
            measured_ms,
            points: points.collect(),
        }
    }

    #[test]
    fn variants_that_are_measured_later_join_the_others_and_make_them_no_younger() {
        let found = joined(
            with(&["threads/pool", "threads/rayon"], 1),
            with(&["threads/rayon", "coroutines/may"], 2),
        );
        assert_eq!(
            found.variants(),
            ["coroutines/may", "threads/pool", "threads/rayon"]
        );
        let rayon = found.point("cal-noop", "threads/rayon").unwrap();
        assert_eq!((rayon.tasks, found.points.len()), (2, 3));
        assert_eq!(found.measured_ms, 1);
    }

    #[test]
    fn variants_and_workloads_without_rows_are_named_with_the_reason() {
        let kept = with(&["threads/pool"], 1);
        let registry = catalog::Registry::find(&Workspace::find(None, &[]).unwrap());
        let variants =
            ["threads/pool", "threads/rayon"].map(|name| registry.exactly(name).ok().unwrap());
        let failed = |variant: &str, workload: &str, why: &str| FailedRun {
            variant: variant.to_owned(),
            workload: workload.to_owned(),
            why: why.to_owned(),
        };
        let failures = [
            failed("threads/rayon", "cal-noop", "it ended"),
            failed("threads/pool", "cal-noop", "once"),
            failed("threads/pool", "cal-pg-3", "no server"),
            failed("threads/pool", "cal-pg-16", "no server"),
        ];
        assert_eq!(
            lacking(&variants, &kept, &failures),
            [
                "not calibrated: threads/rayon: it ended",
                "not calibrated: cal-pg-16, cal-pg-3: no server",
            ]
        );
    }
}
