//! Workloads with levels: each is compared at every one that its file lists, unless the request says otherwise.
//! And workloads about what blocks, which choose their variants.

use catalog::{Blocking, Chosen, Param, Registry, SelectError, Selected, Selection, params};
use protocol::LevelsOf;
use results::Profile;

use crate::request::Request;
use crate::source::Source;

/// What the levels of the workloads ask of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The highest number in flight; `None` where no workload is compared at several.
    pub(crate) highest: Option<u64>,
    /// The most rounds that one of the workloads asks for; `None` where a workload without levels is among them.
    pub(crate) rounds: Option<u64>,
    /// Whether a workload is compared at levels of any kind.
    pub(crate) are_there: bool,
    /// Whether every workload is about what blocks.
    is_about_blocking: bool,
}

/// What would have been typed to have every level by itself, and what the levels ask for.
///
/// # Errors
/// A name that is no workload.
pub(crate) fn typed(
    source: Source<'_>,
    request: &Request,
    names: Vec<String>,
) -> anyhow::Result<(Vec<String>, Asked)> {
    // A run that only checks answers needs no more lanes than any other, and who asks for a number in flight or
    // for parameters gets those.
    let is_asked_otherwise = request.sizes.in_flight.is_some() || !request.params.is_empty();
    if is_asked_otherwise || !request.profile.measures() {
        return Ok((names, Asked::default()));
    }
    let mut typed = Vec::new();
    let mut asked = Asked::default();
    let mut are_everywhere = true;
    for name in names {
        let Some(levels) = source.levels(&name)? else {
            are_everywhere = false;
            typed.push(name);
            continue;
        };
        asked.are_there = true;
        asked.rounds = asked.rounds.max(Some(levels.rounds));
        if let LevelsOf::InFlight(numbers) = &levels.of {
            asked.highest = asked.highest.max(numbers.last().copied());
        }
        let (key, values) = (levels.of.key(), levels.of.values());
        typed.extend(values.iter().map(|level| at(&name, key, *level)));
    }
    asked.rounds = asked.rounds.filter(|_| are_everywhere);
    Ok((typed, asked))
}

fn at(name: &str, key: &str, level: u64) -> String {
    let param = Param {
        key: key.to_owned(),
        value: level.to_string(),
    };
    params::typed_at(name, &[param])
}

impl Asked {
    /// The same, with what the workloads themselves say.
    pub(crate) fn of(self, workloads: &[Chosen]) -> Self {
        let is_about_blocking = workloads
            .iter()
            .all(|chosen| chosen.workload.measures_lateness());
        Self {
            is_about_blocking,
            ..self
        }
    }

    /// The number of rounds that is asked for: by the request, or by levels where the request leaves it open.
    pub(crate) fn rounds(&self, request: &Request) -> Option<u64> {
        let is_open = request.precision.is_none() && request.max_time.is_none();
        request.runs.or(self.rounds.filter(|_| is_open))
    }

    /// The variants that run where nobody names any.
    pub(crate) fn by_default(&self, registry: &Registry, profile: Profile) -> Selection {
        let about_blocking = registry.about_blocking();
        if self.is_about_blocking && !about_blocking.variants.is_empty() {
            return about_blocking;
        }
        let mut selection = registry.by_default();
        if profile == Profile::Quick {
            selection.variants.retain(|selected| {
                let variant = &selected.variant;
                // Levels alone are about what many tasks cost, and not about what is quick.
                let is_quick = variant.quick && self.rounds.is_none();
                is_quick || (variant.levels && self.highest.is_some())
            });
        }
        selection
    }

    /// The reference where none was named: the one that is marked, unless that cannot be had at the highest
    /// level and one of the variants can, `gate` variants before others. Where all is about what blocks, it is the
    /// variant that moves nothing of that.
    ///
    /// # Errors
    /// Where no variant is marked.
    pub(crate) fn reference(
        &self,
        registry: &Registry,
        variants: &[Selected],
    ) -> Result<Selected, SelectError> {
        let inline = variants
            .iter()
            .find(|selected| selected.variant.blocking == Some(Blocking::Inline))
            .filter(|_| self.is_about_blocking);
        if let Some(inline) = inline {
            return Ok(inline.clone());
        }
        let marked = registry.reference()?;
        let Some(highest) = self
            .highest
            .filter(|highest| !marked.variant.holds(*highest))
        else {
            return Ok(marked);
        };
        let able = variants
            .iter()
            .filter(|selected| selected.variant.holds(highest));
        Ok(able
            .min_by_key(|selected| !selected.variant.gate)
            .cloned()
            .unwrap_or(marked))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use catalog::Workspace;

    use super::*;

    fn this_checkout() -> Registry {
        let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..");
        Registry::as_written(&Workspace {
            target: root.join("target"),
            results: root.join("target/compare"),
            root,
            more_models: Vec::new(),
        })
    }

    #[test]
    fn what_blocks_is_compared_under_every_cure_and_with_none() {
        let registry = this_checkout();
        let about_blocking = Asked {
            is_about_blocking: true,
            ..Asked::default()
        };
        let Selection { variants, .. } = about_blocking.by_default(&registry, Profile::Quick);
        let names: Vec<String> = variants.iter().map(Selected::name).collect();
        let ends = [
            "inline",
            "block-in-place",
            "spawn-blocking",
            "rayon",
            "own-thread",
            "second-runtime",
        ];
        assert_eq!(
            names,
            ends.map(|end| format!("async-tokio/multi-thread+{end}"))
        );
        let reference = about_blocking.reference(&registry, &variants).unwrap();
        assert_eq!(reference.name(), names[0]);
        // The same variants at any other work are compared with what all others are.
        let marked = Asked::default().reference(&registry, &variants).unwrap();
        assert_eq!(marked.name(), "threads/pool");
    }
}
