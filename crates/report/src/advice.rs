//! Advice in words: at most three lines, which give their reasons.

use analysis::{Advice, Choice, Costs, NoAdvice};
use terminal::count;

use crate::ranking_line::{RankingLine, Words, ranking_line};

/// The most names in a list of costs. A longer line is not read.
const MOST_COSTS: usize = 3;

/// The lines of an advice; there is always one, which is the reason where nothing can be advised.
pub(crate) fn advice_lines(advice: &Advice<'_>) -> Vec<String> {
    match advice {
        Advice::Nothing(reason) => vec![format!("no advice: {}", why(reason))],
        Advice::OnlyPunctual(name) => vec![format!(
            "use {name}: the only one that kept up with the arrivals"
        )],
        Advice::Choice(choice) => ranking_lines(choice)
            .into_iter()
            .chain(choice.memory.as_ref().map(memory_line))
            .collect(),
    }
}

fn why(reason: &NoAdvice<'_>) -> String {
    match reason {
        NoAdvice::CorrectnessOnly => "only answers were checked".to_owned(),
        NoAdvice::ReferenceNotMeasured(name) => {
            format!("the reference, {name}, was not measured")
        }
        NoAdvice::GeneratorLate => {
            "the generator was late, so that the load was not the one asked for".to_owned()
        }
        NoAdvice::NobodyKeptUp { most_per_second } => {
            let reached = most_per_second.map_or_else(String::new, |most| {
                format!(
                    "; the most that one reached was about {}/s",
                    count(most as f64)
                )
            });
            format!("no variant kept up with the arrivals{reached}")
        }
        NoAdvice::TooNoisy => "the machine was too noisy".to_owned(),
        NoAdvice::TooFewBlocks => "too few rounds for intervals".to_owned(),
        NoAdvice::NothingToChoose => "there is nothing to choose from".to_owned(),
        NoAdvice::Inconclusive(metric) => format!(
            "no variant is shown to {}, and not all to be equal",
            Words::of(*metric).lead
        ),
    }
}

/// The lines about who is done sooner and who costs less.
fn ranking_lines(choice: &Choice<'_>) -> Vec<String> {
    let RankingLine {
        text,
        is_price_said,
    } = ranking_line(choice);
    let first = match choice.starved {
        0 => text,
        starved => format!("{text}; {starved} did not keep up with the arrivals"),
    };
    let costs = choice.cpu.as_ref().filter(|_| !is_price_said);
    [first]
        .into_iter()
        .chain(costs.map(|costs| uses_more("CPU", costs)))
        .collect()
}

fn memory_line(costs: &Costs<'_>) -> String {
    let line = uses_more("memory", costs);
    format!("{line} (by medians, no verdict)")
}

/// `a uses 3.1× the memory of c` of one; of several the thriftiest first, which the others are compared with, and
/// then the others, the greediest first.
fn uses_more(what: &str, costs: &Costs<'_>) -> String {
    let least = costs.least;
    if let [(name, factor)] = costs.factors.as_slice() {
        return format!("{name} uses {} the {what} of {least}", times(*factor));
    }
    let shown: Vec<String> = costs
        .factors
        .iter()
        .take(MOST_COSTS)
        .map(|(name, factor)| format!("{name} {}", times(*factor)))
        .collect();
    let line = format!(
        "{least} uses the least {what} of these: {} as much",
        shown.join(", ")
    );
    match costs.factors.len().saturating_sub(MOST_COSTS) {
        0 => line,
        rest => format!("{line} ({rest} more {} more)", verb(rest)),
    }
}

/// The verb of so many others.
fn verb(others: usize) -> &'static str {
    if others == 1 { "also uses" } else { "also use" }
}

/// A factor with two digits, unless that would hide the difference.
fn times(factor: f64) -> String {
    if factor < 1.1 {
        format!("{factor:.2}×")
    } else if factor < 10.0 {
        format!("{factor:.1}×")
    } else {
        format!("{factor:.0}×")
    }
}

#[cfg(test)]
#[path = "advice_test.rs"]
mod tests;
