//! Which model to use at a workload, in at most three lines that give their reasons. Drawn from the
//! summary alone: what no verdict and no interval carries is not said, and where there is no answer
//! the reason is.

use results::{Compared, Memory, VariantSummary, WorkloadSummary};

/// Two intervals must be apart by this much before one variant is ahead of another; within it they
/// tie. The verdicts' own margin.
const MARGIN: f64 = 1.02;
/// Memory has one run and no interval: only such a factor is worth a word.
const WORTH_A_WORD: f64 = 1.25;
/// Who ends a smaller part of the tasks in time than this, of what the best of all did, has a queue that
/// grows: what little it does costs little, and is no service.
const KEEPS_UP: f64 = 0.95;
/// More than this many names in a line help nobody.
const MOST_NAMES: usize = 3;

/// A variant that has figures to be chosen by. The reference is 1 to itself.
struct Candidate<'a> {
    name: &'a str,
    verdict: Option<&'a str>,
    time: Bounds,
    cpu: Option<Bounds>,
    memory: Option<u64>,
}

/// A ratio to the reference, and its 95 % interval.
#[derive(Clone, Copy)]
struct Bounds {
    ratio: f64,
    lower: f64,
    upper: f64,
}

const ONE: Bounds = Bounds {
    ratio: 1.0,
    lower: 1.0,
    upper: 1.0,
};

/// At most three lines.
pub(super) fn advice(summary: &WorkloadSummary, reference: &str, measures: bool) -> Vec<String> {
    let found = match measures {
        true => chosen(summary, reference),
        false => Err("only answers were checked".to_owned()),
    };
    found.unwrap_or_else(|why| vec![format!("no advice: {why}")])
}

fn chosen(summary: &WorkloadSummary, reference: &str) -> Result<Vec<String>, String> {
    let (candidates, starved) = candidates(summary, reference)?;
    if let ([only], 1..) = (candidates.as_slice(), starved) {
        let name = only.name;
        return Ok(vec![format!(
            "use {name}: the only one that kept up with the arrivals"
        )]);
    }
    let is_standing = |at: &Candidate<'_>| !candidates.iter().any(|other| is_ahead(other, at));
    let (standing, behind): (Vec<_>, Vec<_>) = candidates.iter().partition(|at| is_standing(at));
    let names: Vec<&str> = standing.iter().map(|at| at.name).collect();
    let others = match behind.len() {
        0 => String::new(),
        1 => format!("; {} is behind", behind[0].name),
        n => format!("; {n} others are behind"),
    };
    let Words { more, most, what } = Words::of(summary.compared);
    let first = match (names.as_slice(), tie(&standing)) {
        ([name], _) => format!("use {name}: {more} than {}", listed(&behind)),
        (_, true) => format!("tie on {what}: {}{others}", joined(&names)),
        (_, false) if behind.is_empty() => {
            return Err(format!(
                "inconclusive: nothing is shown to be {more}, and not all to be equal"
            ));
        }
        (_, false) => format!("{most}, not told apart: {}{others}", joined(&names)),
    };
    let first = match starved {
        0 => first,
        n => format!("{first}; {n} did not keep up with the arrivals"),
    };
    let compared: Vec<&Candidate<'_>> = match standing.len() {
        1 => standing.iter().chain(behind.first()).copied().collect(),
        _ => standing,
    };
    let mut lines = vec![first];
    lines.extend(cpu(&compared));
    lines.extend(memory(&compared));
    Ok(lines)
}

/// What being ahead means.
struct Words {
    /// Than another.
    more: &'static str,
    /// Of all.
    most: &'static str,
    what: &'static str,
}

impl Words {
    fn of(compared: Compared) -> Words {
        let (more, most, what) = match compared {
            Compared::TimePerTask => ("faster", "fastest", "time"),
            Compared::CpuPerTask => ("less CPU per task", "least CPU per task", "CPU per task"),
            Compared::MedianLatency => (
                "lower median latency",
                "lowest median latency",
                "median latency",
            ),
        };
        Words { more, most, what }
    }
}

/// Those to choose from, and how many are none because they did not keep up with the arrivals.
fn candidates<'a>(
    summary: &'a WorkloadSummary,
    reference: &str,
) -> Result<(Vec<Candidate<'a>>, usize), String> {
    let usable = || {
        let works = |v: &&VariantSummary| v.time_ns.is_some() && v.failed.is_none();
        summary.variants.iter().filter(works)
    };
    if !usable().any(|variant| variant.variant == reference) {
        return Err(format!("the reference, {reference}, was not measured"));
    }
    let suppressed = usable().filter_map(verdict_of).any(|v| v == "suppressed");
    if suppressed {
        return Err("the machine was too noisy".to_owned());
    }
    let best = usable().filter_map(in_time).fold(0.0, f64::max);
    let starves = |v: &&VariantSummary| in_time(v).is_some_and(|part| part < KEEPS_UP * best);
    let starved = usable().filter(starves).count();
    let others = usable().filter(|v| !starves(v));
    let found: Option<Vec<Candidate<'a>>> = others.map(|v| candidate(v, reference)).collect();
    match found {
        None => Err("too few blocks for intervals".to_owned()),
        Some(found) if found.len() + starved < 2 => {
            Err("there is nothing to choose from".to_owned())
        }
        Some(found) => Ok((found, starved)),
    }
}

