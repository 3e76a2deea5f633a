//! A campaign together with what `compare` makes of it, and what people are told of both before anything runs.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use compare::{Foreseen, Request, foresee};
use fleet::Shard;
use launch::Builds;
use terminal::{Usage, counted, waiting};

use crate::file::{Campaign, Kind};
use crate::request::Context;
use crate::words;

/// A campaign whose shards could run.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) campaign: Campaign,
    /// What every shard is asked.
    pub(crate) request: Request,
    /// What comes of it on each kind of hosts.
    pub(crate) kinds: Vec<Foreseen>,
}

impl Planned {
    /// Reads a campaign, and plans it as its shards will.
    ///
    /// # Errors
    /// A file that is no campaign, or one that `compare` would refuse.
    pub(crate) fn read(named: &Path, context: &Context) -> anyhow::Result<Planned> {
        let campaign = Campaign::read(named)?;
        plan_kinds(campaign, context).with_context(|| named.display().to_string())
    }
}

/// Plans the shards of each kind of hosts.
fn plan_kinds(campaign: Campaign, context: &Context) -> anyhow::Result<Planned> {
    let typed: Vec<String> = words::compare(&campaign, Some(&campaign.folder))
        .iter()
        .map(|word| word.replace(words::SHARD, "0"))
        .collect();
    let mut request = (context.parse)(&typed)?;
    request.builds = Builds::Found;
    let mut kinds = Vec::new();
    for kind in &campaign.kinds {
        let foreseen = foresee(&request, kind.shards, context.workspace)?;
        refuse_small_units(&campaign, kind, &foreseen).map_err(Usage::error)?;
        kinds.push(foreseen);
    }
    Ok(Planned {
        campaign,
        request,
        kinds,
    })
}

/// Refuses a plan with fewer rounds of a workload on one host than the campaign wants.
fn refuse_small_units(campaign: &Campaign, kind: &Kind, foreseen: &Foreseen) -> Result<(), String> {
    let Some(wanted) = &campaign.file.runs_per_unit else {
        return Ok(());
    };
    let fewest = fewest_rounds(foreseen);
    if fewest >= *wanted.get_ref() {
        return Ok(());
    }
    let (name, wanted) = (&kind.name, wanted.get_ref());
    Err(format!(
        "{name}: with {} a host has {fewest} rounds of a workload, and `runs_per_unit` is {wanted}: allowed are fewer \
         shards, or more `runs`",
        counted(kind.shards, "shard")
    ))
}

fn fewest_rounds(foreseen: &Foreseen) -> u64 {
    let rounds = foreseen.plan.units().iter().map(|unit| unit.blocks);
    rounds.min().unwrap_or(0)
}

/// How many units each shard has.
pub(crate) fn units(kind: &Kind, foreseen: &Foreseen) -> Vec<usize> {
    let shards = (0..kind.shards).map(|index| Shard {
        index,
        count: kind.shards,
    });
    shards
        .map(|shard| foreseen.plan.units_of(shard).count())
        .collect()
}

/// The plan for people.
pub(crate) fn text(planned: &Planned) -> String {
    let Planned {
        campaign, kinds, ..
    } = planned;
    let mut lines = Vec::new();
    if let Some(first) = kinds.first() {
        lines.push(format!(
            "{} × {}, {} of each on every kind of hosts, seed {}, in {}",
            counted(first.workloads as u64, "workload"),
            counted(first.variants as u64, "variant"),
            counted(*campaign.file.runs.get_ref(), "round"),
            campaign.file.seed,
            terminal::shown(&campaign.folder.display().to_string()),
        ));
    }
    for (kind, foreseen) in campaign.kinds.iter().zip(kinds) {
        lines.push(kind_line(kind, foreseen));
    }
    lines.push("(times are a guess, for runs of 0.3 s each, without building)".to_owned());
    lines.join("\n") + "\n"
}

fn kind_line(kind: &Kind, foreseen: &Foreseen) -> String {
    let times: Vec<Duration> = (0..kind.shards)
        .map(|index| shard_time(foreseen, index))
        .collect();
    let longest = times.iter().max().copied().unwrap_or_default();
    let all: Duration = times.iter().sum();
    format!(
        "{}: {}, {} of at least {}; the longest shard takes about {}, all together {}",
        kind.name,
        counted(kind.shards, "shard"),
        counted(foreseen.plan.units().len() as u64, "unit"),
        counted(fewest_rounds(foreseen), "round"),
        about(longest),
        about(all),
    )
}

fn shard_time(foreseen: &Foreseen, index: u64) -> Duration {
    let units = foreseen.plan.units().iter().zip(&foreseen.times);
    units
        .filter(|(unit, _)| unit.shard == index)
        .map(|(_, time)| *time)
        .sum()
}

fn about(time: Duration) -> String {
    waiting(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
