//! Advice in words: at most three lines, which give their reasons.

use analysis::{Advice, Choice, Costs, Lead, NoAdvice};
use results::Compared;
use terminal::count;

/// The most names in a list of costs. A longer line is not read.
const MOST_COSTS: usize = 3;
/// The most names in a list of leaders.
const MOST_LEADERS: usize = 4;

/// The lines of an advice; there is always one, which is the reason where nothing can be advised.
pub(crate) fn advice_lines(advice: &Advice<'_>) -> Vec<String> {
    match advice {
        Advice::Nothing(reason) => vec![format!("no advice: {}", why(reason))],
        Advice::OnlyPunctual(name) => vec![format!(
            "use {name}: the only one that kept up with the arrivals"
        )],
        Advice::Choice(choice) => [first_line(choice)]
            .into_iter()
            .chain(choice.cpu.as_ref().map(|costs| uses_more("the CPU", costs)))
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
        NoAdvice::Inconclusive(compared) => format!(
            "no variant is shown to be {}, and not all to be equal",
            Words::of(*compared).more
        ),
    }
}

fn first_line(choice: &Choice<'_>) -> String {
    let Words { more, most, what } = Words::of(choice.compared);
    let leaders = joined(&choice.leaders);
    let ranking = match choice.lead {
        // The losers are the reason for a single leader, so that they come with it.
        Lead::Single => format!("use {leaders}: {more} than {}", all_of(&choice.behind)),
        Lead::Tie => format!("tie on {what}: {leaders}{}", are_behind(&choice.behind)),
        Lead::Unresolved => {
            let behind = are_behind(&choice.behind);
            format!("statistically tied for {most}: {leaders}{behind}")
        }
    };
    match choice.starved {
        0 => ranking,
        starved => format!("{ranking}; {starved} did not keep up with the arrivals"),
    }
}

/// The words for being ahead in a figure.
struct Words {
    /// The comparative, before "than".
    more: &'static str,
    /// The superlative.
    most: &'static str,
    /// The figure itself.
    what: &'static str,
}

impl Words {
    fn of(compared: Compared) -> Words {
        match compared {
            Compared::TimePerTask => Words {
                more: "faster",
                most: "fastest",
                what: "time",
            },
            Compared::CpuPerTask => Words {
                more: "less CPU per task",
                most: "least CPU per task",
                what: "CPU per task",
            },
            Compared::MedianLatency => Words {
                more: "lower median latency",
                most: "lowest median latency",
                what: "median latency",
            },
        }
    }
}

fn all_of(behind: &[&str]) -> String {
    match behind {
        [only] => (*only).to_owned(),
        // The words are for two or more: one has its name.
        all => format!("all {} others", all.len()),
    }
}

fn are_behind(behind: &[&str]) -> String {
    match behind {
        [] => String::new(),
        [only] => format!("; {only} is behind"),
        all => format!("; {} others are behind", all.len()),
    }
}

fn joined(names: &[&str]) -> String {
    if names.len() <= MOST_LEADERS {
        return names.join(", ");
    }
    let shown = names[..MOST_LEADERS].join(", ");
    format!("{shown} and {} more", names.len() - MOST_LEADERS)
}

fn memory_line(costs: &Costs<'_>) -> String {
    let line = uses_more("the memory", costs);
    format!("{line} (one run each, no interval)")
}

/// `of these a uses 3.1×, b 2.0× the memory of c`, the greediest first.
fn uses_more(what: &str, costs: &Costs<'_>) -> String {
    let shown: Vec<String> = costs
        .factors
        .iter()
        .take(MOST_COSTS)
        .enumerate()
        .map(|(index, (name, factor))| {
            // One verb serves the whole list.
            let verb = if index == 0 { " uses" } else { "" };
            format!("{name}{verb} {}", times(*factor))
        })
        .collect();
    let line = format!("of these {} {what} of {}", shown.join(", "), costs.least);
    match costs.factors.len().saturating_sub(MOST_COSTS) {
        0 => line,
        rest => format!("{line} ({rest} more also use more)"),
    }
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