/// The part of the tasks that ended in time, of an open loop.
fn in_time(variant: &VariantSummary) -> Option<f64> {
    Some(variant.punctuality?.completed_in_time)
}

/// `None` without an interval.
fn candidate<'a>(variant: &'a VariantSummary, reference: &str) -> Option<Candidate<'a>> {
    let is_reference = variant.variant == reference;
    let verdict = verdict_of(variant);
    let bounds = |ratio: &results::Ratio| {
        let (lower, upper) = ratio.interval?;
        Some(Bounds {
            ratio: ratio.ratio,
            lower,
            upper,
        })
    };
    let of = |ratio: &Option<_>| match is_reference {
        true => Some(ONE),
        false => ratio.as_ref().and_then(bounds),
    };
    Some(Candidate {
        name: &variant.variant,
        verdict,
        time: of(&variant.ratio).filter(|_| is_reference || verdict.is_some())?,
        cpu: of(&variant.cpu_ratio),
        memory: match variant.memory {
            Some(Memory::Bytes(bytes)) => Some(bytes),
            _ => None,
        },
    })
}

fn verdict_of(variant: &VariantSummary) -> Option<&str> {
    let judged = variant.ratio.as_ref()?.judged.as_ref()?;
    Some(judged.verdict.as_str())
}

/// Whether one is surely faster than another. Against the reference that is a verdict; between two
/// others the intervals must be apart, and one of them must have a verdict at all.
fn is_ahead(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    match (one.verdict, other.verdict) {
        (None, its) => its == Some("slower"),
        (its, None) => its == Some("faster"),
        (mine, its) => {
            let decided =
                [mine, its].contains(&Some("faster")) || [mine, its].contains(&Some("slower"));
            decided && one.time.upper * MARGIN < other.time.lower
        }
    }
}

/// Whether no two of them can differ by more than the margin.
fn tie(standing: &[&Candidate<'_>]) -> bool {
    let pairs = standing
        .iter()
        .enumerate()
        .flat_map(|(at, one)| standing[at + 1..].iter().map(move |other| (one, other)));
    let mut equal = pairs.map(|(one, other)| match (one.verdict, other.verdict) {
        (None, its) | (its, None) => its == Some("equivalent"),
        _ => {
            let farthest = |a: Bounds, b: Bounds| a.upper / b.lower;
            farthest(one.time, other.time) <= MARGIN && farthest(other.time, one.time) <= MARGIN
        }
    });
    equal.all(|equal| equal)
}

/// Who uses more processor than the thriftiest, where the intervals are apart beyond the margin.
fn cpu(compared: &[&Candidate<'_>]) -> Option<String> {
    let known = || compared.iter().filter_map(|at| Some((at.name, at.cpu?)));
    let (least, its) = known().min_by(|a, b| a.1.ratio.total_cmp(&b.1.ratio))?;
    let apart = known().filter(|(_, bounds)| bounds.lower > its.upper * MARGIN);
    let factors = apart.map(|(name, bounds)| (name, bounds.ratio / its.ratio));
    more("the CPU", least, factors.collect())
}

/// Who uses more memory than the least, as far as one run tells.
fn memory(compared: &[&Candidate<'_>]) -> Option<String> {
    let known = || compared.iter().filter_map(|at| Some((at.name, at.memory?)));
    let (least, its) = known().min_by_key(|(_, bytes)| *bytes)?;
    let factors = known().map(|(name, bytes)| (name, bytes as f64 / its.max(1) as f64));
    let apart = factors.filter(|(_, factor)| *factor >= WORTH_A_WORD);
    let line = more("the memory", least, apart.collect())?;
    Some(format!("{line} (one run each, no interval)"))
}

/// `of these a uses 3.1× and b 2.0× the memory of c`, the greediest first.
fn more(what: &str, least: &str, mut factors: Vec<(&str, f64)>) -> Option<String> {
    factors.sort_by(|a, b| b.1.total_cmp(&a.1));
    let shown = factors.iter().take(MOST_NAMES).enumerate();
    let parts: Vec<String> = shown
        .map(|(at, (name, factor))| match at {
            0 => format!("{name} uses {}", times(*factor)),
            _ => format!("{name} {}", times(*factor)),
        })
        .collect();
    let rest = factors.len().saturating_sub(MOST_NAMES);
    let rest = (rest > 0).then(|| format!(" ({rest} more also use more)"));
    let line = format!("of these {} {what} of {least}", parts.join(", "));
    (!parts.is_empty()).then(|| line + &rest.unwrap_or_default())
}

/// Two digits, unless that would hide the difference.
fn times(factor: f64) -> String {
    match factor {
        f if f < 1.1 => format!("{f:.2}×"),
        f if f < 10.0 => format!("{f:.1}×"),
        f => format!("{f:.0}×"),
    }
}

fn listed(behind: &[&Candidate<'_>]) -> String {
    match behind {
        [only] => only.name.to_owned(),
        all => format!("all {} others", all.len()),
    }
}

fn joined(names: &[&str]) -> String {
    let shown = names.iter().take(MOST_NAMES + 1).copied();
    let shown: Vec<&str> = shown.collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
#[path = "advice_test.rs"]
mod tests;
