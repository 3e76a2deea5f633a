//! Workloads with levels: each is compared at every number in flight that its file lists, unless the request says
//! otherwise.

use catalog::{Param, Registry, SelectError, Selected, Selection, params};
use results::Profile;

use crate::request::Request;
use crate::source::Source;

/// The key that levels are values of.
const KEY: &str = "in_flight";

/// What the levels of the workloads ask of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The highest level; `None` where no workload is compared at levels.
    pub(crate) highest: Option<u64>,
    /// The most rounds that one of the workloads asks for; `None` where a workload without levels is among them.
    pub(crate) rounds: Option<u64>,
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
        asked.rounds = asked.rounds.max(Some(levels.rounds));
        asked.highest = asked.highest.max(levels.in_flight.last().copied());
        typed.extend(levels.in_flight.into_iter().map(|level| at(&name, level)));
    }
    asked.rounds = asked.rounds.filter(|_| are_everywhere);
    Ok((typed, asked))
}

fn at(name: &str, level: u64) -> String {
    let param = Param {
        key: KEY.to_owned(),
        value: level.to_string(),
    };
    params::typed_at(name, &[param])
}

impl Asked {
    /// The number of rounds that is asked for: by the request, or by levels where the request leaves it open.
    pub(crate) fn rounds(&self, request: &Request) -> Option<u64> {
        let is_open = request.precision.is_none() && request.max_time.is_none();
        request.runs.or(self.rounds.filter(|_| is_open))
    }

    /// Leaves the variants that run where nobody names any.
    pub(crate) fn retain(&self, selection: &mut Selection, profile: Profile) {
        if profile == Profile::Quick {
            selection.variants.retain(|selected| {
                let variant = &selected.variant;
                // Levels alone are about what many tasks cost, and not about what is quick.
                let is_quick = variant.quick && self.rounds.is_none();
                is_quick || (variant.levels && self.highest.is_some())
            });
        }
    }

    /// The reference where none was named: the one that is marked, unless that cannot be had at the highest
    /// level and one of the variants can, `gate` variants before others.
    ///
    /// # Errors
    /// Where no variant is marked.
    pub(crate) fn reference(
        &self,
        registry: &Registry,
        variants: &[Selected],
    ) -> Result<Selected, SelectError> {
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
