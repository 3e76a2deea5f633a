//! Variants that stop while others go on: decided before every block, and from rows alone.

use std::collections::BTreeMap;

use launch::RunError;
use results::Stopped;
use schedule::Rules;

use crate::forecast::Part;
use crate::session::Session;

impl Session<'_> {
    /// Notes in `run.json` which variants run no more.
    pub(crate) fn note_stopped(&mut self, rules: &Rules) -> Result<(), RunError> {
        if rules.precision.is_none() {
            return Ok(());
        }
        let stopped = analysis::stopped(&self.log.run, self.log.rows(), rules);
        if stopped == self.log.run.stopped {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.log.run.stopped, stopped);
        let not_run = runs_left(rules, &self.log.run.stopped);
        self.forecast
            .again(Part::Measure, runs_left(rules, &before));
        self.forecast.never(Part::Measure, not_run);
        self.log.save()
    }
}

/// The runs that variants would make if they went on.
fn runs_left(rules: &Rules, all: &BTreeMap<String, BTreeMap<String, Stopped>>) -> u64 {
    let stops = all.values().flat_map(BTreeMap::values);
    stops
        .map(|stop| rules.most.saturating_sub(stop.rounds))
        .sum()
}
