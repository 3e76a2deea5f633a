//! A history in words: how long it is, of which machines, and what changed.

use terminal::{counted, ratio};

use crate::machine::words;
use crate::series::{Change, Judged, Key};

/// The sentences about a whole history.
pub(crate) fn opening(judged: &Judged<'_>) -> Vec<String> {
    let nights = &judged.history.nights;
    let mut sentences = vec![match (nights.first(), nights.last()) {
        (Some(first), Some(last)) => format!(
            "{} from {} to {}.",
            counted(nights.len() as u64, "night"),
            first.label(),
            last.label()
        ),
        _ => "There are no nights yet.".to_owned(),
    }];
    sentences.extend(machines(judged));
    sentences.extend(without_ratios(judged));
    sentences.push(format!(
        "A change needs at least 5 nights of one machine on either side, is found by Pettitt's test over {} series of \
         10 nights or more at 5 % for all of them together, and is marked where it is larger than 2 %. A single night \
         decides nothing, and two machines are never compared.",
        judged.tried
    ));
    sentences.push(outcome(judged));
    sentences
}

fn machines(judged: &Judged<'_>) -> Option<String> {
    let named: Vec<String> = judged.machines.iter().map(|facts| words(facts)).collect();
    match named.len() {
        0 => None,
        1 => Some(format!("One machine: {}.", named[0])),
        many => Some(format!(
            "{many} machines, which are not compared with each other: {}.",
            named.join("; ")
        )),
    }
}

fn without_ratios(judged: &Judged<'_>) -> Option<String> {
    let lines = judged.history.without_ratios;
    (lines > 0).then(|| {
        format!(
            "{} of an older form left out, which has medians and no ratios.",
            counted(lines, "line")
        )
    })
}

/// How many ratios changed.
fn outcome(judged: &Judged<'_>) -> String {
    let changed = judged.series.iter().filter(|one| !one.changes.is_empty());
    match changed.count() {
        0 if judged.tried == 0 => {
            "No ratio has been measured for long enough to tell whether it changed.".to_owned()
        }
        0 => "No ratio has changed.".to_owned(),
        many => format!("{} changed.", counted(many as u64, "ratio")),
    }
}

/// The history as a terminal shows it.
pub(crate) fn text(judged: &Judged<'_>) -> String {
    let mut text = opening(judged).join("\n") + "\n";
    for one in judged.series.iter().filter(|one| !one.changes.is_empty()) {
        text += &format!("\n{}\n", name(&one.key));
        for change in &one.changes {
            text += &format!("  {}\n", told(judged, change));
        }
    }
    text
}

/// What a series is of: `http: threads/pool, time per task ÷ that of threads/sequential`.
pub(crate) fn name(key: &Key) -> String {
    format!(
        "{}: {}, {} ÷ that of {}",
        key.workload,
        key.variant,
        key.metric.name(),
        key.reference
    )
}

/// A change in words, with how many nights it rests on.
pub(crate) fn told(judged: &Judged<'_>, change: &Change) -> String {
    let nights = &judged.history.nights;
    let machine = if judged.machines.len() > 1 {
        format!(", on {}", words(judged.machines[change.machine]))
    } else {
        String::new()
    };
    format!(
        "between {} and {} the ratio became {} times as large: {} before it and {} after it{machine}",
        nights[change.last].label(),
        nights[change.first].label(),
        ratio(change.factor, change.interval),
        counted(change.before as u64, "night"),
        counted(change.after as u64, "night"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{history, wobble};
    use crate::series::judge;

    #[test]
    fn a_change_is_told_with_its_commits_and_its_nights() {
        let nights = (0..40).map(|number| {
            let step = if number < 24 { 1.0 } else { 1.25 };
            vec![step * wobble(number), wobble(number + 500)]
        });
        let history = history(nights);
        let text = text(&judge(&history));
        for expected in [
            "40 nights from 2026-01-01 0000000 to 2026-02-12 0000027.",
            "One machine: c, 4 processors, 16000000 kB.",
            "1 ratio changed.",
            "\nhttp: m/0, time per task ÷ that of m/reference\n",
            "  between 2026-01-24 0000017 and 2026-01-25 0000018 the ratio became 1.2",
            "24 nights before it and 16 nights after it\n",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.contains("m/1,"), "{text}");
    }

    #[test]
    fn a_short_history_says_that_it_is_short() {
        let short = history((0..3).map(|number| vec![wobble(number)]));
        let told = text(&judge(&short));
        assert!(told.contains("measured for long enough"), "{told}");
        let none = history(std::iter::empty());
        assert!(text(&judge(&none)).starts_with("There are no nights yet."));
    }
}
