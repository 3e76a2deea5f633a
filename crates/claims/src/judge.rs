//! Verdicts from figures. A test holds or fails only where its whole interval does, and the outcomes
//! of a claim's tests combine in one way for all claims. Pure: the same rows and claims give the same
//! verdicts.

use results::Placement;
use serde::Serialize;

use crate::book::{Book, Claim, Column, Test};
use crate::estimate::estimate;
use crate::evidence::Evidence;
use crate::figure::{Figure, Metric};
use crate::outcome::{Outcome, Verdict};
use crate::plan::sides;
use crate::words;

/// A claim with its verdict in each column.
pub(crate) struct JudgedClaim<'a> {
    pub(crate) claim: &'a Claim,
    pub(crate) columns: Vec<ColumnVerdict>,
}

/// The verdict on a claim in one column, with the tests that led to it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ColumnVerdict {
    pub(crate) column: Column,
    pub(crate) verdict: Verdict,
    /// The conditions on which it depends, or the reason why there is no verdict.
    pub(crate) condition: Option<String>,
    /// Whether a test that the claim can do without was not measured.
    #[serde(skip)]
    is_partial: bool,
    pub(crate) tests: Vec<TestResult>,
}

/// The processors that the variant of a test used, where its work is computation alone: it tells a speed-up
/// that is missed for want of processors from one that is missed by slower work.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct CoresUsed {
    /// The name of the figure.
    pub(crate) figure: String,
    pub(crate) value: Option<f64>,
    /// The 95 % confidence interval.
    pub(crate) interval: Option<(f64, f64)>,
    /// Value and interval as text.
    pub(crate) shown: String,
}

/// A test with its figure and outcome, in numbers and in words.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TestResult {
    /// The place of the test among those of its claim.
    #[serde(skip)]
    pub(crate) place: usize,
    /// The name of the figure.
    pub(crate) figure: String,
    pub(crate) value: Option<f64>,
    /// The 95 % confidence interval.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) blocks: usize,
    /// Value and interval as text.
    pub(crate) shown: String,
    pub(crate) threshold: String,
    pub(crate) when: Option<String>,
    pub(crate) outcome: Outcome,
    /// Why there is no figure, or why it decides nothing.
    pub(crate) why: Option<String>,
    /// `None` where the work waits, and where the test itself is about processors.
    pub(crate) cores: Option<CoresUsed>,
}

impl ColumnVerdict {
    /// The verdict in words. What holds without having been tried everywhere says so.
    pub(crate) fn word(&self) -> &'static str {
        if self.is_partial && self.verdict == Verdict::Holds {
            "holds where measured"
        } else {
            self.verdict.word()
        }
    }

    /// The tests that a terminal tells. Where a claim is not measurable its condition has the reason, which every test
    /// would repeat, so that only those with a figure are among them.
    pub(crate) fn told(&self) -> impl Iterator<Item = &TestResult> {
        let is_measurable = self.verdict != Verdict::NotMeasurable;
        let tests = self.tests.iter();
        tests.filter(move |test| is_measurable || test.value.is_some())
    }

    /// Why there is no verdict or it depends, and why tests have no figure, each reason once.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = self.condition.iter().cloned().collect();
        for why in self.tests.iter().filter_map(|test| test.why.as_ref()) {
            if !remarks.contains(why) {
                remarks.push(why.clone());
            }
        }
        remarks
    }
}

impl TestResult {
    /// The processors that it used, as they are said behind a figure: ` on 1.98 cores`, or nothing.
    pub(crate) fn on_cores(&self) -> String {
        let used = self.cores.as_ref().and_then(|cores| cores.value);
        used.map_or_else(String::new, |cores| format!(" on {cores:.2} cores"))
    }
}

/// The outcome of all tests of a claim that share a condition.
struct Condition {
    /// `None` for the tests that are about no condition.
    name: Option<String>,
    outcome: Outcome,
}

/// Judges a claim in every column.
pub(crate) fn judge<'a>(book: &Book, claim: &'a Claim, evidence: &Evidence) -> JudgedClaim<'a> {
    let columns = book
        .columns()
        .into_iter()
        .map(|column| match &claim.unmeasurable {
            Some(why) => ColumnVerdict {
                column,
                verdict: Verdict::NotMeasurable,
                condition: Some(why.clone()),
                is_partial: false,
                tests: Vec::new(),
            },
            None => judge_column(book, claim, column, evidence),
        })
        .collect();
    JudgedClaim { claim, columns }
}

