//! What `run.json` says before anything has run.

use std::collections::BTreeMap;

use catalog::{Chosen, Workspace};
use protocol::Workload;
use results::{AskedCpu, RunFile, Share, VariantRecord, WorkloadRecord, time};
use schedule::{Ability, share};

use crate::choice::Choice;
use crate::source::Source;

/// The file as it is before the first run.
pub(crate) fn run_file(choice: &Choice, workspace: &Workspace) -> RunFile {
    let source = Source::of(workspace, choice.script.as_ref());
    RunFile {
        format: results::FORMAT,
        // Readers of stored comparisons know the tool by this name.
        tool: concat!("xtask ", env!("CARGO_PKG_VERSION")).to_owned(),
        commit: workspace.commit(),
        changed: workspace.is_changed(),
        started: time::readable(time::now_ms()),
        ended: None,
        interrupted: false,
        environment: source.environment(choice),
        host: source.host(),
        shard: None,
        merged: None,
        variables: source.variables(),
        programs: BTreeMap::new(),
        torn_blocks: Vec::new(),
        disturbed_blocks: BTreeMap::new(),
        stopped: BTreeMap::new(),
        options: choice.options.clone(),
        workloads: choice
            .workloads
            .iter()
            .map(|chosen| workload_record(choice, chosen))
            .collect(),
        variants: variant_records(choice),
        digests: BTreeMap::new(),
        statistics: Vec::new(),
        sweeps: Vec::new(),
    }
}

/// A workload as it is before its first run.
pub(crate) fn workload_record(choice: &Choice, chosen: &Chosen) -> WorkloadRecord {
    let wanted = choice.wanted_of(chosen);
    WorkloadRecord {
        typed: chosen.typed.clone(),
        workload: chosen.workload.clone(),
        cpu: chosen.cpu.iter().map(AskedCpu::from).collect(),
        cell: chosen.cell.clone(),
        asked_headline: chosen.headline,
        lanes: wanted.lanes(&chosen.workload),
        run_length: None,
        shares: shares_at(choice, chosen, chosen.workload.tasks),
        left_out: Vec::new(),
        predicted: BTreeMap::new(),
        expected: BTreeMap::new(),
    }
}

/// What each variant runs where a run has so many of the workload's tasks.
pub(crate) fn shares_at(choice: &Choice, chosen: &Chosen, tasks: u64) -> BTreeMap<String, Share> {
    let wanted = choice.wanted_of(chosen);
    let workload = Workload {
        tasks,
        ..chosen.workload.clone()
    };
    let shares = choice.variants.iter().map(|selected| {
        let ability = Ability::of(selected, &workload);
        let its_share = share(&workload, ability, &wanted, &choice.settings);
        (selected.name(), its_share)
    });
    shares.collect()
}

/// The variants, and the models that cannot be used: a broken one stands there under its own name.
fn variant_records(choice: &Choice) -> Vec<VariantRecord> {
    let variants = choice.variants.iter().map(|selected| {
        let about = selected.variant.about.clone();
        record(selected.name(), about, selected.named)
    });
    let broken = choice
        .broken
        .iter()
        .map(|(broken, named)| record(broken.name.clone(), broken.problem.clone(), *named));
    variants.chain(broken).collect()
}

fn record(name: String, about: String, named: bool) -> VariantRecord {
    VariantRecord {
        name,
        about,
        named,
        version: None,
        program: None,
    }
}
