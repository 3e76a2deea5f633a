//! The comparison of one placement: its options, the variants and workloads that take part, the pairs
//! of them that run, and about how long that takes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use catalog::{Chosen, Selected};
use compare::{Choice, Pairs, Script};
use launch::DEFAULT_TIME_LIMIT;
use protocol::{Class, DEFAULT_SWITCH_INTERVAL_US};
use results::{Options, Placement, Profile};
use schedule::{Ability, Settings, Wanted, share};

use crate::lookup::Resolved;
use crate::plan::Needed;
use crate::request::FEWEST_BLOCKS;

/// The longest ideal wait of a run. A variant that would wait longer runs a prefix of its tasks: one
/// thread that waits 20 ms for each of 160 answers in turn would otherwise take 3.2 s a run, and ten waits in
/// turn tell the time of one as well.
const LONGEST_IDEAL: Duration = Duration::from_millis(200);
/// Workers that compute, on however many processors: the claims speak of two threads or processes.
const WORKERS: u64 = 2;
/// The assumed time of a run beside its ideal wait, while no run has been made: of one that computes, and of any
/// other. It includes the start and the end of a program.
const COMPUTING: Duration = Duration::from_millis(400);
const OTHER: Duration = Duration::from_millis(100);
/// The assumed time that an interpreter takes to start besides.
const INTERPRETER: Duration = Duration::from_millis(100);
/// The blocks in which memory is read: as many as an interval needs, since memory varies little.
const MEMORY_BLOCKS: u64 = FEWEST_BLOCKS;

/// A comparison that is ready to be measured.
pub(crate) struct PlannedComparison {
    pub(crate) choice: Choice,
    pub(crate) pairs: Pairs,
}

impl PlannedComparison {
    /// Plans what can be had of the needed arms of a placement, with this seed and these fewest and most blocks;
    /// `None` where that is nothing.
    pub(crate) fn new(
        resolved: &Resolved,
        needed: &[Needed],
        placement: Placement,
        (seed, blocks): (u64, (u64, u64)),
        script: Option<&Script>,
    ) -> Option<PlannedComparison> {
        let available: Vec<&Needed> = needed
            .iter()
            .filter(|needed| needed.arm.placement == placement && resolved.has_both(&needed.arm))
            .collect();
        let pairs = Pairs {
            timed: pairs(available.iter().filter(|needed| needed.timed)),
            memory: pairs(available.iter().filter(|needed| needed.memory)),
            memory_blocks: MEMORY_BLOCKS,
            warms_up: true,
        };
        let workload_names: BTreeSet<&String> = available
            .iter()
            .map(|needed| &needed.arm.workload)
            .collect();
        let workloads = workload_names
            .into_iter()
            .filter_map(|name| resolved.workloads.get(name).cloned())
            .collect();
        let variants: Vec<Selected> = resolved
            .variants
            .iter()
            .filter(|selected| {
                let name = selected.name();
                available.iter().any(|needed| needed.arm.variant == name)
            })
            .cloned()
            .collect();
        // A comparison must have a reference. Verdicts on claims do not use it, since each test
        // names its own denominator, so the first variant will do.
        let reference = variants.first()?.name();
        Some(PlannedComparison {
            choice: choice(
                workloads,
                variants,
                options(reference, placement, seed, blocks),
                script,
            ),
            pairs,
        })
    }

    /// The fewest runs of all blocks. Timed pairs run once more than there are blocks, because the first
    /// block only checks answers.
    pub(crate) fn runs(&self) -> u64 {
        let Pairs { timed, memory, .. } = &self.pairs;
        let blocks = self.choice.options.fewest_blocks;
        timed.len() as u64 * (blocks + 1) + memory.len() as u64 * self.pairs.memory_blocks
    }

    /// About how long each timed workload takes in one block, by its name.
    pub(crate) fn time_of_block(&self) -> BTreeMap<&str, Duration> {
        let mut times = BTreeMap::new();
        for (workload, variant) in &self.pairs.timed {
            let time: &mut Duration = times.entry(workload.as_str()).or_default();
            *time += self.time_of_run(workload, variant).unwrap_or_default();
        }
        times
    }

    /// About how long the measured blocks take that are made in any case.
    pub(crate) fn time_of_fewest(&self) -> Duration {
        let block: Duration = self.time_of_block().into_values().sum();
        block.mul_f64(self.choice.options.fewest_blocks as f64)
    }

    /// About how long the runs beside them take: those whose answers are checked, and those for memory.
    pub(crate) fn time_of_others(&self) -> Duration {
        let check: Duration = self.time_of_block().into_values().sum();
        let memory: Duration = self
            .pairs
            .memory
            .iter()
            .filter_map(|(workload, variant)| self.time_of_run(workload, variant))
            .sum();
        check + memory.mul_f64(self.pairs.memory_blocks as f64)
    }

    fn time_of_run(&self, workload: &str, variant: &str) -> Option<Duration> {
        let chosen = self
            .choice
            .workloads
            .iter()
            .find(|chosen| chosen.workload.name == workload)?;
        let selected = self
            .choice
            .variants
            .iter()
            .find(|selected| selected.name() == variant)?;
        let ability = Ability::of(selected, &chosen.workload);
        let wanted = self.choice.wanted_of(chosen);
        let part = share(&chosen.workload, ability, &wanted, &self.choice.settings);
        // All lanes wait side by side, so the wait of a run is that of its rounds.
        let rounds = part.tasks.div_ceil(part.in_flight.max(1));
        let factor = u32::try_from(rounds).unwrap_or(u32::MAX);
        let usual = if chosen.workload.class == Class::Cpu {
            COMPUTING
        } else {
            OTHER
        };
        let start = if selected.model.program.is_some() {
            INTERPRETER
        } else {
            Duration::ZERO
        };
        Some(start + usual + chosen.workload.wait_per_task().saturating_mul(factor))
    }
}

/// Workload and variant of each arm, by their names.
fn pairs<'a>(needed: impl Iterator<Item = &'a &'a Needed>) -> BTreeSet<(String, String)> {
    needed
        .map(|needed| (needed.arm.workload.clone(), needed.arm.variant.clone()))
        .collect()
}

fn options(
    reference: String,
    placement: Placement,
    seed: u64,
    (fewest, most): (u64, u64),
) -> Options {
    Options {
        profile: Profile::Standard,
        reference,
        blocks: most,
        fewest_blocks: fewest,
        blocks_together: fewest,
        // A precision here would be of ratios to the reference; that of claims is of what each test asks.
        precision: None,
        placement,
        seed,
        workers: WORKERS,
        in_flight: None,
        switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
        time_limit_ms: u64::try_from(DEFAULT_TIME_LIMIT.as_millis()).unwrap_or(u64::MAX),
        budget_ms: None,
        keep_disturbed: false,
        chooses_length: false,
        left_out: None,
    }
}

fn choice(
    workloads: Vec<Chosen>,
    variants: Vec<Selected>,
    options: Options,
    script: Option<&Script>,
) -> Choice {
    let wanted = Wanted {
        workers: options.workers,
        in_flight: None,
        most_lanes: None,
        switch_interval_us: options.switch_interval_us,
    };
    Choice {
        settings: Settings {
            longest_ideal: LONGEST_IDEAL,
            ..Settings::of(options.profile)
        },
        options,
        wanted,
        limit: DEFAULT_TIME_LIMIT,
        workloads,
        variants,
        builds: launch::Builds::Made,
        postgres: None,
        broken: Vec::new(),
        script: script.cloned(),
    }
}
