//! The legend below all tables: what ratios, brackets and the signs that occur mean.

use results::{Compared, Ratio, RunFile, WorkloadSummary};
use terminal::{counted, shown};
use verdict::fewest_blocks_for_verdict;

/// The legend; empty where no table has a ratio.
pub(crate) fn legend(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let ratios: Vec<&Ratio> = summaries
        .iter()
        .flat_map(|summary| &summary.variants)
        .filter_map(|variant| variant.ratio.as_ref())
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
        "ratio: {} ÷ that of {}, below 1 is {}; [ ]: 95 % interval\n{}\n\
         what a word or a sign means: cargo xtask explain WORD\n{}",
        compared(summaries),
        shown(&run.options.reference),
        better(summaries),
        signs.join("  "),
        too_few(&blocks).unwrap_or_default()
    )
}

/// Every sign of a verdict, with its meaning.
pub(crate) const SIGNS: [(&str, &str); 7] = [
    ("++", "++ faster"),
    ("+", "+ slightly or likely faster"),
    ("≈", "≈ equal within 2 %"),
    ("-", "- slightly or likely slower"),
    ("--", "-- slower"),
    ("?", "? not settled"),
    ("!", "! too noisy"),
];

fn occurs(sign: &str, ratios: &[&Ratio]) -> bool {
    ratios
        .iter()
        .filter_map(|ratio| ratio.judged.as_ref())
        .any(|judged| judged.sign == sign)
}

/// The figures that ratios are of, each once.
fn compared(summaries: &[WorkloadSummary]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for summary in summaries {
        if !names.contains(&summary.compared.name()) {
            names.push(summary.compared.name());
        }
    }
    // Where there are several kinds of workloads, each says at its table which kind it is.
    names.join(" or ")
}

fn better(summaries: &[WorkloadSummary]) -> &'static str {
    if summaries
        .iter()
        .all(|summary| summary.compared == Compared::TimePerTask)
    {
        "faster"
    } else {
        "better"
    }
}

/// A line where no difference, however large, could have been called faster or slower.
fn too_few(blocks_of_ratios: &[u32]) -> Option<String> {
    // Holm's correction is over all ratios of the report, so that more comparisons need more blocks.
    let family = blocks_of_ratios.len();
    let needed = fewest_blocks_for_verdict(family);
    let most = *blocks_of_ratios.iter().max()?;
    (most < needed).then(|| {
        format!(
            "too few rounds: with {} nothing can be called faster or slower before \
             {needed} (`--runs {needed}`)\n",
            counted(family as u64, "comparison")
        )
    })
}
