//! `cargo xtask calibrate`: measures what predictions on this machine are made from, or whether that still holds.

use std::collections::BTreeMap;

use catalog::{Selected, Workspace};
use host::Ledger;
use predict::{Calibration, Machine, is_noisy};
use protocol::{ExitCode, Workload};
use results::time;
use terminal::{Usage, counted, output, percent, progress};

use crate::age::here;
use crate::check::check;
use crate::cores::Cores;
use crate::lacking::{FailedRun, failures_of, lacking};
use crate::measure::{Part, measure};
use crate::parts::{all_parts, needed, usual_blocks};
use crate::rows::{add, forget_others, forget_unneeded, missing, programs};
use crate::selected::selected;
use crate::source::days_of;
use crate::store::{Place, Scope};
use crate::unfinished::{joined, unfinished};

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
/// Variants that are unknown or have no rules, or that have no calibration to join, an interrupt, and what keeps programs from being built or run.
pub fn calibrate(request: &CalibrateRequest, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    if request.check {
        return check(workspace);
    }
    let variants = selected(workspace, &request.models)?;
    let scope = if request.models.is_empty() {
        Scope::Whole
    } else {
        Scope::Added
    };
    let all = Cores::typed(&request.cores)?.into_iter().map(|cores| One {
        workspace,
        place: Place::with_cores(workspace, cores.count),
        variants: &variants,
        blocks: request.runs,
        cores,
        scope,
    });
    let all: Vec<One<'_>> = all.collect();
    // Before the first is measured, which takes minutes.
    all.iter().try_for_each(One::refuse_to_add_to_nothing)?;
    all.iter().try_for_each(One::calibrate)?;
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
    scope: Scope,
}

impl One<'_> {
    /// Some variants alone are no calibration: what kernels cost, for one, is told by the usual ones.
    fn refuse_to_add_to_nothing(&self) -> anyhow::Result<()> {
        if self.scope == Scope::Whole {
            return Ok(());
        }
        days_of(&self.place).map(drop).map_err(|error| {
            Usage::error(format!(
                "--model adds variants to a calibration that holds: {error:#}"
            ))
        })
    }

    fn calibrate(&self) -> anyhow::Result<()> {
        let older = self.older()?;
        let mut kept = self.begun(here());
        let failures = self.cores.within(|| self.measure_parts(&mut kept))?;
        progress::end();
        for line in lacking(self.variants, &kept, &failures) {
            output::notice(&line);
        }
        if let Some(older) = older {
            let asked: Vec<String> = self.variants.iter().map(Selected::name).collect();
            kept = joined(older, kept, &asked);
        }
        self.place.keep(&kept, self.scope)?;
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
            blocks: self
                .blocks
                .unwrap_or_else(|| usual_blocks(&workloads, processors)),
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
        let has_lost = forget_others(kept, &programs(&stored.run));
        kept.programs.extend(stored.run.programs);
        add(kept, points);
        self.place.keep_unfinished(kept, self.scope)?;
        Ok(has_lost)
    }

    /// The calibration that variants are added to.
    fn older(&self) -> anyhow::Result<Option<Calibration>> {
        match self.scope {
            Scope::Whole => Ok(None),
            Scope::Added => self.place.calibration(),
        }
    }

    /// What an interrupted calibration left of what is needed now, or nothing yet. It is as old as its first rows.
    fn begun(&self, machine: Machine) -> Calibration {
        let now_ms = time::now_ms();
        let left = unfinished(&self.place, self.scope, &machine, now_ms);
        let mut begun = left.unwrap_or_else(|| Calibration {
            machine,
            cores: self.cores.fewer(),
            programs: BTreeMap::new(),
            measured_ms: now_ms,
            points: Vec::new(),
        });
        forget_unneeded(&mut begun, self.variants);
        begun
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
