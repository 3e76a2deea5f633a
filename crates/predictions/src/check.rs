//! `cargo xtask calibrate --check`: whether a calibration still holds.

use catalog::Workspace;
use predict::{Calibration, Point, workloads};
use protocol::ExitCode;
use results::time;
use terminal::{Usage, duration, output, percent, progress};

use crate::age::AGREES;
use crate::cores::Cores;
use crate::measure::{Part, measure};
use crate::selected::selected;
use crate::store::{Place, Probe};

/// What a probe runs: requests without and with waits, and computation.
const PROBED: [&str; 3] = ["cal-get-64", "cal-wait-40", "calk-sum-squares-1"];
const PROBED_VARIANTS: [&str; 2] = ["threads/pool", "async-tokio/multi-thread"];

/// Runs a few points once, and holds their times against the calibration.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let place = Place::of(workspace);
    let kept = place.calibration()?.ok_or_else(|| {
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
        cores: Cores::all(),
        seed: 1,
    };
    let (points, _) = measure(&place.inside(workspace), &ledger, &part)?;
    progress::end();
    let compared: Vec<(String, f64, f64)> = points
        .iter()
        .filter_map(|point| compared(&kept, point))
        .collect();
    let off = compared
        .iter()
        .map(|(_, then, now)| (now / then).ln().abs().exp() - 1.0);
    let worst = off.fold(0.0, f64::max);
    place.keep_probe(&Probe {
        checked_ms: time::now_ms(),
        worst,
    })?;
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
    use predict::MEASURED;

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
}
