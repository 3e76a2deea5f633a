//! What the quick profile runs unless it is told otherwise, and whether there is time for it: a verdict
//! needs so many blocks of every variant at every workload.

use std::path::Path;
use std::time::Duration;

use catalog::{Registry, Selected, Workspace, workloads};
use protocol::Workload;
use results::{Metric, Profile};
use schedule::{Ability, Settings, Wanted, fewest_blocks, share};

/// What a run takes beside its waits: start, warm-up, computation and end.
const BESIDE_WAITS: Duration = Duration::from_millis(100);

fn here() -> Workspace {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..");
    Workspace {
        target: root.join("target"),
        results: root.join("target/compare"),
        root,
        more_models: Vec::new(),
    }
}

fn quick_variants() -> Vec<Selected> {
    let mut variants = Registry::as_written(&here()).by_default().variants;
    variants.retain(|selected| selected.variant.quick);
    variants
}

/// The least time of a run: what its tasks wait, one round of lanes after the other.
fn waits(selected: &Selected, workload: &Workload) -> Duration {
    let wanted = Wanted {
        workers: 2,
        in_flight: None,
        most_lanes: None,
        switch_interval_us: 5000,
    };
    let settings = Settings::of(Profile::Quick);
    let its = share(
        workload,
        Ability::of(selected, workload),
        &wanted,
        &settings,
    );
    let rounds = its.tasks.div_ceil(its.in_flight);
    workload.wait_per_task() * u32::try_from(rounds).unwrap()
}

#[test]
fn each_way_of_running_tasks_is_there_for_computing_and_for_waiting() {
    let names: Vec<String> = quick_variants().iter().map(Selected::name).collect();
    let expected = [
        "async-smol/multi",
        "async-tokio/current-thread",
        "async-tokio/multi-thread",
        "multiproc/pool",
        "multiproc/event-loop",
        "python/pool",
        "python/asyncio",
        "python/multiprocessing",
        "threads/pool",
        "threads/rayon",
    ];
    assert_eq!(names, expected);
}

#[test]
fn as_many_blocks_as_verdicts_need_fit_into_the_time() {
    let variants = quick_variants();
    let (mut block, mut comparisons) = (Duration::ZERO, 0);
    for name in workloads::quick(&here()).unwrap() {
        let workload = workloads::of_catalogue(&here(), &name).unwrap().workload;
        comparisons += Metric::of(&workload, None).len() * (variants.len() - 1);
        for selected in &variants {
            let run = waits(selected, &workload) + BESIDE_WAITS;
            assert!(
                run < Duration::from_millis(500),
                "{name}, {}",
                selected.name()
            );
            block += run * (1 + u32::from(selected.variant.reference));
        }
    }
    let blocks = u32::try_from(fewest_blocks(comparisons)).unwrap();
    let budget = Settings::of(Profile::Quick).budget;
    assert!(
        block * blocks <= budget,
        "{blocks} blocks of {block:?} each are more than {budget:?}"
    );
}
