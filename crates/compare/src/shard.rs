//! One shard of a campaign: its units one after the other, each a comparison of one workload in a folder of its
//! own, in a folder of this attempt.

use catalog::Workspace;
use fleet::{Attempt, Done, DoneUnit, Plan, Unit};
use host::Ledger;
use launch::{Calibrator, LazyLedger};
use protocol::ExitCode;
use results::{Folder, ShardRecord};
use schedule::Rules;
use terminal::{Usage, counted, output, progress, shown};

use crate::choice::Choice;
use crate::request::Request;
use crate::session::Session;
use crate::shard_wish::ShardWish;
use crate::{choose, ending, passes};

/// What the units of one attempt have in common.
struct Campaign<'a> {
    workspace: &'a Workspace,
    ledger: &'a Ledger,
    /// The whole campaign.
    choice: &'a Choice,
    wish: &'a ShardWish,
    attempt: &'a Attempt,
}

/// Does the units of a shard.
///
/// # Errors
/// A request that no shard can be of, a folder that cannot be written, a unit that is not of this campaign, or an
/// interrupt: then the attempt stays incomplete.
pub(crate) fn run(
    request: &Request,
    wish: &ShardWish,
    workspace: &Workspace,
) -> anyhow::Result<ExitCode> {
    let seed = typed_seed(request).map_err(Usage::error)?;
    if !request.exports.is_empty() {
        return Err(Usage::error(
            "a shard exports nothing: `merge` puts all shards together, and `report` exports what comes of it",
        ));
    }
    let ledger = LazyLedger::new(&workspace.results);
    let calibrator = Calibrator::new(workspace, &ledger).with_builds(request.builds);
    let choice = choose::choose(workspace, request, &calibrator)?;
    refuse(&choice).map_err(Usage::error)?;
    let workloads = choice.workloads.len();
    let plan = Plan::new(workloads, choice.options.blocks, wish.shard.count, seed)
        .map_err(|error| Usage::error(error.to_string()))?;
    let opened = ledger.get()?;
    let attempt = Attempt::begin(&wish.out, wish.shard)?;
    let campaign = Campaign {
        workspace,
        ledger: opened,
        choice: &choice,
        wish,
        attempt: &attempt,
    };
    let (code, done) = campaign
        .units(&plan, seed)
        .map_err(|error| incomplete(&attempt, error))?;
    attempt.finish(&done)?;
    let (number, all) = (wish.shard.index, wish.shard.count);
    let units = counted(done.units.len() as u64, "unit");
    let place = shown(&attempt.path().display().to_string());
    output::print(&format!("shard {number} of {all}: {units} in {place}\n"))?;
    Ok(code)
}

/// The seed of the campaign, which must be typed as `--runs` must: all shards have them in common.
pub(crate) fn typed_seed(request: &Request) -> Result<u64, String> {
    if request.runs.is_none() {
        return Err("--shard needs --runs: a shard that stopped at a precision would not know of the others, \
                    and all shards have to plan the same"
            .to_owned());
    }
    request.seed.ok_or_else(|| {
        "--shard needs --seed: the plan of the campaign follows from it, and is the same in all shards".to_owned()
    })
}

/// Refuses what would not be the same work on every host.
pub(crate) fn refuse(choice: &Choice) -> Result<(), String> {
    if !choice.options.profile.measures() {
        return Err(
            "--shard has no meaning with --profile smoke, which measures nothing".to_owned(),
        );
    }
    let by_time = choice
        .workloads
        .iter()
        .find(|chosen| !chosen.cpu.is_empty());
    match by_time {
        None => Ok(()),
        Some(chosen) => Err(format!(
            "{}: a CPU time is another size on every host: a campaign needs the size itself",
            chosen.typed
        )),
    }
}

/// Nothing of an incomplete attempt counts, and it is not continued: its blocks would be of two hosts.
fn incomplete(attempt: &Attempt, error: anyhow::Error) -> anyhow::Error {
    let place = attempt.path().display();
    error.context(format!(
        "{place} stays incomplete and counts for nothing: begin the shard again"
    ))
}

impl Campaign<'_> {
    fn units(&self, plan: &Plan, seed: u64) -> anyhow::Result<(ExitCode, Done)> {
        let (mut code, mut done) = (ExitCode::Ok, Done::default());
        for unit in plan.units_of(self.wish.shard) {
            progress::stage(&format!("unit {} of {}", unit.number, plan.units().len()));
            let (its_code, rows) = self.unit(unit, seed)?;
            code = worse(code, its_code);
            done.units.push(DoneUnit {
                unit: unit.number,
                rows,
            });
        }
        Ok((code, done))
    }

    /// Measures a unit, and returns the number of its rows.
    fn unit(&self, unit: &Unit, seed: u64) -> anyhow::Result<(ExitCode, u64)> {
        let choice = of_unit(self.choice, unit);
        let folder = Folder::make(self.attempt.unit(unit.number))?;
        let mut session = Session::new(self.workspace, self.ledger, &choice, folder, None);
        session.log.run.shard = Some(ShardRecord {
            shard: self.wish.shard.index,
            shards: self.wish.shard.count,
            unit: unit.number,
            seed,
            attempt: self.attempt.number(),
        });
        session.campaign = Some(self.wish.out.clone());
        let ended = passes::everything(&mut session);
        ending::of_unit(session, ended)
    }
}

/// The campaign's choice for one unit: one workload, so many blocks, a seed of its own.
pub(crate) fn of_unit(choice: &Choice, unit: &Unit) -> Choice {
    let mut own = choice.clone();
    own.workloads = vec![choice.workloads[unit.workload].clone()];
    let together = Rules::of(&choice.options).together.min(unit.blocks);
    own.options.blocks = unit.blocks;
    own.options.fewest_blocks = together;
    own.options.blocks_together = together;
    own.options.seed = unit.seed;
    // Runs have the same length on all hosts.
    own.options.chooses_length = false;
    own
}

/// The exit code of two units together: an answer that differs weighs most, then a failure.
fn worse(one: ExitCode, other: ExitCode) -> ExitCode {
    let by_weight = [ExitCode::Differ, ExitCode::Failed];
    by_weight
        .into_iter()
        .find(|code| *code == one || *code == other)
        .unwrap_or(ExitCode::Ok)
}
