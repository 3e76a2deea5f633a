//! Advice in words: at most three lines, which give their reasons.

use analysis::{Advice, Choice, Costs, Lead, NoAdvice, Ranking};
use results::Metric;
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
            "no variant is shown to be {}, and not all to be equal",
            Words::of(*metric).more
        ),
    }
}

/// The lines about who is done sooner and who costs less.
fn ranking_lines(choice: &Choice<'_>) -> Vec<String> {
    let (line, is_price_said) = match (&choice.sooner, &choice.cheaper) {
        (Some(sooner), Some(cheaper)) => both(choice, sooner, cheaper),
        (Some(only), None) => (ranked(only), false),
        (None, Some(only)) if choice.is_timed => (
            format!("{}; which is done sooner is not settled", ranked(only)),
            false,
        ),
        (None, Some(only)) => (ranked(only), false),
        // An advice without any ranking is no choice.
        (None, None) => (String::new(), false),
    };
    let first = match choice.starved {
        0 => line,
        starved => format!("{line}; {starved} did not keep up with the arrivals"),
    };
    let costs = choice.cpu.as_ref().filter(|_| !is_price_said);
    [first]
        .into_iter()
        .chain(costs.map(|costs| uses_more("the CPU", costs)))
        .collect()
}

/// The line of both rankings, and whether it has said what the leaders cost.
fn both(choice: &Choice<'_>, sooner: &Ranking<'_>, cheaper: &Ranking<'_>) -> (String, bool) {
    let cheapest = (cheaper.lead == Lead::Single).then(|| cheaper.leaders[0]);
    if !sooner
        .leaders
        .iter()
        .any(|name| cheaper.leaders.contains(name))
    {
        return (apart(sooner, cheaper), false);
    }
    match (sooner.lead, cheapest) {
        (Lead::Single, Some(_)) => (format!("{}, on the least CPU", ranked(sooner)), false),
        (Lead::Tie, Some(name)) => match as_fast_on_less(choice, sooner, name) {
            Some(line) => (line, true),
            None => (ranked(sooner), false),
        },
        _ => (ranked(sooner), false),
    }
}

/// The line where the two questions have different answers.
fn apart(sooner: &Ranking<'_>, cheaper: &Ranking<'_>) -> String {
    let (fast, cheap) = (&sooner.leaders, &cheaper.leaders);
    let (is, costs) = (verb(fast, "is", "are"), verb(cheap, "costs", "cost"));
    let wanted = Words::of(sooner.metric).what;
    format!(
        "{} {is} done sooner, {} {costs} less: choose by what is short, {wanted} or CPU",
        joined(fast),
        joined(cheap)
    )
}

fn verb(names: &[&str], one: &'static str, several: &'static str) -> &'static str {
    if names.len() == 1 { one } else { several }
}

/// `use tokio: as fast as threads on 0.6 of its CPU`; `None` unless a verdict says so of all that tie.
fn as_fast_on_less(choice: &Choice<'_>, sooner: &Ranking<'_>, name: &str) -> Option<String> {
    let costs = choice.cpu.as_ref().filter(|costs| costs.least == name)?;
    let others: Vec<&str> = sooner
        .leaders
        .iter()
        .copied()
        .filter(|other| *other != name)
        .collect();
    let factors: Option<Vec<f64>> = others
        .iter()
        .map(|other| {
            let mut found = costs.factors.iter();
            Some(found.find(|(dearer, _)| dearer == other)?.1)
        })
        .collect();
    // The least saving is told, so that it holds for all of them.
    let least = factors?.into_iter().reduce(f64::min)?;
    let (at_most, their) = match others.as_slice() {
        [_] => ("", "its"),
        _ => ("at most ", "their"),
    };
    let equal = Words::of(sooner.metric).equal;
    let behind = are_behind(&sooner.behind);
    let (tied, part) = (joined(&others), 1.0 / least);
    Some(format!(
        "use {name}: {equal} {tied} on {at_most}{part:.2} of {their} CPU{behind}"
    ))
}

fn ranked(ranking: &Ranking<'_>) -> String {
    let Words {
        more, most, what, ..
    } = Words::of(ranking.metric);
    let leaders = joined(&ranking.leaders);
    match ranking.lead {
        // The losers are the reason for a single leader, so that they come with it.
        Lead::Single => format!("use {leaders}: {more} than {}", all_of(&ranking.behind)),
        Lead::Tie => format!("tie on {what}: {leaders}{}", are_behind(&ranking.behind)),
        Lead::Unresolved => {
            let behind = are_behind(&ranking.behind);
            format!("statistically tied for {most}: {leaders}{behind}")
        }
    }
}

/// The words for being ahead in a metric.
struct Words {
    /// The comparative, before "than".
    more: &'static str,
    /// The superlative.
    most: &'static str,
    /// The words for being equal, before a name.
    equal: &'static str,
    /// The metric itself.
    what: &'static str,
}

impl Words {
    fn of(metric: Metric) -> Words {
        match metric {
            Metric::TimePerTask => Words {
                more: "faster",
                most: "fastest",
                equal: "as fast as",
                what: "time",
            },
            Metric::CpuPerTask => Words {
                more: "less CPU per task",
                most: "least CPU per task",
                equal: "as much CPU per task as",
                what: "CPU per task",
            },
            Metric::MedianLatency => Words {
                more: "lower median latency",
                most: "lowest median latency",
                equal: "the median latency of",
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