fn judge_column(book: &Book, claim: &Claim, column: Column, evidence: &Evidence) -> ColumnVerdict {
    let pairs: Vec<(&Test, TestResult)> = claim
        .tests
        .iter()
        .enumerate()
        .filter(|(_, test)| test.columns.contains(&column))
        .map(|(place, test)| {
            let result = TestResult {
                place,
                cores: cores(book, test, column, evidence),
                ..try_one(book, test, column, evidence)
            };
            (test, result)
        })
        .collect();
    let (verdict, condition) = verdict(&conditions(&pairs), &pairs);
    ColumnVerdict {
        column,
        verdict,
        condition,
        is_partial: !untried(&pairs).is_empty(),
        tests: pairs.into_iter().map(|(_, result)| result).collect(),
    }
}

/// Each condition with the combined outcome of its tests, in the order of the tests.
fn conditions(pairs: &[(&Test, TestResult)]) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for (test, result) in pairs {
        // An extra test needs a program that few machines have, such as PyPy. Where
        // it is missing, the claim is judged by its other tests.
        if is_untried(test, result) {
            continue;
        }
        match conditions
            .iter_mut()
            .find(|known| known.name == result.when)
        {
            Some(known) => known.outcome = known.outcome.and(result.outcome),
            None => conditions.push(Condition {
                name: result.when.clone(),
                outcome: result.outcome,
            }),
        }
    }
    conditions
}

fn is_untried(test: &Test, result: &TestResult) -> bool {
    test.extra && result.outcome == Outcome::NotMeasurable
}

/// What the extra tests that could not be measured are about.
fn untried(pairs: &[(&Test, TestResult)]) -> Vec<String> {
    pairs
        .iter()
        .filter(|(test, result)| is_untried(test, result))
        .map(|(_, result)| result.when.clone().unwrap_or_else(|| result.figure.clone()))
        .collect()
}

/// The verdict that the conditions lead to, and the text beside it.
fn verdict(conditions: &[Condition], pairs: &[(&Test, TestResult)]) -> (Verdict, Option<String>) {
    let verdict = combined(conditions);
    if verdict == Verdict::NotMeasurable {
        return (verdict, first_reason(pairs));
    }
    let mut parts = Vec::new();
    if verdict == Verdict::Depends {
        let holds = names(conditions, Outcome::Holds);
        let does_not = names(conditions, Outcome::DoesNotHold);
        parts.push(format!("holds: {holds}; does not: {does_not}"));
    }
    let mut unmeasured = untried(pairs);
    // A claim without named conditions has nothing to list: its verdict alone says the same.
    if conditions.iter().any(|condition| condition.name.is_some()) {
        if has(conditions, Outcome::Inconclusive) {
            let open = names(conditions, Outcome::Inconclusive);
            parts.push(format!("inconclusive: {open}"));
        }
        if has(conditions, Outcome::NotMeasurable) {
            unmeasured.insert(0, names(conditions, Outcome::NotMeasurable));
        }
    }
    if !unmeasured.is_empty() {
        parts.push(format!("not measured: {}", unmeasured.join(", ")));
    }
    (verdict, (!parts.is_empty()).then(|| parts.join("; ")))
}

fn combined(conditions: &[Condition]) -> Verdict {
    let holds = has(conditions, Outcome::Holds);
    let fails = has(conditions, Outcome::DoesNotHold);
    // Two conditions that disagree are an answer, and no further condition can take it back. Short of
    // that, one open condition leaves the claim open: what it would have shown may disagree.
    if holds && fails {
        Verdict::Depends
    } else if has(conditions, Outcome::Inconclusive) {
        Verdict::Inconclusive
    } else if !holds && !fails {
        Verdict::NotMeasurable
    } else if has(conditions, Outcome::NotMeasurable) {
        Verdict::Inconclusive
    } else if holds {
        Verdict::Holds
    } else {
        Verdict::DoesNotHold
    }
}

fn has(conditions: &[Condition], outcome: Outcome) -> bool {
    conditions
        .iter()
        .any(|condition| condition.outcome == outcome)
}

