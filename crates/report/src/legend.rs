//! The legend below all tables: what ratios, brackets and the signs that occur mean.

use std::collections::BTreeSet;

use results::{Metric, Ratio, RunFile, WorkloadSummary};
use terminal::{counted, shown};
use verdict::fewest_blocks_for_verdict;

use crate::descriptive::descriptive;

/// The legend; empty where no table has a ratio. `shows_spread` tells whether a table shows how far runs lie
/// apart of what has no verdict.
pub(crate) fn legend(run: &RunFile, summaries: &[WorkloadSummary], shows_spread: bool) -> String {
    let ratios: Vec<&Ratio> = summaries
        .iter()
        .flat_map(|summary| &summary.variants)
        .flat_map(|variant| variant.ratios.values())
        .collect();
    if ratios.is_empty() {
        return String::new();
    }
    let blocks: Vec<u32> = ratios.iter().map(|ratio| ratio.blocks).collect();
    let signs: Vec<&str> = SIGNS
        .iter()
        .filter(|(sign, _)| occurs(sign, &ratios))
        .map(|(_, words)| *words)
        .collect();
    format!(
        "ratio: {} ÷ that of {}\n\
         below 1 is {}; [ ]: 95 % interval\n{}\n{}\n\
         what a word or a sign means: cargo xtask explain WORD\n{}",
        of_what(summaries),
        shown(&run.options.reference),
        better(summaries),
        signs.join("  "),
        descriptive(summaries, shows_spread),
        too_few(&blocks).unwrap_or_default()
    )
}

/// Every sign of a verdict, with its meaning.
pub(crate) const SIGNS: [(&str, &str); 8] = [
    ("++", "++ better"),
    ("+", "+ slightly or likely better"),
    ("≈", "≈ equal within 2 %"),
    ("-", "- slightly or likely worse"),
    ("--", "-- worse"),
    ("±", "± depends on the host"),
    ("?", "? not settled"),
    ("!", "! too noisy"),
];

fn occurs(sign: &str, ratios: &[&Ratio]) -> bool {
    ratios
        .iter()
        .filter_map(|ratio| ratio.judged.as_ref())
        .any(|judged| judged.sign == sign)
}

/// The metrics that ratios are of, each once.
fn of_what(summaries: &[WorkloadSummary]) -> String {
    let names: Vec<&str> = metrics(summaries).into_iter().map(Metric::name).collect();
    names.join(" or ")
}

/// The metrics that any workload has ratios of.
fn metrics(summaries: &[WorkloadSummary]) -> BTreeSet<Metric> {
    summaries
        .iter()
        .flat_map(WorkloadSummary::metrics)
        .collect()
}

fn better(summaries: &[WorkloadSummary]) -> String {
    let words: Vec<&str> = metrics(summaries)
        .into_iter()
        .map(|metric| match metric {
            Metric::TimePerTask => "done sooner",
            Metric::MedianLatency => "answered sooner",
            Metric::CpuPerTask => "cheaper",
        })
        .collect();
    words.join(" or ")
}

/// A line where no difference, however large, could have been called better or worse.
fn too_few(blocks_of_ratios: &[u32]) -> Option<String> {
    // Holm's correction is over all ratios of the report, so that more comparisons need more blocks.
    let family = blocks_of_ratios.len();
    let needed = fewest_blocks_for_verdict(family);
    let most = *blocks_of_ratios.iter().max()?;
    (most < needed).then(|| {
        format!(
            "too few rounds: with {} nothing can be called better or worse before \
             {needed} (`--runs {needed}`)\n",
            counted(family as u64, "comparison")
        )
    })
}
