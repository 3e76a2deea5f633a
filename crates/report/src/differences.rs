//! What was not the same when two comparisons were made: the machine, the versions, the settings.

use std::collections::BTreeSet;

use results::{RunFile, VariantRecord};

use crate::cpu_times::changed_sizes;

/// The facts of the environment that tell one machine from another. The host's name is none of them: a
/// container or a virtual machine gets another one on the same machine, and two machines can share one.
const OF_A_MACHINE: [&str; 5] = ["cpu", "processors", "os", "architecture", "kernel"];
/// The fact that has the size of the memory.
const MEMORY: &str = "memory";
/// Sizes of memory that differ by less than this part are of one machine: the kernel keeps some of the
/// memory for itself, and not always the same.
const SAME_MEMORY: f64 = 0.02;

/// The differences between two machines, a line each; none where it is one machine.
pub fn other_host(first: &RunFile, second: &RunFile) -> Vec<String> {
    OF_A_MACHINE
        .iter()
        .filter_map(|name| environment(first, second, name))
        .chain(other_memory(first, second))
        .collect()
}

fn other_memory(first: &RunFile, second: &RunFile) -> Option<String> {
    let sizes = [first, second].map(|run| size_of(fact(run, MEMORY)));
    match sizes {
        [Some(was), Some(is)] if (is / was - 1.0).abs() <= SAME_MEMORY => None,
        _ => environment(first, second, MEMORY),
    }
}

/// The number in a size such as `16384 kB`.
fn size_of(text: &str) -> Option<f64> {
    let number: f64 = text.split_whitespace().next()?.parse().ok()?;
    (number > 0.0).then_some(number)
}

/// Everything that differs and is worth knowing, a line each: environment, commits, profiles, settings,
/// versions, and interruptions.
pub fn differences(first: &RunFile, second: &RunFile) -> Vec<String> {
    let names: BTreeSet<&String> = first
        .environment
        .keys()
        .chain(second.environment.keys())
        .collect();
    names
        .into_iter()
        .filter_map(|name| environment(first, second, name))
        .chain(other_variables(first, second))
        .chain(commits(first, second))
        .chain(profiles(first, second))
        .chain(settings(first, second))
        .chain(
            first
                .variants
                .iter()
                .filter_map(|record| version(record, second)),
        )
        .chain(interrupted("first", first))
        .chain(interrupted("second", second))
        .collect()
}

/// The inherited environment variables that changed, a line each; none where one of the two is from before
/// they were stored.
pub fn other_variables(first: &RunFile, second: &RunFile) -> Vec<String> {
    let (Some(was), Some(is)) = (&first.variables, &second.variables) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let [was, is] = [was, is].map(|variables| match variables.get(name) {
                Some(value) => format!("{value:?}"),
                None => "not set".to_owned(),
            });
            changed(&format!("variable {name}"), &was, &is)
        })
        .collect()
}

fn environment(first: &RunFile, second: &RunFile, name: &str) -> Option<String> {
    changed(name, fact(first, name), fact(second, name))
}

fn fact<'a>(run: &'a RunFile, name: &str) -> &'a str {
    run.environment.get(name).map_or("unknown", String::as_str)
}

fn commits(first: &RunFile, second: &RunFile) -> Option<String> {
    changed("commit", &commit(first), &commit(second))
}

fn commit(run: &RunFile) -> String {
    match run.changed {
        Some(true) => format!("{}, changed", run.commit),
        _ => run.commit.clone(),
    }
}

fn profiles(first: &RunFile, second: &RunFile) -> Option<String> {
    let [was, is] = [first, second].map(|run| format!("{:?}", run.options.profile).to_lowercase());
    changed("profile", &was, &is)
}

/// The differences between the settings that decide what a figure is of, a line each.
pub fn settings(first: &RunFile, second: &RunFile) -> Vec<String> {
    // Blocks, precision and time limits are not among them: they decide how exact a figure is.
    values_of_settings(first)
        .into_iter()
        .zip(values_of_settings(second))
        .filter_map(|((name, was), (_, is))| changed(name, &was, &is))
        .chain(sizes(first, second))
        .collect()
}

/// CPU times that came to other sizes, as on another machine or after another build.
fn sizes(first: &RunFile, second: &RunFile) -> Vec<String> {
    let mut found = Vec::new();
    for record in &first.workloads {
        let mut others = second.workloads.iter();
        let other = others.find(|other| other.workload.name == record.workload.name);
        found.extend(
            other
                .into_iter()
                .flat_map(|other| changed_sizes(record, other)),
        );
    }
    found
}

fn values_of_settings(run: &RunFile) -> [(&'static str, String); 4] {
    let options = &run.options;
    let in_flight = match options.in_flight {
        Some(lanes) => lanes.to_string(),
        None => "the workload's".to_owned(),
    };
    [
        ("workers", options.workers.to_string()),
        ("in flight", in_flight),
        ("placement", options.placement.name().to_owned()),
        (
            "switch interval",
            format!("{} µs", options.switch_interval_us),
        ),
    ]
}

/// How a variant of the first run differs from the one of the same name in the second.
fn version(record: &VariantRecord, second: &RunFile) -> Option<String> {
    let other = second
        .variants
        .iter()
        .find(|other| other.name == record.name)?;
    let [was, is] = [record, other].map(|record| record.version.as_deref().unwrap_or("none"));
    // A new version is always built anew, so that one line says both.
    let name = &record.name;
    changed(&format!("version of {name}"), was, is).or_else(|| {
        let is_rebuilt = record.program != other.program;
        is_rebuilt.then(|| format!("program of {name}: built anew"))
    })
}

fn interrupted(which: &str, run: &RunFile) -> Option<String> {
    // A tool that was killed had no time to store that it was.
    (run.interrupted || run.ended.is_none()).then(|| format!("the {which} was interrupted"))
}

fn changed(name: &str, was: &str, is: &str) -> Option<String> {
    (was != is).then(|| format!("{name}: {was} → {is}"))
}
