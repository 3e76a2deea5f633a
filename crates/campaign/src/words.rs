//! What would be typed to do a shard by hand: a campaign runs just that everywhere. Pure.

use std::path::Path;

use crate::fields::{Placement, Profile};
use crate::file::Campaign;

/// Stands for the index of a shard, until a scheduler says which.
pub(crate) const SHARD: &str = "{shard}";

/// The words of `compare` that all shards have in common. Files that the campaign names are in this folder; without
/// one they are named as in the campaign, since on another machine they lie elsewhere.
pub(crate) fn compare(campaign: &Campaign, folder: Option<&Path>) -> Vec<String> {
    let file = &campaign.file;
    let mut words = selection(campaign, folder);
    add(&mut words, "--runs", file.runs.get_ref());
    add(&mut words, "--seed", &file.seed);
    if let Some(profile) = file.profile {
        add(&mut words, "--profile", &name_of_profile(profile));
    }
    if file.keep_disturbed {
        words.push("--keep-disturbed".to_owned());
    }
    words
}

/// The words of a comparison of the same programs that measures nothing, and so builds them all and tries each.
pub(crate) fn trial(campaign: &Campaign) -> Vec<String> {
    let mut words = selection(campaign, None);
    add(&mut words, "--profile", &"smoke");
    words
}

/// What is compared, and how large it is.
fn selection(campaign: &Campaign, folder: Option<&Path>) -> Vec<String> {
    let file = &campaign.file;
    let mut words = vec!["compare".to_owned()];
    let workloads = file.workloads.iter();
    words.extend(workloads.map(|name| placed(name.get_ref(), folder)));
    for model in &file.models {
        add(&mut words, "--model", model);
    }
    for level in &file.levels {
        add(&mut words, "--param", level.get_ref());
    }
    let script = file.scripted.as_ref();
    let optional = [
        ("--reference", file.reference.clone()),
        ("--workers", file.workers.map(|n| n.to_string())),
        ("--in-flight", file.in_flight.map(|n| n.to_string())),
        ("--placement", file.placement.map(name_of_placement)),
        ("--time-limit", file.time_limit.clone()),
        ("--scripted", script.map(|script| placed(script, folder))),
    ];
    for (flag, value) in optional {
        if let Some(value) = value {
            add(&mut words, flag, &value);
        }
    }
    words
}

/// The words of `compare` for one shard, with [`SHARD`] for its index.
pub(crate) fn shard(
    campaign: &Campaign,
    folder: Option<&Path>,
    shards: u64,
    out: &str,
) -> Vec<String> {
    let mut words = compare(campaign, folder);
    words.push("--no-build".to_owned());
    add(&mut words, "--shard", &format!("{SHARD}/{shards}"));
    add(&mut words, "--out", &out);
    words
}

/// What is typed with a slash is a file, and else the name of a workload.
fn placed(name: &str, folder: Option<&Path>) -> String {
    match folder {
        Some(folder) if name.contains('/') => folder.join(name).display().to_string(),
        _ => name.to_owned(),
    }
}

fn add(words: &mut Vec<String>, flag: &str, value: &dyn ToString) {
    words.extend([flag.to_owned(), value.to_string()]);
}

fn name_of_profile(profile: Profile) -> String {
    let name = match profile {
        Profile::Quick => "quick",
        Profile::Standard => "standard",
        Profile::Rigorous => "rigorous",
    };
    name.to_owned()
}

fn name_of_placement(placement: Placement) -> String {
    let name = match placement {
        Placement::Free => "free",
        Placement::OneCpu => "one-cpu",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use crate::file::tests::{GOOD, campaign};

    use super::*;

    #[test]
    fn a_shard_is_typed_as_by_hand() {
        let text = GOOD.replace("\"sha256\"", "\"./own.toml\"");
        let campaign = campaign(&text);
        let words = shard(&campaign, Some(Path::new("/shared/c")), 4, "/shared/c/epyc");
        let typed = "compare http /shared/c/./own.toml --model threads/* --param in_flight=1,16 --runs 48 --seed 7 \
                     --no-build --shard {shard}/4 --out /shared/c/epyc";
        assert_eq!(words.join(" "), typed);
        assert!(compare(&campaign, None).contains(&"./own.toml".to_owned()));
    }
}
