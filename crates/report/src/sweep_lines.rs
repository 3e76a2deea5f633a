//! What a sweep says, a line each: where the lead changes, where the choice hardly matters, and the
//! fitted curves.

use catalog::params::{Unit, unit};
use results::sweep::{Growth, Memory, TaskCosts};
use results::{Crossing, Indifference, Pair, RunFile, Scaling, SweepSummary, Unfitted};
use terminal::{bytes, count, counted, duration, factor, percent};

/// The lines of a sweep.
pub(crate) fn lines(run: &RunFile, sweep: &SweepSummary) -> Vec<String> {
    let key = &sweep.key;
    let mut lines: Vec<String> = sweep
        .pairs
        .iter()
        .flat_map(|pair| pair_lines(key, sweep.levels.len(), pair))
        .collect();
    if !sweep.noisy.is_empty() {
        let noisy = sweep.noisy.join(", ");
        lines.push(format!("too noisy to say who is ahead: {key} = {noisy}"));
    }
    let reference = &run.options.reference;
    lines.extend(
        sweep
            .indifference
            .iter()
            .map(|stretch| indifference(key, reference, stretch)),
    );
    lines.extend(sweep.scaling.iter().map(scaling));
    lines.extend(sweep.memory.iter().map(memory));
    lines.extend(sweep.costs.iter().flat_map(|costs| growths(key, costs)));
    lines.extend(sweep.unfitted.iter().map(unfitted));
    lines
}

/// The lines about a pair, in a sweep of so many levels.
fn pair_lines(key: &str, all: usize, pair: &Pair) -> Vec<String> {
    let Pair {
        variant, against, ..
    } = pair;
    // The order is from what makes all else meaningless to what is said when nothing is in the way.
    if let Some(why) = &pair.untold {
        return vec![format!(
            "{variant}, {against}: cannot be told who is ahead where: {why}"
        )];
    }
    if !pair.crossovers.is_empty() {
        return crossing_lines(key, pair);
    }
    if let Some(needed) = pair.blocks_needed {
        return vec![format!(
            "{variant}, {against}: too few rounds to say who is ahead where: {needed} are needed"
        )];
    }
    // Without a crossover only one of the two can be ahead anywhere.
    if !pair.ahead.is_empty() {
        vec![one_lead(key, all, pair, [variant, against], &pair.ahead)]
    } else if !pair.behind.is_empty() {
        vec![one_lead(key, all, pair, [against, variant], &pair.behind)]
    } else {
        vec![format!(
            "{variant}, {against}: statistically tied at any level"
        )]
    }
}

fn crossing_lines(key: &str, pair: &Pair) -> Vec<String> {
    let mut lines: Vec<String> = pair
        .crossovers
        .iter()
        .map(|crossing| crossing_line(key, crossing))
        .collect();
    if !pair.undecided.is_empty() {
        lines.push(format!(
            "{}, {}: statistically tied at {key} = {}",
            pair.variant,
            pair.against,
            pair.undecided.join(", ")
        ));
    }
    lines
}

/// Where the lead changes.
pub(crate) fn crossing_line(key: &str, crossing: &Crossing) -> String {
    let (below, above) = (&crossing.ahead_below, &crossing.ahead_above);
    let [middle, lower, upper] =
        [crossing.at, crossing.interval.0, crossing.interval.1].map(|value| in_unit_of(key, value));
    let (last, first) = &crossing.between;
    format!(
        "{above} overtakes {below} at {key} ≈ {middle} [{lower}, {upper}], between {last} and {first}"
    )
}

/// A value of a key, which is computed and may lie between those that were typed.
fn in_unit_of(key: &str, value: f64) -> String {
    match unit(key) {
        Unit::Nanoseconds => duration(value),
        Unit::Bytes => bytes(value.round() as u64),
        Unit::Count | Unit::Size => count(value),
    }
}

/// A pair of which only one is ahead, at these levels.
fn one_lead(
    key: &str,
    all: usize,
    pair: &Pair,
    [leader, other]: [&String; 2],
    levels: &[String],
) -> String {
    let there = levels.join(", ");
    // "No crossover" is a claim about the whole range, and only a lead at every level supports it.
    if levels.len() == all {
        format!("{leader} is ahead of {other} at every level: no crossover in the range")
    } else if pair.undecided.is_empty() {
        format!(
            "{leader} is ahead of {other} at {key} = {there}; the other levels were not compared"
        )
    } else {
        format!(
            "{leader} is ahead of {other} at {key} = {there}; elsewhere the two are statistically tied, and no \
             crossover is found"
        )
    }
}

