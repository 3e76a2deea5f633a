//! What is known of a campaign before any of its shards runs, and the one build that all of them share.

use std::time::Duration;

use catalog::Workspace;
use fleet::Plan;
use launch::{Calibrator, LazyLedger};
use terminal::{Usage, progress, shown};

use crate::choice::Choice;
use crate::choose;
use crate::forecast::Forecast;
use crate::request::Request;
use crate::shard::{of_unit, refuse, typed_seed};
use crate::source::Source;

/// A campaign that could run.
#[derive(Debug)]
pub struct Foreseen {
    /// Which shard does what.
    pub plan: Plan,
    /// How many workloads there are, each level of a sweep counted.
    pub workloads: usize,
    /// How many variants run each of them.
    pub variants: usize,
    /// What each unit takes, in the order of their numbers, as long as nobody knows how long a run takes.
    pub times: Vec<Duration>,
}

/// Plans a campaign of so many shards, as each of them will. Nothing is built or started.
///
/// # Errors
/// A request that no shard can be of, or more shards than units.
pub fn foresee(request: &Request, shards: u64, workspace: &Workspace) -> anyhow::Result<Foreseen> {
    let seed = typed_seed(request).map_err(Usage::error)?;
    let choice = chosen(request, workspace, &LazyLedger::new(&workspace.results))?;
    let workloads = choice.workloads.len();
    let plan = Plan::new(workloads, choice.options.blocks, shards, seed)
        .map_err(|error| Usage::error(error.to_string()))?;
    let units = plan.units().iter();
    Ok(Foreseen {
        times: units
            .map(|unit| Forecast::new(&of_unit(&choice, unit)).left())
            .collect(),
        workloads,
        variants: choice.variants.len(),
        plan,
    })
}

/// Builds every program that the shards of a campaign run, or finds them where nothing is to be built. Returns what
/// is said of variants that cannot run, whose rows will be failures.
///
/// # Errors
/// What all runs need cannot be built, the reference cannot run, or an interrupt.
pub fn build(request: &Request, workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let ledger = LazyLedger::new(&workspace.results);
    let choice = chosen(request, workspace, &ledger)?;
    let source = Source::of(workspace, choice.script.as_ref());
    let mut executor = source.executor(ledger.get()?, &choice);
    progress::stage("building what all runs share");
    executor.build_services(&choice.workloads)?;
    progress::stage("building models");
    let mut failed = Vec::new();
    for selected in &choice.variants {
        let name = selected.name();
        progress::step(&name);
        let Err(failure) = executor.build(selected)? else {
            continue;
        };
        let problem = format!("{name} cannot run: {}", shown(&failure.message));
        if name == choice.options.reference {
            anyhow::bail!("the reference {problem}");
        }
        failed.push(problem);
    }
    Ok(failed)
}

/// What is compared, where no shard would refuse it.
fn chosen(
    request: &Request,
    workspace: &Workspace,
    ledger: &LazyLedger<'_>,
) -> anyhow::Result<Choice> {
    if request.predict {
        return Err(Usage::error(
            "--predict chooses by the calibration of one machine, and a campaign runs the same variants on all of them",
        ));
    }
    let calibrator = Calibrator::new(workspace, ledger).with_builds(request.builds);
    let choice = choose::choose(workspace, request, &calibrator)?;
    refuse(&choice).map_err(Usage::error)?;
    Ok(choice)
}
