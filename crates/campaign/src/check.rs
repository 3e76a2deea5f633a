//! Contradictions that no campaign may have, though each of its fields is well written. Pure.

use catalog::Sweep;
use fleet::FEWEST_BLOCKS;
use toml::Spanned;

use crate::fields::{File, Hosts};

/// A byte offset of the text, and what is wrong there.
pub(crate) type Mistake = (usize, String);

/// Names that the folder of a campaign has for something other than the shards of a kind.
const TAKEN: [&str; 3] = ["collect", "merged", "slurm"];

/// Options of `sbatch` without which no shard would be what it is.
const OWN_OPTIONS: [&str; 11] = [
    "--array",
    "--chdir",
    "--constraint",
    "--dependency",
    "--exclusive",
    "--job-name",
    "--kill-on-invalid-dep",
    "--no-requeue",
    "--open-mode",
    "--output",
    "--requeue",
];

/// The first contradiction.
pub(crate) fn check(file: &File) -> Result<(), Mistake> {
    workloads(&file.workloads)?;
    rounds(file)?;
    levels(&file.levels)?;
    hosts(file)?;
    options(&file.slurm.options)
}

fn mistake<T>(place: &Spanned<T>, problem: impl Into<String>) -> Result<(), Mistake> {
    Err((place.span().start, problem.into()))
}

fn workloads(named: &[Spanned<String>]) -> Result<(), Mistake> {
    if named.is_empty() {
        return Err((0, "`workloads` needs at least one name or file".to_owned()));
    }
    for (at, name) in named.iter().enumerate() {
        if named[..at]
            .iter()
            .any(|earlier| earlier.get_ref() == name.get_ref())
        {
            return mistake(name, format!("`{}` is there twice", name.get_ref()));
        }
    }
    Ok(())
}

fn rounds(file: &File) -> Result<(), Mistake> {
    let runs = *file.runs.get_ref();
    if runs < FEWEST_BLOCKS {
        let problem =
            format!("a host needs at least {FEWEST_BLOCKS} rounds of a workload for an interval");
        return mistake(&file.runs, problem);
    }
    match &file.runs_per_unit {
        Some(fewest) if !(FEWEST_BLOCKS..=runs).contains(fewest.get_ref()) => mistake(
            fewest,
            format!("allowed is {FEWEST_BLOCKS} to {runs}, the rounds of a workload in all"),
        ),
        _ => Ok(()),
    }
}

fn levels(swept: &[Spanned<String>]) -> Result<(), Mistake> {
    for level in swept {
        if let Err(problem) = level.get_ref().parse::<Sweep>() {
            return mistake(level, problem);
        }
    }
    Ok(())
}

fn hosts(file: &File) -> Result<(), Mistake> {
    match (&file.shards, file.hosts.first()) {
        (Some(shards), Some(_)) => mistake(
            shards,
            "`shards` is for hosts of one kind; with `[[hosts]]` each kind has its own",
        ),
        (None, None) => Err((
            0,
            "the number of shards is missing: `shards = 4`, or `[[hosts]]` with `kind` and `shards`".to_owned(),
        )),
        (Some(shards), None) => at_least_one(shards),
        (None, Some(_)) => kinds(&file.hosts),
    }
}

fn at_least_one(shards: &Spanned<u64>) -> Result<(), Mistake> {
    if *shards.get_ref() == 0 {
        return mistake(shards, "a kind has at least one shard");
    }
    Ok(())
}

fn kinds(all: &[Spanned<Hosts>]) -> Result<(), Mistake> {
    for (at, hosts) in all.iter().enumerate() {
        let (kind, name) = (&hosts.get_ref().kind, hosts.get_ref().kind.get_ref());
        if !is_name(name) {
            let allowed = "a kind is 1 to 40 letters, digits, dashes, dots or `_`, the first a letter or digit";
            return mistake(kind, format!("`{name}`: {allowed}"));
        }
        if TAKEN.contains(&name.as_str()) {
            return mistake(
                kind,
                format!("`{name}` has another meaning in the folder of a campaign"),
            );
        }
        let mut earlier = all[..at].iter();
        if earlier.any(|other| other.get_ref().kind.get_ref() == name) {
            return mistake(kind, format!("the kind `{name}` is there twice"));
        }
        at_least_one(&hosts.get_ref().shards)?;
    }
    Ok(())
}

/// Whether it can be the name of a folder, of a feature and of a label.
fn is_name(name: &str) -> bool {
    name.len() <= 40
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn options(typed: &[Spanned<String>]) -> Result<(), Mistake> {
    for option in typed {
        let text = option.get_ref();
        if !text.starts_with("--") || text.contains(char::is_control) {
            return mistake(
                option,
                format!("`{text}`: an option of sbatch begins with `--`"),
            );
        }
        let name = text.split('=').next().unwrap_or(text);
        if OWN_OPTIONS.contains(&name) {
            return mistake(option, format!("`{text}`: the campaign sets this itself"));
        }
    }
    Ok(())
}
