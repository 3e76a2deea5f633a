//! From figures (`estimate`) to verdicts. Pure: the same rows and claims give the same verdicts. A test
//! holds or fails only where its whole interval does; how the tests of a claim come together is said
//! here once for all claims.

use serde::Serialize;

use super::book::{Book, Claim, Column, Test};
use super::estimate::estimate;
use super::evidence::Evidence;
use super::words;

/// What came of one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    Holds,
    DoesNotHold,
    Inconclusive,
    NotMeasurable,
}

/// What came of a claim in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Holds,
    DoesNotHold,
    Depends,
    Inconclusive,
    NotMeasurable,
}

/// A test with its figure.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Tried {
    /// What is looked at.
    pub(super) figure: String,
    pub(super) value: Option<f64>,
    /// 95 %.
    pub(super) interval: Option<(f64, f64)>,
    pub(super) blocks: usize,
    pub(super) shown: String,
    pub(super) threshold: String,
    pub(super) when: Option<String>,
    pub(super) outcome: Outcome,
    /// Why there is no figure, or none that says anything.
    pub(super) why: Option<String>,
}

/// A claim in a column.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Judged {
    pub(super) column: Column,
    pub(super) verdict: Verdict,
    /// What it depends on, or why it cannot be said.
    pub(super) condition: Option<String>,
    pub(super) tests: Vec<Tried>,
}

/// A claim in all columns.
pub(super) fn judge(book: &Book, claim: &Claim, evidence: &Evidence) -> Vec<Judged> {
    let of = |column| match &claim.unmeasurable {
        Some(why) => Judged {
            column,
            verdict: Verdict::NotMeasurable,
            condition: Some(why.clone()),
            tests: Vec::new(),
        },
        None => in_column(book, claim, column, evidence),
    };
    Column::ALL.map(of).to_vec()
}

fn in_column(book: &Book, claim: &Claim, column: Column, evidence: &Evidence) -> Judged {
    let tried = claim
        .tests
        .iter()
        .filter(|test| test.columns.contains(&column));
    let pairs: Vec<(&Test, Tried)> = tried
        .map(|test| (test, try_one(book, test, column, evidence)))
        .collect();
    let conditions = conditions(&pairs);
    let (verdict, condition) = verdict(&conditions, &pairs);
    Judged {
        column,
        verdict,
        condition,
        tests: pairs.into_iter().map(|(_, tried)| tried).collect(),
    }
}

/// Each condition with what its tests come to together, in the order of the tests. What may be
/// missing says nothing where it is.
fn conditions(pairs: &[(&Test, Tried)]) -> Vec<(Option<String>, Outcome)> {
    let mut found: Vec<(Option<String>, Outcome)> = Vec::new();
    let says_nothing =
        |test: &Test, tried: &Tried| test.extra && tried.outcome == Outcome::NotMeasurable;
    for (_, tried) in pairs
        .iter()
        .filter(|(test, tried)| !says_nothing(test, tried))
    {
        match found.iter_mut().find(|(when, _)| *when == tried.when) {
            Some((_, outcome)) => *outcome = together(*outcome, tried.outcome),
            None => found.push((tried.when.clone(), tried.outcome)),
        }
    }
    found
}

/// All tests of a condition must hold for it to hold, and one is enough for it not to.
fn together(one: Outcome, other: Outcome) -> Outcome {
    let worst = [
        Outcome::DoesNotHold,
        Outcome::NotMeasurable,
        Outcome::Inconclusive,
    ];
    let is_one = |outcome: &Outcome| one == *outcome || other == *outcome;
    worst.into_iter().find(is_one).unwrap_or(Outcome::Holds)
}

fn verdict(
    conditions: &[(Option<String>, Outcome)],
    pairs: &[(&Test, Tried)],
) -> (Verdict, Option<String>) {
    let names = |wanted: Outcome| {
        let of = conditions.iter().filter(|(_, outcome)| *outcome == wanted);
        let names: Vec<&str> = of
            .map(|(when, _)| when.as_deref().unwrap_or("on the whole"))
            .collect();
        names.join(", ")
    };
    let any = |wanted| conditions.iter().any(|(_, outcome)| *outcome == wanted);
    let said = conditions.iter().any(|(when, _)| when.is_some());
    let beside = |what: &str, wanted| {
        let named = any(wanted) && said;
        named.then(|| format!("{what}: {}", names(wanted)))
    };
    let open = beside("inconclusive", Outcome::Inconclusive);
    let absent = beside("not measured", Outcome::NotMeasurable);
    let (verdict, condition) = match (any(Outcome::Holds), any(Outcome::DoesNotHold)) {
        (true, true) => {
            let (holds, not) = (names(Outcome::Holds), names(Outcome::DoesNotHold));
            (
                Verdict::Depends,
                Some(format!("holds: {holds}; does not: {not}")),
            )
        }
        _ if any(Outcome::Inconclusive) => (Verdict::Inconclusive, None),
        (false, false) => return (Verdict::NotMeasurable, missing(pairs)),
        // Half of an answer is none.
        _ if any(Outcome::NotMeasurable) => (Verdict::Inconclusive, None),
        (true, false) => (Verdict::Holds, None),
        (false, true) => (Verdict::DoesNotHold, None),
    };
    let parts: Vec<String> = [condition, open, absent].into_iter().flatten().collect();
    let condition = (!parts.is_empty()).then(|| parts.join("; "));
    (verdict, condition)
}

/// The first reason is enough.
fn missing(pairs: &[(&Test, Tried)]) -> Option<String> {
    let plain = pairs.iter().find(|(test, _)| !test.extra);
    plain
        .or(pairs.first())
        .and_then(|(_, tried)| tried.why.clone())
}

fn try_one(book: &Book, test: &Test, column: Column, evidence: &Evidence) -> Tried {
    let blank = Tried {
        figure: words::figure(test),
        value: None,
        interval: None,
        blocks: 0,
        shown: words::NO_FIGURE.to_owned(),
        threshold: words::threshold(test),
        when: test.when.clone(),
        outcome: Outcome::NotMeasurable,
        why: None,
    };
    match estimate(book, test, column, evidence) {
        Err(why) => Tried {
            why: Some(why),
            ..blank
        },
        Ok(found) => Tried {
            value: found.value,
            interval: found.interval,
            blocks: found.blocks,
            shown: words::shown(test, &found),
            outcome: outcome(test, found.range()),
            why: found.why_open(),
            ..blank
        },
    }
}

/// The whole interval within the threshold, or the whole of it outside.
fn outcome(test: &Test, range: Option<(f64, f64)>) -> Outcome {
    let Some((lower, upper)) = range else {
        return Outcome::Inconclusive;
    };
    if let Some(by) = test.differs_by {
        return match () {
            () if by <= lower || upper <= 1.0 / by => Outcome::Holds,
            () if 1.0 / by < lower && upper < by => Outcome::DoesNotHold,
            () => Outcome::Inconclusive,
        };
    }
    let least = test.at_least.unwrap_or(f64::NEG_INFINITY);
    let most = test.at_most.unwrap_or(f64::INFINITY);
    match () {
        () if least <= lower && upper <= most => Outcome::Holds,
        () if upper < least || most < lower => Outcome::DoesNotHold,
        () => Outcome::Inconclusive,
    }
}

#[cfg(test)]
#[path = "judge_test.rs"]
mod tests;
