//! Which variants are calibrated, and words about those that cannot be.

use catalog::{Broken, Registry, Selected, Workspace};
use predict::{MEASURED, VARIANTS};
use terminal::{Usage, output};

/// The variants that are meant, each with rules.
///
/// # Errors
/// Where none of them has any, or where no program of theirs is there.
pub(crate) fn selected(workspace: &Workspace, globs: &[String]) -> anyhow::Result<Vec<Selected>> {
    let registry = Registry::find(workspace);
    if globs.is_empty() {
        let usual = MEASURED.iter().map(|name| registry.exactly(name));
        return usual
            .collect::<Result<Vec<Selected>, _>>()
            .map_err(Usage::error);
    }
    let found = registry.matching(globs).map_err(Usage::error)?;
    let (with, without): (Vec<Selected>, Vec<Selected>) = found
        .variants
        .into_iter()
        .partition(|selected| VARIANTS.contains(&selected.name().as_str()));
    let mut words = broken_words(&found.broken);
    if !without.is_empty() {
        let names: Vec<String> = without.iter().map(Selected::name).collect();
        words.push(format!(
            "no rules that a simulation could follow, so that `compare` alone tells: {}",
            names.join(", ")
        ));
    }
    if with.is_empty() {
        words.push(format!("allowed are {}", VARIANTS.join(", ")));
        return Err(Usage::error(words.join("; ")));
    }
    for line in words {
        output::notice(&line);
    }
    Ok(with)
}

/// What is said of models that would take part if their programs were there and their files could be read.
pub(crate) fn broken_words(broken: &[(Broken, bool)]) -> Vec<String> {
    let each = broken.iter();
    each.map(|(broken, _)| format!("{} is not there: {}", broken.name, broken.problem))
        .collect()
}