fn indifference(key: &str, reference: &str, stretch: &Indifference) -> String {
    let range = if stretch.everywhere {
        "in the whole range".to_owned()
    } else if stretch.upper_end {
        format!("from {key} = {} on", stretch.from)
    } else {
        format!("up to {key} = {}", stretch.to)
    };
    let others: Vec<&str> = stretch
        .variants
        .iter()
        .filter(|name| *name != reference)
        .map(String::as_str)
        .collect();
    let verb = if others.len() == 1 { "is" } else { "are" };
    // Rounded up, because a bound that is rounded down is none.
    let within = percent((stretch.within * 1000.0).ceil() / 1000.0);
    format!(
        "{range} the choice hardly matters: {} {verb} within ±{within} of {reference} (90 % intervals)",
        others.join(", ")
    )
}

fn scaling(law: &Scaling) -> String {
    let peak = match law.peak {
        Some(peak) => format!(", most at {} at once", count(peak)),
        None => String::new(),
    };
    let ((s0, s1), (k0, k1)) = (law.contention_interval, law.coherency_interval);
    format!(
        "scalability of {}: σ {} [{}, {}], κ {} [{}, {}]{peak}",
        law.variant,
        small(law.contention),
        small(s0),
        small(s1),
        small(law.coherency),
        small(k0),
        small(k1)
    )
}

/// A coefficient of the scalability law. κ is the cost of a pair, and tiny where pairs are many.
fn small(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value < 0.001 {
        format!("{value:.1e}")
    } else {
        format!("{value:.3}")
    }
}

/// Whether a task costs the same among many.
fn growths(key: &str, costs: &TaskCosts) -> impl Iterator<Item = String> {
    let both = [("CPU", &costs.cpu), ("memory", &costs.memory)];
    both.into_iter().filter_map(move |(what, growth)| {
        let (variant, growth) = (&costs.variant, growth.as_ref()?);
        Some(format!(
            "{variant}: {what} a task {}",
            growth_in_words(key, growth)
        ))
    })
}

fn growth_in_words(key: &str, growth: &Growth) -> String {
    let Growth { from, to, most, .. } = growth;
    let interval = growth.interval.map_or_else(String::new, |(lower, upper)| {
        format!(" [{}, {}]", factor(lower), factor(upper))
    });
    let judged = match growth.is_within {
        Some(true) => format!("within {most}×"),
        Some(false) => format!("more than {most}×"),
        None => format!("too few rounds to say whether that is within {most}×"),
    };
    let ratio = factor(growth.ratio);
    format!("at {key} = {to} is {ratio}× that at {from}{interval}: {judged}")
}

fn memory(line: &Memory) -> String {
    let (lower, upper) = line.interval;
    format!(
        "memory of {}: {} [{}, {}] a waiting unit, from {} (the median of each level)",
        line.variant,
        signed_bytes(line.bytes_a_unit),
        signed_bytes(lower),
        signed_bytes(upper),
        counted(line.runs as u64, "run")
    )
}

/// Bytes of a slope, which may be negative where memory hardly depends on the units.
fn signed_bytes(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", bytes(value.abs().round() as u64))
}

fn unfitted(unfitted: &Unfitted) -> String {
    let Unfitted {
        curve,
        variant,
        why,
    } = unfitted;
    format!("{curve} of {variant}: not fitted: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_says_from_where_to_where_and_whether_it_is_little() {
        let growth = |ratio, interval, is_within| Growth {
            from: "1000".to_owned(),
            to: "1000000".to_owned(),
            ratio,
            interval,
            most: 1.3,
            is_within,
        };
        let costs = TaskCosts {
            variant: "m/v".to_owned(),
            levels: Vec::new(),
            cpu: Some(growth(1.52, Some((1.2, 1.9)), None)),
            memory: Some(growth(0.98, None, Some(true))),
        };
        let lines: Vec<String> = growths("in_flight", &costs).collect();
        let expected = [
            "m/v: CPU a task at in_flight = 1000000 is 1.520× that at 1000 [1.200, 1.900]: too few rounds to \
             say whether that is within 1.3×",
            "m/v: memory a task at in_flight = 1000000 is 0.980× that at 1000: within 1.3×",
        ];
        assert_eq!(lines, expected);
        let words = growth_in_words("in_flight", &growth(1.4, None, Some(false)));
        assert!(
            words.ends_with("is 1.400× that at 1000: more than 1.3×"),
            "{words}"
        );
    }
}
