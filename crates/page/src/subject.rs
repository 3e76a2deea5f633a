//! What plots are drawn of: one workload of a comparison, with its rows and its summary.

use std::collections::BTreeMap;

use analysis::Series;
use report::export::Comparison;
use results::{Arm, Measured, Metric, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::shown;

use crate::room::Room;
use crate::svg::Look;

/// The numbers of variants, by which each keeps its look over the whole page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looks(BTreeMap<String, usize>);

/// One workload of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) comparison: &'a Comparison<'a>,
    pub(crate) record: &'a WorkloadRecord,
    pub(crate) summary: &'a WorkloadSummary,
    pub(crate) looks: &'a Looks,
    /// The id of its section, with which the ids of its figures begin.
    pub(crate) id: &'a str,
    /// What its plots are drawn for.
    pub(crate) room: Room,
}

impl Looks {
    /// The looks of a comparison's variants, in their order.
    pub(crate) fn of(run: &RunFile) -> Looks {
        Looks::named(run.variants.iter().map(|variant| variant.name.as_str()))
    }

    /// The looks of variants with these names, in the order in which each is named first.
    pub(crate) fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Looks {
        let mut looks = BTreeMap::new();
        for name in names {
            let next = looks.len();
            looks.entry(name.to_owned()).or_insert(next);
        }
        Looks(looks)
    }

    /// The look of a variant. One that is not of the comparison looks like the first.
    pub(crate) fn look(&self, variant: &str) -> Look {
        Look {
            number: self.number(variant).unwrap_or(0),
        }
    }

    /// The number of a variant.
    pub(crate) fn number(&self, variant: &str) -> Option<usize> {
        self.0.get(variant).copied()
    }
}

impl<'a> Subject<'a> {
    /// The look of a variant.
    pub(crate) fn look(&self, variant: &str) -> Look {
        self.looks.look(variant)
    }

    /// The runs of a variant that count, in the order of their blocks.
    pub(crate) fn series(&self, variant: &str, arm: Arm) -> Series<'a> {
        let Comparison { run, rows } = *self.comparison;
        Series::of(run, rows, &self.record.workload.name, variant, arm)
    }

    /// What the counted runs of a variant measured.
    pub(crate) fn measured(&self, variant: &str) -> Vec<&'a Measured> {
        self.series(variant, Arm::Main).measured().collect()
    }

    /// The variants that have figures, in the order of the tables.
    pub(crate) fn measured_variants(&self) -> impl Iterator<Item = &'a VariantSummary> + use<'a> {
        self.summary
            .variants
            .iter()
            .filter(|variant| variant.time_ns.is_some() && variant.failed.is_none())
    }

    /// Whether a variant ran only the first tasks of what others ran.
    pub(crate) fn ran_a_prefix(&self, variant: &VariantSummary) -> bool {
        let tasks = self.measured_variants().map(|other| other.tasks);
        variant.tasks < tasks.max().unwrap_or(0)
    }

    /// The metric that plots of single runs show.
    pub(crate) fn headline(&self) -> Metric {
        self.record.headline()
    }

    /// The names of the variants, in the order of the tables.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let variants = self.summary.variants.iter();
        variants.map(|variant| variant.variant.as_str())
    }

    /// The id of a figure of this workload.
    pub(crate) fn figure_id(&self, kind: &str) -> String {
        self.room.id(&format!("{}-{kind}", self.id))
    }

    /// The name of the workload, safe to show.
    pub(crate) fn name(&self) -> String {
        shown(&self.summary.workload)
    }
}
