//! The sentence of an advice that answers both questions, who is done sooner and who costs less, with the
//! workload's headline first.

use analysis::{Choice, Lead, Ranking};
use results::Metric;

/// The most names in a list of leaders.
const MOST_LEADERS: usize = 4;

/// A sentence about both questions.
pub(crate) struct RankingLine {
    pub(crate) text: String,
    /// Whether it says how much CPU the leaders use.
    pub(crate) is_price_said: bool,
}

impl RankingLine {
    fn without_price(text: String) -> RankingLine {
        RankingLine {
            text,
            is_price_said: false,
        }
    }
}

/// The sentence about both questions, or about the one that is settled.
pub(crate) fn ranking_line(choice: &Choice<'_>) -> RankingLine {
    let leads_with_cpu = choice.headline == Metric::CpuPerTask;
    match (&choice.sooner, &choice.cheaper) {
        (Some(sooner), Some(cheaper)) if leads_with_cpu => {
            RankingLine::without_price(cost_first(sooner, cheaper))
        }
        (Some(sooner), Some(cheaper)) => time_first(choice, sooner, cheaper),
        (Some(only), None) if leads_with_cpu => RankingLine::without_price(format!(
            "{}; which costs less CPU is not settled",
            ranked(only)
        )),
        (None, Some(only)) if choice.is_timed => RankingLine::without_price(format!(
            "{}; which is done sooner is not settled",
            ranked(only)
        )),
        (Some(only), None) | (None, Some(only)) => RankingLine::without_price(ranked(only)),
        // An advice without any ranking is no choice.
        (None, None) => RankingLine::without_price(String::new()),
    }
}

/// The sentence where time, or what takes its place, is the headline.
fn time_first(choice: &Choice<'_>, sooner: &Ranking<'_>, cheaper: &Ranking<'_>) -> RankingLine {
    if have_none_in_common(sooner, cheaper) {
        return RankingLine::without_price(apart(sooner, cheaper));
    }
    if tie_alike(sooner, cheaper) {
        return RankingLine::without_price(tie_on_both(sooner, cheaper));
    }
    let line = ranked(sooner);
    match (sooner.lead, cheaper.lead) {
        (Lead::Single, Lead::Single) => {
            RankingLine::without_price(format!("{line}, on the least CPU"))
        }
        (Lead::Single, Lead::Tie) if cheaper.behind.is_empty() => {
            RankingLine::without_price(format!("{line}, on as much CPU"))
        }
        (Lead::Tie, Lead::Single) => match as_fast_on_less(choice, sooner, cheaper.leaders[0]) {
            Some(text) => RankingLine {
                text,
                is_price_said: true,
            },
            None => RankingLine::without_price(line),
        },
        _ => RankingLine::without_price(line),
    }
}

/// The sentence where CPU per task is the headline.
fn cost_first(sooner: &Ranking<'_>, cheaper: &Ranking<'_>) -> String {
    if have_none_in_common(sooner, cheaper) {
        return apart(cheaper, sooner);
    }
    if tie_alike(sooner, cheaper) {
        return tie_on_both(cheaper, sooner);
    }
    let line = ranked(cheaper);
    match (cheaper.lead, sooner.lead) {
        (Lead::Single, Lead::Single) => format!("{line}, and done soonest"),
        (Lead::Single, Lead::Tie) => {
            let others = others_than(cheaper.leaders[0], &sooner.leaders);
            let equal = Words::of(sooner.metric).equal;
            format!("{line}, and {equal} {}", joined(&others))
        }
        (Lead::Tie, Lead::Single) => format!("{line}; {} is done soonest", sooner.leaders[0]),
        _ => line,
    }
}

fn have_none_in_common(one: &Ranking<'_>, other: &Ranking<'_>) -> bool {
    !one.leaders.iter().any(|name| other.leaders.contains(name))
}

/// Whether the same variants tie by both.
fn tie_alike(one: &Ranking<'_>, other: &Ranking<'_>) -> bool {
    // Both are in the order of the summary.
    one.lead == Lead::Tie && other.lead == Lead::Tie && one.leaders == other.leaders
}

fn tie_on_both(first: &Ranking<'_>, second: &Ranking<'_>) -> String {
    let [one, other] = [first, second].map(|ranking| Words::of(ranking.metric).what);
    let behind = are_behind(&first.behind);
    format!(
        "tie on {one} and {other}: {}{behind}",
        joined(&first.leaders)
    )
}

/// The sentence where the two questions have different answers, of which the first is the headline's.
fn apart(first: &Ranking<'_>, second: &Ranking<'_>) -> String {
    let [one, other] = [first, second].map(|ranking| Words::of(ranking.metric).short);
    format!(
        "{}, {}: choose by what is short, {one} or {other}",
        leads(first),
        leads(second)
    )
}

/// `smol is done sooner`, or `pool, spawn cost less`.
fn leads(ranking: &Ranking<'_>) -> String {
    let verb = match (ranking.metric, ranking.leaders.len()) {
        (Metric::CpuPerTask, 1) => "costs less",
        (Metric::CpuPerTask, _) => "cost less",
        (_, 1) => "is done sooner",
        (_, _) => "are done sooner",
    };
    format!("{} {verb}", joined(&ranking.leaders))
}

fn others_than<'a>(name: &str, names: &[&'a str]) -> Vec<&'a str> {
    names
        .iter()
        .copied()
        .filter(|other| *other != name)
        .collect()
}

/// `use tokio: as fast as threads on 0.6 of its CPU`; `None` unless a verdict says so of all that tie.
fn as_fast_on_less(choice: &Choice<'_>, sooner: &Ranking<'_>, name: &str) -> Option<String> {
    let costs = choice.cpu.as_ref().filter(|costs| costs.least == name)?;
    let others = others_than(name, &sooner.leaders);
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
pub(crate) struct Words {
    /// The comparative, before "than".
    more: &'static str,
    /// What one that is ahead does, after "to".
    pub(crate) lead: &'static str,
    /// The superlative.
    most: &'static str,
    /// The words for being equal, before a name.
    equal: &'static str,
    /// The metric itself.
    what: &'static str,
    /// What is used up, in a word.
    short: &'static str,
}

impl Words {
    pub(crate) fn of(metric: Metric) -> Words {
        match metric {
            Metric::TimePerTask => Words {
                more: "faster",
                lead: "be faster",
                most: "fastest",
                equal: "as fast as",
                what: "time",
                short: "time",
            },
            Metric::CpuPerTask => Words {
                more: "less CPU per task",
                lead: "cost less CPU per task",
                most: "least CPU per task",
                equal: "as much CPU per task as",
                what: "CPU per task",
                short: "CPU",
            },
            Metric::MedianLatency => Words {
                more: "lower median latency",
                lead: "have a lower median latency",
                most: "lowest median latency",
                equal: "the median latency of",
                what: "median latency",
                short: "median latency",
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
