//! Plots of a stored comparison for a terminal: latency by percentile, runs in their order, and what was
//! swept.

mod drawing;
mod latency;
mod runs;
mod sweep;

use terminal::Charset;

use crate::export::Comparison;

/// More characters make no plot clearer.
const WIDEST: usize = 200;

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlotKind {
    /// The latency of tasks by percentile, for each workload.
    Latency,
    /// The headline figure of each run in the order of the runs, for each workload.
    Runs,
    /// A figure by the values of a swept key, for each sweep.
    Sweep,
}

/// All plots of a kind, for lines of `width` characters.
///
/// # Errors
/// Where the comparison has nothing to draw.
pub fn plots(
    kind: PlotKind,
    comparison: &Comparison<'_>,
    width: usize,
    charset: Charset,
) -> anyhow::Result<String> {
    let drawings = match kind {
        PlotKind::Latency => latency::drawings(comparison),
        PlotKind::Runs => runs::drawings(comparison),
        PlotKind::Sweep => sweep::drawings(comparison.run),
    };
    let text: String = drawings
        .iter()
        .filter_map(|drawing| drawing.text(width.min(WIDEST), charset))
        .collect();
    if text.is_empty() {
        anyhow::bail!("{}", nothing(kind));
    }
    Ok(text)
}

fn nothing(kind: PlotKind) -> &'static str {
    match kind {
        PlotKind::Latency => {
            "there is no latency to draw: no variant of this comparison has latencies of its tasks"
        }
        PlotKind::Runs => "there is no run to draw: nothing was measured in this comparison",
        PlotKind::Sweep => {
            "there is no sweep to draw: this comparison swept nothing; `compare -L KEY=V,…` or \
             `--rate RATE,…` does"
        }
    }
}
