//! What was not the same when two comparisons were made: the machine, the versions, the settings.
//! Pure.

use std::collections::BTreeSet;

use results::RunFile;

/// What tells one machine from another.
const OF_A_HOST: [&str; 5] = ["host", "cpu", "processors", "os", "architecture"];

/// What differs between two machines; nothing where it is one.
pub fn other_host(first: &RunFile, second: &RunFile) -> Vec<String> {
    let facts = OF_A_HOST.iter();
    facts
        .filter_map(|name| environment(first, second, name))
        .collect()
}

/// Everything else that differs and is worth knowing.
pub fn differences(first: &RunFile, second: &RunFile) -> Vec<String> {
    let both = [&first.environment, &second.environment];
    let names: BTreeSet<&str> = both
        .iter()
        .flat_map(|environment| environment.keys().map(String::as_str))
        .collect();
    let mut found: Vec<String> = names
        .into_iter()
        .filter_map(|name| environment(first, second, name))
        .collect();
    found.extend(commits(first, second));
    found.extend(profiles(first, second));
    found.extend(settings(first, second));
    found.extend(versions(first, second));
    let interrupted = [("first", first), ("second", second)]
        .into_iter()
        .filter(|(_, run)| run.interrupted || run.ended.is_none());
    found.extend(interrupted.map(|(which, _)| format!("the {which} was interrupted")));
    found
}

fn environment(first: &RunFile, second: &RunFile, name: &str) -> Option<String> {
    let [was, is] = [first, second].map(|run| run.environment.get(name));
    let text = |value: Option<&String>| value.map_or("unknown", String::as_str).to_owned();
    changed(name, &text(was), &text(is))
}

fn commits(first: &RunFile, second: &RunFile) -> Option<String> {
    let commit = |run: &RunFile| match run.changed {
        Some(true) => format!("{}, changed", run.commit),
        _ => run.commit.clone(),
    };
    changed("commit", &commit(first), &commit(second))
}

fn profiles(first: &RunFile, second: &RunFile) -> Option<String> {
    let [was, is] = [first, second].map(|run| format!("{:?}", run.options.profile).to_lowercase());
    changed("profile", &was, &is)
}

/// The settings that decide what a figure is of; nothing where they are the same.
pub fn settings(first: &RunFile, second: &RunFile) -> Vec<String> {
    let of = |run: &RunFile| {
        let options = &run.options;
        let in_flight = options.in_flight.map(|lanes| lanes.to_string());
        let interval = options.switch_interval_us;
        [
            ("workers", options.workers.to_string()),
            (
                "in flight",
                in_flight.unwrap_or_else(|| "the workload's".to_owned()),
            ),
            ("placement", options.placement.name().to_owned()),
            ("switch interval", format!("{interval} µs")),
        ]
    };
    let pairs = of(first).into_iter().zip(of(second));
    pairs
        .filter_map(|((name, was), (_, is))| changed(name, &was, &is))
        .collect()
}

fn versions(first: &RunFile, second: &RunFile) -> Vec<String> {
    let mut found = Vec::new();
    for record in &first.variants {
        let same_name = second.variants.iter().find(|r| r.name == record.name);
        let Some(other) = same_name else { continue };
        let text = |version: &Option<String>| version.clone().unwrap_or("none".to_owned());
        let (name, was, is) = (&record.name, text(&record.version), text(&other.version));
        match changed(&format!("version of {name}"), &was, &is) {
            Some(difference) => found.push(difference),
            None if record.program != other.program => {
                found.push(format!("program of {name}: built anew"));
            }
            None => {}
        }
    }
    found
}

fn changed(name: &str, was: &str, is: &str) -> Option<String> {
    (was != is).then(|| format!("{name}: {was} → {is}"))
}
