//! The script as people write it, in TOML: what takes how long, how the machine blurs it, and what
//! goes wrong. Its names and bounds are checked when it is read.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use protocol::{Headline, Kernel, Levels};
use results::{Arm, HostRecord, Kind};
use serde::Deserialize;

use super::bursts::Bursts;
use super::disturbance::Disturbance;
use super::hold::Hold;
use super::noise::{Drift, Noise};

/// A whole script.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What all noise is drawn from; the order of runs has its own seed.
    #[serde(default)]
    pub(super) seed: u64,
    /// The noise of every variant that has none of its own.
    #[serde(default)]
    pub(super) noise: Noise,
    /// Shared by all, since it is the machine's.
    pub(super) drift: Option<Drift>,
    /// A neighbour of the machine, which the system tells of.
    pub(super) bursts: Option<Bursts>,
    /// What other processes do in certain blocks.
    #[serde(default, rename = "disturbance")]
    pub(super) disturbances: Vec<Disturbance>,
    /// Where it stops until somebody lets it go on.
    pub(super) hold: Option<Hold>,
    /// How much of a kernel takes a millisecond of CPU: a script has no machine to calibrate.
    #[serde(default)]
    pub(super) units_per_ms: BTreeMap<Kernel, f64>,
    /// The machine that it stands for; none where it says nothing of it.
    host: Option<HostRecord>,
    /// The digest of every program that it stands for.
    pub(super) program: Option<String>,
    #[serde(rename = "workload")]
    pub(super) workloads: Vec<Work>,
    #[serde(rename = "variant")]
    pub(super) variants: Vec<Actor>,
    #[serde(default, rename = "case")]
    pub(super) cases: Vec<Case>,
}

/// A workload that nobody really does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub(super) name: String,
    /// How long all its tasks take, undisturbed, where nothing makes them faster or slower.
    pub(super) time_ms: f64,
    #[serde(default = "thousand")]
    pub(super) tasks: u64,
    #[serde(default = "ten")]
    pub(super) in_flight: u64,
    /// What its tasks are said to compute; nothing without it.
    pub(super) kernel: Option<Kernel>,
    /// The CPU time that a task is said to take; without it, the smallest size.
    pub(super) cpu: Option<String>,
    /// The question that comes first, as in a workload's file.
    pub(super) headline: Option<Headline>,
    /// The numbers in flight that it is compared at, as in a workload's file.
    pub(super) levels: Option<Levels>,
    /// How long each of its tasks waits, in milliseconds, instead of computing; nothing without it.
    pub(super) wait_ms: Option<u64>,
}

/// A variant that is no program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Actor {
    /// `model/variant`.
    pub(super) name: String,
    /// How many times as long it takes.
    #[serde(default = "one")]
    pub(super) factor: f64,
    /// Processor time, as a multiple of the time.
    #[serde(default = "one")]
    pub(super) cpu: f64,
    #[serde(default = "ten")]
    pub(super) memory_mib: u64,
    /// Memory for each lane besides.
    #[serde(default)]
    pub(super) bytes_a_lane: u64,
    pub(super) noise: Option<Noise>,
}

/// What is special about a variant, at one workload or at all, from one block on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) variant: String,
    pub(super) workload: Option<String>,
    pub(super) arm: Option<Arm>,
    /// Block 1 is that of correctness.
    #[serde(default)]
    pub(super) from_block: u64,
    /// Multiplies the variant's own factor.
    #[serde(default = "one")]
    pub(super) factor: f64,
    /// The times themselves, a block each from the first that counts, over and over.
    pub(super) samples_ms: Option<Vec<f64>>,
    /// The memory that a run for it tells, a block each, over and over.
    pub(super) memory_mib: Option<Vec<u64>>,
    /// What it answers instead of the right digest.
    pub(super) digest: Option<String>,
    pub(super) fails: Option<Fault>,
}

/// A run that comes to nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) message: String,
}

fn one() -> f64 {
    1.0
}

fn ten() -> u64 {
    10
}

fn thousand() -> u64 {
    1000
}

impl Script {
    /// Reads and checks one.
    pub fn read(path: &Path) -> anyhow::Result<Script> {
        std::fs::read_to_string(path)
            .map_err(anyhow::Error::from)
            .and_then(|text| parse(&text))
            .with_context(|| path.display().to_string())
    }
}

impl Script {
    /// The machine that it stands for.
    pub(crate) fn host(&self) -> Option<HostRecord> {
        self.host.clone()
    }
}

