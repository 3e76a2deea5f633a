//! `cargo xtask calibrate`: measures what predictions on this machine are made from, or whether that still holds.

use std::collections::BTreeMap;

use catalog::{Registry, Selected, Workspace};
use predict::{Calibration, Point, VARIANTS, is_for_kernel, workloads};
use protocol::{ExitCode, Step, Workload};
use results::time;
use terminal::{Usage, counted, duration, output, percent, progress};

use crate::age::{AGREES, here};
use crate::measure::{BLOCKS, Part, measure};
use crate::rows::{add, forget_others, missing, programs};
use crate::store::{self, Probe};

/// What a probe runs: requests without and with waits, and computation.
const PROBED: [&str; 3] = ["cal-get-64", "cal-wait-40", "calk-sum-squares-1"];
/// The parts that a calibration is measured in.
const PARTS: usize = 4;
/// How often the parts are gone through.
const MOST_ROUNDS: usize = 3;
const PROBED_VARIANTS: [&str; 2] = ["threads/pool", "async-tokio/multi-thread"];

/// What is asked for.
#[derive(Debug)]
pub struct CalibrateRequest {
    /// Globs over variants; all whose rules are known where there is none.
    pub models: Vec<String>,
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
    let ledger = launch::begin(&workspace.results)?;
    let inside = run_workspace(workspace);
    let mut kept = unfinished(workspace)?;
    // A program that is built anew between two parts makes rows of earlier parts useless, which are measured again.
    for _ in 0..MOST_ROUNDS {
        let mut has_lost = false;
        for (number, workloads) in (1..).zip(all_parts()) {
            let missing = missing(&kept, &workloads, &variants);
            if missing.is_empty() {
                continue;
            }
            output::notice(&format!(
                "part {number} of {PARTS}: {}, {}",
                counted(workloads.len() as u64, "workload"),
                counted(missing.len() as u64, "variant")
            ));
            let part = Part {
                workloads,
                variants: &missing,
                blocks: request.runs.unwrap_or(BLOCKS),
                workers: kept.machine.processors,
                seed: number,
            };
            let (points, stored) = measure(&inside, &ledger, &part)?;
            has_lost |= forget_others(&mut kept, &programs(&stored));
            kept.programs.extend(stored.run.programs);
            add(&mut kept, points);
            store::keep_unfinished(workspace, &kept)?;
        }
        if !has_lost {
            break;
        }
    }
    progress::end();
    kept.measured_ms = time::now_ms();
    store::keep(workspace, &kept)?;
    store::model(workspace)?;
    output::print(&summary(&kept))?;
    Ok(ExitCode::Ok)
}

/// The workspace whose results are those of calibrations, so that `latest` stays what people compared.
pub(crate) fn run_workspace(workspace: &Workspace) -> Workspace {
    Workspace {
        results: store::folder(workspace).join("runs"),
        ..workspace.clone()
    }
}

/// The variants that are meant, each with rules.
fn selected(workspace: &Workspace, globs: &[String]) -> anyhow::Result<Vec<Selected>> {
    let registry = Registry::find(workspace);
    let all = if globs.is_empty() {
        let known = VARIANTS.iter().map(|name| registry.exactly(name));
        known
            .collect::<Result<Vec<Selected>, _>>()
            .map_err(Usage::error)?
    } else {
        registry.matching(globs).map_err(Usage::error)?.variants
    };
    let without = all
        .iter()
        .map(Selected::name)
        .find(|name| !VARIANTS.contains(&name.as_str()));
    match without {
        None => Ok(all),
        Some(name) => Err(Usage::error(format!(
            "{name} is not predicted yet: `compare` measures it; predicted are {}",
            VARIANTS.join(", ")
        ))),
    }
}

/// What an interrupted calibration of this machine left, or nothing yet.
fn unfinished(workspace: &Workspace) -> anyhow::Result<Calibration> {
    let machine = here();
    let before = store::unfinished(workspace)?.filter(|before| before.machine == machine);
    Ok(before.unwrap_or_else(|| Calibration {
        machine,
        programs: BTreeMap::new(),
        measured_ms: time::now_ms(),
        points: Vec::new(),
    }))
}

