//! The legend below all tables: what ratios, brackets and signs mean.

use results::{Compared, RunFile, WorkloadSummary};
use verdict::fewest_blocks_for_verdict;

/// The legend; empty where no table has a ratio.
pub(crate) fn legend(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let ratios: Vec<u32> = summaries
        .iter()
        .flat_map(|summary| &summary.variants)
        .filter_map(|variant| Some(variant.ratio.as_ref()?.blocks))
        .collect();
    if ratios.is_empty() {
        return String::new();
    }
    let reference = &run.options.reference;
    let has_pulses = summaries
        .iter()
        .any(|summary| summary.compared == Compared::MedianLatency);
    let pulses = if has_pulses {
        ", the median latency where a service sends pulses"
    } else {
        ""
    };
    format!(
        "ratio: time per task ÷ that of {reference} (CPU per task in an open loop{pulses}); below 1 is faster.\n\
         Brackets: 95 % intervals.\n\
         ++ faster  + slightly or likely faster  ≈ no practical difference (2 %)  - slightly or likely \
         slower  -- slower\n? inconclusive (about so many more blocks would settle it)  ! no verdict: too noisy\n{}",
        too_few(&ratios).unwrap_or_default()
    )
}

/// A line where no difference, however large, could have been called faster or slower.
fn too_few(blocks_of_ratios: &[u32]) -> Option<String> {
    // Holm's correction is over all ratios of the report, so that more comparisons need more blocks.
    let family = blocks_of_ratios.len();
    let needed = fewest_blocks_for_verdict(family);
    let most = *blocks_of_ratios.iter().max()?;
    (most < needed).then(|| {
        format!(
            "too few blocks: with {family} comparisons nothing is faster or slower under {needed} \
             blocks\n"
        )
    })
}
