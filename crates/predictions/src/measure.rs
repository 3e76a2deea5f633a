//! Measures the points of a calibration by the machinery of `compare`, part by part: what one part measured is kept even if the
//! next is interrupted.

use std::collections::BTreeSet;
use std::time::Duration;

use catalog::{Chosen, Selected, Servers, Workspace};
use compare::{Choice, Pairs, Scheduler};
use host::Ledger;
use launch::{Builds, DEFAULT_TIME_LIMIT};
use predict::Point;
use protocol::{DEFAULT_SWITCH_INTERVAL_US, Marks, Workload};
use results::{Folder, Options, Profile, Row, RunFile, Stored};
use schedule::{Settings, Wanted};

use crate::cores::Cores;
use crate::parts::needed;
use crate::points::points;

/// How long a run waits at the most: a variant with few lanes runs the first tasks only.
const LONGEST: Duration = Duration::from_millis(150);

/// What is measured at once.
pub(crate) struct Part<'a> {
    pub(crate) workloads: Vec<Workload>,
    pub(crate) variants: &'a [Selected],
    pub(crate) blocks: u64,
    pub(crate) cores: Cores,
    pub(crate) seed: u64,
}

/// Workload and variant, by their names.
type Names = BTreeSet<(String, String)>;

/// The points of a part, and what is needed to say of which programs they are.
pub(crate) fn measure(
    workspace: &Workspace,
    ledger: &Ledger,
    part: &Part<'_>,
) -> anyhow::Result<(Vec<Point>, Stored)> {
    measure_these(workspace, ledger, part, pairs(part))
}

/// The same of these pairs alone.
pub(crate) fn measure_these(
    workspace: &Workspace,
    ledger: &Ledger,
    part: &Part<'_>,
    timed: Names,
) -> anyhow::Result<(Vec<Point>, Stored)> {
    let choice = comparison(part);
    let pairs = Pairs {
        memory: timed
            .iter()
            .filter(|pair| tells_memory(&pair.0))
            .cloned()
            .collect(),
        timed,
        memory_blocks: 1,
        // A first run that is slower by being the first hardly moves a median.
        warms_up: false,
    };
    let folder = Folder::create(&workspace.results, &workspace.commit())?;
    let mut blocks = Blocks(part.blocks);
    let stored = compare::measure_pairs(workspace, ledger, &choice, &pairs, &mut blocks, folder)?;
    Ok((points(&stored), stored))
}

/// Two numbers of lanes make a line.
fn tells_memory(workload: &str) -> bool {
    ["cal-wait-8", "cal-wait-600"].contains(&workload)
}

fn pairs(part: &Part<'_>) -> Names {
    let all = needed(&part.workloads, part.variants, part.cores.count);
    all.map(|(workload, variant)| (workload.name.clone(), variant))
        .collect()
}

/// Every workload until it has its blocks.
struct Blocks(u64);

impl Scheduler for Blocks {
    fn next(&mut self, _: &RunFile, _: &[Row], blocks: &[u64], _: Duration) -> Vec<usize> {
        let all = blocks.iter().enumerate();
        all.filter(|(_, blocks)| **blocks < self.0)
            .map(|(at, _)| at)
            .collect()
    }
}

/// The part as a comparison that asks for no more than its points.
fn comparison(part: &Part<'_>) -> Choice {
    let options = Options {
        profile: Profile::Standard,
        // Nothing is compared: a comparison must have a reference all the same.
        reference: part
            .variants
            .first()
            .map(Selected::name)
            .unwrap_or_default(),
        blocks: part.blocks,
        fewest_blocks: part.blocks,
        blocks_together: part.blocks,
        precision: None,
        placement: part.cores.placement(),
        seed: part.seed,
        workers: part.cores.count,
        in_flight: None,
        switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
        time_limit_ms: u64::try_from(DEFAULT_TIME_LIMIT.as_millis()).unwrap_or(u64::MAX),
        budget_ms: None,
        keep_disturbed: true,
        chooses_length: false,
        left_out: None,
    };
    Choice {
        settings: Settings {
            longest_ideal: LONGEST,
            ..Settings::of(options.profile)
        },
        wanted: Wanted {
            workers: part.cores.count,
            in_flight: None,
            most_lanes: None,
            switch_interval_us: options.switch_interval_us,
        },
        options,
        limit: DEFAULT_TIME_LIMIT,
        workloads: part.workloads.iter().map(chosen).collect(),
        variants: part.variants.to_vec(),
        builds: Builds::Made,
        postgres: None,
        broken: Vec::new(),
        script: None,
    }
}

fn chosen(workload: &Workload) -> Chosen {
    Chosen {
        workload: workload.clone(),
        cpu: Vec::new(),
        typed: workload.name.clone(),
        cell: None,
        marks: Marks::default(),
        headline: None,
        levels: None,
        servers: Servers::default(),
        file: None,
    }
}
