//! What the plots have in common: a plot with its title and notes, and the workloads and variants that are
//! drawn.

use chart::Plot;
use results::{RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Charset, shown, wrap};

/// A plot with what is said about it.
pub(super) struct Drawing {
    pub(super) title: String,
    pub(super) plot: Plot,
    pub(super) notes: Vec<String>,
}

impl Drawing {
    /// The lines of the drawing, with an empty one at the end.
    pub(super) fn text(&self, width: usize, charset: Charset) -> Option<String> {
        let plot = self.plot.draw(width, charset)?;
        let title = wrap(&self.title, width, 2);
        let notes = self.notes.iter().flat_map(|note| wrap(note, width, 2));
        let lines = title.into_iter().chain(plot).chain(notes);
        Some(lines.map(|line| line + "\n").collect::<String>() + "\n")
    }
}

/// The workloads of a comparison with their summaries.
pub(super) fn workloads(
    run: &RunFile,
) -> impl Iterator<Item = (&WorkloadRecord, &WorkloadSummary)> {
    run.statistics.iter().filter_map(|summary| {
        let mut records = run.workloads.iter();
        let record = records.find(|record| record.workload.name == summary.workload)?;
        Some((record, summary))
    })
}

/// The variants that have figures, in the order of the tables.
pub(super) fn measured(summary: &WorkloadSummary) -> impl Iterator<Item = &VariantSummary> {
    let variants = summary.variants.iter();
    variants.filter(|variant| variant.time_ns.is_some() && variant.failed.is_none())
}

/// The number of a variant, by which it has the same letter in all plots.
pub(super) fn number(run: &RunFile, variant: &str) -> usize {
    let mut variants = run.variants.iter();
    let place = variants.position(|record| record.name == variant);
    place.unwrap_or(run.variants.len())
}

/// The title of a workload's plot.
pub(super) fn titled(summary: &WorkloadSummary, what: &str) -> String {
    format!("{}: {what}", shown(&summary.workload))
}