/// The workloads in parts, each of which is kept once it is measured: kernels, requests, waits, blocking calls.
fn all_parts() -> Vec<Vec<Workload>> {
    let mut parts: Vec<Vec<Workload>> = vec![Vec::new(); PARTS];
    for workload in workloads() {
        let at = if is_for_kernel(&workload) {
            0
        } else if workload.wait_per_task().as_nanos() > 0 {
            2
        } else if workload.steps.iter().any(is_blocking) {
            3
        } else {
            1
        };
        parts[at].push(workload);
    }
    parts
}

fn is_blocking(step: &Step) -> bool {
    matches!(step, Step::SqliteSelect(_) | Step::ReadFile(_))
}

fn summary(kept: &Calibration) -> String {
    let variants = kept.variants();
    format!(
        "calibrated: {} of {} on {} with {}\n\
         predict a workload of yours: cargo xtask predict ./mine.toml\n\
         does it still hold? cargo xtask calibrate --check\n",
        counted(kept.points.len() as u64, "point"),
        counted(variants.len() as u64, "variant"),
        terminal::shown(&kept.machine.cpu),
        counted(kept.machine.processors, "processor")
    )
}

/// Runs a few points once, and holds their times against the calibration.
fn check(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let kept = store::calibration(workspace)?.ok_or_else(|| {
        Usage::error("there is no calibration to check: `cargo xtask calibrate` measures one")
    })?;
    let variants = selected(workspace, &PROBED_VARIANTS.map(str::to_owned))?;
    let mut probed = workloads();
    probed.retain(|workload| PROBED.contains(&workload.name.as_str()));
    let ledger = launch::begin(&workspace.results)?;
    let part = Part {
        workloads: probed,
        variants: &variants,
        blocks: 1,
        workers: kept.machine.processors,
        seed: 1,
    };
    let (points, _) = measure(&run_workspace(workspace), &ledger, &part)?;
    progress::end();
    let compared: Vec<(String, f64, f64)> = points
        .iter()
        .filter_map(|point| compared(&kept, point))
        .collect();
    let off = compared
        .iter()
        .map(|(_, then, now)| (now / then).ln().abs().exp() - 1.0);
    let worst = off.fold(0.0, f64::max);
    store::keep_probe(
        workspace,
        &Probe {
            checked_ms: time::now_ms(),
            worst,
        },
    )?;
    let mut text = String::new();
    for (name, then, now) in &compared {
        text += &format!(
            "{name}: {} a task, calibrated {}\n",
            duration(now * 1e9),
            duration(then * 1e9)
        );
    }
    let agrees = worst <= AGREES && !compared.is_empty();
    text += &if agrees {
        format!("the calibration holds: within {}\n", percent(AGREES))
    } else {
        format!(
            "the calibration is off by {}: `cargo xtask calibrate` measures it anew\n",
            percent(worst)
        )
    };
    output::print(&text)?;
    Ok(if agrees {
        ExitCode::Ok
    } else {
        ExitCode::Failed
    })
}

/// A probed point's name, and its time then and now.
fn compared(kept: &Calibration, point: &Point) -> Option<(String, f64, f64)> {
    let then = kept
        .point(&point.workload.name, &point.variant)?
        .typical(|run| Some(run.time))?;
    let now = point.typical(|run| Some(run.time))?;
    Some((
        format!("{} {}", point.workload.name, point.variant),
        then,
        now,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_is_in_one_part_and_no_part_is_empty() {
        let parts = all_parts();
        assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), workloads().len());
        assert!(parts.iter().all(|part| !part.is_empty()));
    }

    #[test]
    fn what_is_probed_is_calibrated() {
        let all = workloads();
        assert!(
            PROBED
                .iter()
                .all(|name| all.iter().any(|workload| workload.name == *name))
        );
        assert!(PROBED_VARIANTS.iter().all(|name| VARIANTS.contains(name)));
    }
}