/// A script from its text.
pub(super) fn parse(text: &str) -> anyhow::Result<Script> {
    let script: Script = toml::from_str(text)?;
    check_names(&script)?;
    check_noise(&script.noise)?;
    if let Some(drift) = script.drift {
        within("drift.sd", drift.sd, 0.0, 1.0)?;
        within("drift.phi", drift.phi, 0.0, 0.999_999)?;
    }
    if let Some(bursts) = script.bursts {
        within("bursts.on_runs", bursts.on_runs, 1e-3, 1e6)?;
        within("bursts.off_runs", bursts.off_runs, 1e-3, 1e6)?;
        within("bursts.slower", bursts.slower, 0.0, 10.0)?;
        within("bursts.spread", bursts.spread, 0.0, 10.0)?;
    }
    for disturbance in &script.disturbances {
        within("others", disturbance.others, 0.0, 1.0)?;
        within("factor", disturbance.factor, 1e-3, 1e3)?;
        within("control", disturbance.control, 1e-3, 1e3)?;
    }
    for work in &script.workloads {
        within("time_ms", work.time_ms, 1e-3, 1e9)?;
        ensure!(work.tasks > 0, "tasks: a run has at least one");
        ensure!(work.in_flight > 0, "in_flight: at least one");
        ensure!(
            work.cpu.is_none() || work.kernel.is_some(),
            "cpu: a workload with `cpu` has a `kernel`"
        );
    }
    for units in script.units_per_ms.values() {
        within("units_per_ms", *units, 1e-6, 1e9)?;
    }
    for actor in &script.variants {
        within("factor", actor.factor, 1e-3, 1e3)?;
        within("cpu", actor.cpu, 0.0, 1e3)?;
        within("memory_mib", actor.memory_mib as f64, 0.0, 1e6)?;
        actor.noise.as_ref().map_or(Ok(()), check_noise)?;
    }
    for case in &script.cases {
        within("factor", case.factor, 1e-3, 1e3)?;
        let samples = case.samples_ms.as_deref();
        ensure!(samples != Some(&[]), "samples_ms: none are given");
        for sample in samples.unwrap_or_default() {
            within("samples_ms", *sample, 1e-3, 1e9)?;
        }
        let memory = case.memory_mib.as_deref();
        ensure!(memory != Some(&[]), "memory_mib: none are given");
        for mebibytes in memory.unwrap_or_default() {
            within("memory_mib", *mebibytes as f64, 0.0, 1e6)?;
        }
    }
    Ok(script)
}

fn check_names(script: &Script) -> anyhow::Result<()> {
    ensure!(!script.workloads.is_empty(), "a script has a workload");
    ensure!(!script.variants.is_empty(), "a script has a variant");
    for actor in &script.variants {
        let parts: Vec<&str> = actor.name.split('/').collect();
        let fits = parts.len() == 2 && parts.iter().all(|part| !part.is_empty());
        ensure!(
            fits,
            "`{}`: a variant's name is `model/variant`",
            actor.name
        );
    }
    for case in &script.cases {
        let mut actors = script.variants.iter();
        if !actors.any(|actor| actor.name == case.variant) {
            bail!("a case names `{}`, which is no variant here", case.variant);
        }
        let wanted = case.workload.as_ref();
        let mut works = script.workloads.iter();
        if !works.any(|work| wanted.is_none_or(|name| is_of(name, &work.name))) {
            bail!("a case of `{}` names an unknown workload", case.variant);
        }
    }
    for disturbance in &script.disturbances {
        let mut names = script.variants.iter().map(|actor| &actor.name);
        if !disturbance
            .variant
            .iter()
            .all(|variant| names.any(|name| name == variant))
        {
            bail!("a disturbance names an unknown variant");
        }
        let mut works = script.workloads.iter().map(|work| &work.name);
        if !disturbance
            .workload
            .iter()
            .all(|wanted| works.any(|name| is_of(wanted, name)))
        {
            bail!("a disturbance names an unknown workload");
        }
    }
    Ok(())
}

/// A workload, or a cell of it in a sweep: `sum-in-flight-4` of `sum`.
fn is_of(name: &str, workload: &str) -> bool {
    let rest = name.strip_prefix(workload);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn check_noise(noise: &Noise) -> anyhow::Result<()> {
    within("noise.log_sd", noise.log_sd, 0.0, 1.0)?;
    if let Some(spikes) = noise.spikes {
        within("spikes.share", spikes.share, 0.0, 1.0)?;
        within("spikes.most", spikes.most, 0.0, 100.0)?;
    }
    if let Some(modes) = noise.modes {
        within("modes.share", modes.share, 0.0, 1.0)?;
        within("modes.factor", modes.factor, 1e-3, 1e3)?;
    }
    Ok(())
}

fn within(what: &str, value: f64, least: f64, most: f64) -> anyhow::Result<()> {
    let fits = (least..=most).contains(&value);
    ensure!(fits, "{what} = {value}: allowed is {least} to {most}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "seed = 1\n[noise]\nlog_sd = 0.02\n[[workload]]\nname = \"w\"\n\
        time_ms = 200.0\n[[variant]]\nname = \"a/b\"\n[[case]]\nvariant = \"a/b\"\n\
        samples_ms = [1.0]\n";

    #[test]
    fn a_good_script_is_read() {
        let script = parse(GOOD).unwrap();
        assert_eq!(
            (script.workloads[0].tasks, script.variants[0].factor),
            (1000, 1.0)
        );
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (
                "log_sd = 0.02",
                "log_sd = 7.0",
                "noise.log_sd = 7: allowed is 0 to 1",
            ),
            ("log_sd = 0.02", "sd = 0.02", "unknown field `sd`"),
            ("time_ms = 200.0", "time_ms = 0.0", "time_ms = 0"),
            ("name = \"a/b\"", "name = \"a\"", "`a`: a variant's name is"),
            (
                "variant = \"a/b\"",
                "variant = \"a/c\"",
                "`a/c`, which is no variant",
            ),
            ("samples_ms = [1.0]", "samples_ms = []", "samples_ms: none"),
            (
                "samples_ms = [1.0]",
                "workload = \"x\"",
                "names an unknown workload",
            ),
            (
                "[[case]]",
                "[[disturbance]]\nvariant = \"a/c\"\n[[case]]",
                "a disturbance names an unknown variant",
            ),
            (
                "[[case]]",
                "[[disturbance]]\nothers = 1.5\n[[case]]",
                "others = 1.5: allowed is 0 to 1",
            ),
        ];
        for (from, to, expected) in cases {
            let problem = format!("{:#}", parse(&GOOD.replacen(from, to, 1)).unwrap_err());
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }
}
