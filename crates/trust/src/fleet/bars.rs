//! The promises about several hosts, and whether the figures keep them.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::Effects;
use super::row::Row;
use crate::counted::share;

/// How often the 95 % interval of these hosts should cover the truth about them. With few blocks it is wide by
/// design: a signed-rank interval of 12 blocks is a little wider than a normal one.
const THESE: RangeInclusive<f64> = 0.94..=0.99;
/// How often the 95 % interval of hosts like these should cover the truth about all of them.
const ALIKE: RangeInclusive<f64> = 0.94..=0.965;
/// The largest share of reports of 60 comparisons that may call equal variants different.
const FALSE: f64 = 0.01;
/// The least share of comparisons called *depends* where half of the hosts are faster and half slower.
const SPLIT: f64 = 0.9;
/// How often the one variant of 60 that is truly 5 % slower should be called so.
const FOUND: f64 = 0.95;

/// A promise, and the figure that keeps or breaks it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) promise: &'static str,
    pub(crate) fleet: String,
    pub(crate) noise: &'static str,
    pub(crate) effects: String,
    /// A share, as a part of 1.
    pub(crate) figure: f64,
    pub(crate) met: bool,
}

/// The bars of all rows.
pub(crate) fn bars(rows: &[Row]) -> Vec<Bar> {
    rows.iter().flat_map(of_row).collect()
}

fn of_row(row: &Row) -> Vec<Bar> {
    match row.setting.effects {
        Effects::About { .. } => coverage(row),
        Effects::Cancelling { tau: 0.0 } => vec![row.false_verdicts(), row.never_depends()],
        Effects::Cancelling { .. } => vec![row.false_verdicts()],
        Effects::AllSlower => vec![row.never_depends()],
        Effects::Halves => vec![row.split_found()],
        Effects::OneSlower => vec![row.slower_found()],
    }
}

fn coverage(row: &Row) -> Vec<Bar> {
    let these = share(row.counts.covered, row.counts.comparisons);
    let mut bars = vec![row.bar(
        "95 % intervals of these hosts that cover: 94 to 99 %",
        these,
        THESE.contains(&these),
    )];
    if row.counts.alike > 0 {
        let alike = row.alike_covered();
        bars.push(row.bar(
            "95 % intervals of hosts like these that cover: 94 to 96.5 %",
            alike,
            ALIKE.contains(&alike),
        ));
    }
    bars
}

impl Row {
    fn never_depends(&self) -> Bar {
        let depends = share(self.counts.depends, self.counts.comparisons);
        let promise = "depends where all hosts agree in sign: never";
        self.bar(promise, depends, self.counts.depends == 0)
    }

    fn false_verdicts(&self) -> Bar {
        let figure = share(self.counts.with_false, self.counts.reports);
        let promise = "reports of 60 with a false ++ or --: at most 1 %";
        self.bar(promise, figure, figure <= FALSE)
    }

    fn split_found(&self) -> Bar {
        let depends = share(self.counts.depends, self.counts.comparisons);
        let promise = "depends where half are +10 % and half -10 %: at least 90 %";
        self.bar(promise, depends, depends >= SPLIT)
    }

    fn slower_found(&self) -> Bar {
        let found = share(self.counts.called_slower, self.counts.slower);
        let promise = "a true 5 % of one of 60 found: at least 95 %";
        self.bar(promise, found, found >= FOUND)
    }

    fn bar(&self, promise: &'static str, figure: f64, met: bool) -> Bar {
        Bar {
            promise,
            fleet: self.fleet.clone(),
            noise: self.noise,
            effects: self.effects.clone(),
            figure,
            met,
        }
    }
}