fn names(conditions: &[Condition], outcome: Outcome) -> String {
    conditions
        .iter()
        .filter(|condition| condition.outcome == outcome)
        .map(|condition| condition.name.as_deref().unwrap_or("on the whole"))
        .collect::<Vec<&str>>()
        .join(", ")
}

/// Why a claim could not be measured, by the first test that it needs.
fn first_reason(pairs: &[(&Test, TestResult)]) -> Option<String> {
    // The reason of an extra test would mislead: what it lacks is not what the claim lacks.
    let (_, result) = pairs
        .iter()
        .find(|(test, _)| !test.extra)
        .or(pairs.first())?;
    result.why.clone()
}

fn try_one(book: &Book, test: &Test, column: Column, evidence: &Evidence) -> TestResult {
    let blank = TestResult {
        place: 0,
        figure: words::figure(test),
        value: None,
        interval: None,
        blocks: 0,
        shown: words::NO_FIGURE.to_owned(),
        threshold: words::threshold(test),
        when: test.when.clone(),
        outcome: Outcome::NotMeasurable,
        why: None,
        cores: None,
    };
    match estimate(book, test, column, evidence) {
        Err(why) => TestResult {
            why: Some(why),
            ..blank
        },
        // Whoever has no processor uses none: beside busy neighbours two threads look like one.
        Ok(estimated) if is_mostly_disturbed(book, test, column, evidence) => TestResult {
            value: estimated.value,
            interval: estimated.interval,
            blocks: estimated.blocks,
            shown: words::shown(test, &estimated),
            outcome: Outcome::Inconclusive,
            why: Some("other processes disturbed most of its rounds".to_owned()),
            ..blank
        },
        Ok(estimated) => TestResult {
            value: estimated.value,
            interval: estimated.interval,
            blocks: estimated.blocks,
            shown: words::shown(test, &estimated),
            outcome: outcome(test, estimated.range()),
            why: estimated.why_open(),
            ..blank
        },
    }
}

fn is_mostly_disturbed(book: &Book, test: &Test, column: Column, evidence: &Evidence) -> bool {
    test.metric.is_disturbed()
        && sides(book, test, column)
            .is_some_and(|sides| sides.arms().any(|arm| evidence.is_mostly_disturbed(arm)))
}

/// The processors that the subject of a speed-up used; nothing where the work is not computation alone, or where
/// the speed-up has no figure either.
fn cores(book: &Book, test: &Test, column: Column, evidence: &Evidence) -> Option<CoresUsed> {
    if test.figure != Figure::SpeedUp {
        return None;
    }
    let subject = sides(book, test, column)?.denominator?.arm;
    // On one processor threads wait for each other, and not for what else is there.
    if subject.placement == Placement::OneCpu || !evidence.is_cpu_bound(&subject) {
        return None;
    }
    let alone = Test {
        figure: Figure::Value,
        metric: Metric::Cores,
        ..test.clone()
    };
    let estimated = estimate(book, &alone, column, evidence).ok()?;
    Some(CoresUsed {
        figure: words::figure(&alone),
        value: estimated.value,
        interval: estimated.interval,
        shown: words::shown(&alone, &estimated),
    })
}

/// Compares the range in which a figure lies with the threshold of its test.
fn outcome(test: &Test, range: Option<(f64, f64)>) -> Outcome {
    let Some((lower, upper)) = range else {
        return Outcome::Inconclusive;
    };
    // The whole interval counts and not the value: with it on one side, at most one verdict in twenty
    // is wrong.
    let (is_within, is_outside) = match test.differs_by {
        Some(factor) => (
            factor <= lower || upper <= 1.0 / factor,
            1.0 / factor < lower && upper < factor,
        ),
        None => {
            let least = test.at_least.unwrap_or(f64::NEG_INFINITY);
            let most = test.at_most.unwrap_or(f64::INFINITY);
            (
                least <= lower && upper <= most,
                upper < least || most < lower,
            )
        }
    };
    if is_within {
        Outcome::Holds
    } else if is_outside {
        Outcome::DoesNotHold
    } else {
        Outcome::Inconclusive
    }
}

#[cfg(test)]
#[path = "judge_test.rs"]
mod tests;
