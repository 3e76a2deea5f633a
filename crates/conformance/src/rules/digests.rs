//! Rule 3: every kind of work that a variant does gives the right digest.

use catalog::Chosen;
use launch::RunError;
use results::Kind;

use crate::cases::{Case, all};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::{EndedRun, Subject};
use crate::talk::by_hand;

pub(crate) const RULE: Rule = Rule {
    number: 3,
    name: "digests",
    stated: "FORMAT \"Digests\"",
    of_program: false,
    check,
};

/// How one run went.
enum Ran {
    Right,
    Wrong(Fault),
    /// The variant does not do such work, or the machine cannot give what it needs.
    Not,
}

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let mut cases = Cases::default();
    for case in all() {
        if cases.holds_nothing() {
            break;
        }
        let name = &case.chosen.typed;
        let scale = subject.selected.model.scale_of(&case.chosen.workload);
        if case.is_long && scale > 1 {
            cases.unsupported(&format!("{name} (left out by `scale`)"));
            continue;
        }
        for tasks in case.task_counts(subject.lanes(u64::MAX)) {
            let explained = case.parts.is_empty();
            let ran = run(setting, subject, &case.chosen, tasks, explained)?;
            let is_right = matches!(ran, Ran::Right);
            if is_right || case.parts.is_empty() {
                count(&mut cases, name, ran);
            } else {
                parts(setting, subject, &case, ran, &mut cases)?;
            }
            if !is_right {
                // Other numbers of tasks would say the same again.
                break;
            }
        }
    }
    Ok(cases.outcome("runs right"))
}

fn count(cases: &mut Cases, name: &str, ran: Ran) {
    match ran {
        Ran::Right => cases.hold(),
        Ran::Wrong(fault) => cases.fail(fault),
        Ran::Not => cases.unsupported(name),
    }
}

/// Runs the steps of a workload one by one, because all together were not right.
fn parts(
    setting: &mut Setting<'_>,
    subject: &mut Subject,
    case: &Case,
    whole: Ran,
    cases: &mut Cases,
) -> Result<(), RunError> {
    let tasks = subject.lanes(u64::MAX) + 1;
    let mut are_all_right = true;
    for part in &case.parts {
        let ran = run(setting, subject, part, tasks, true)?;
        are_all_right &= matches!(ran, Ran::Right);
        count(cases, &part.typed, ran);
    }
    if are_all_right {
        // It is their being together that goes wrong.
        count(cases, &case.chosen.typed, whole);
    }
    Ok(())
}

/// One run. Where the first wrong digest is to be `explained`, it is done again to see which task is wrong.
fn run(
    setting: &mut Setting<'_>,
    subject: &mut Subject,
    chosen: &Chosen,
    tasks: u64,
    explained: bool,
) -> Result<Ran, RunError> {
    let case = format!("{}, tasks: {tasks}", chosen.typed);
    let workload = &chosen.workload;
    let expected = setting.bench.expected(workload, &[tasks])?;
    let endpoints = match setting.bench.start_services(workload) {
        Ok(endpoints) => endpoints,
        Err(error) => return without_result(error, case, None),
    };
    let request = by_hand(&setting.request(subject, workload, tasks, endpoints));
    let trial = setting.trial(subject, chosen, tasks);
    let judged = match setting.bench.judged_run(&trial, &expected[&tasks]) {
        Ok(judged) => judged,
        Err(error) => return without_result(error, case, Some(request)),
    };
    let (mut ran, mut impossible, mut is_explained) = (Ran::Right, None, subject.is_explained);
    match judged.judgement {
        Err(failure) if failure.kind == Kind::Differs => {
            let first = if explained && !subject.is_explained {
                is_explained = true;
                format!("; {}", setting.first_wrong_task(&trial)?)
            } else {
                String::new()
            };
            ran = Ran::Wrong(Fault {
                case: case.clone(),
                seen: format!("{failure}{first}"),
                due: format!("the digest {}", expected[&tasks]),
                request: Some(request.clone()),
            });
        }
        Err(failure) => impossible = Some(failure.message),
        Ok(()) => {}
    }
    subject.is_explained = is_explained;
    subject.runs.push(EndedRun {
        case,
        workload: workload.clone(),
        tasks,
        finished: judged.finished,
        impossible,
        request,
    });
    Ok(ran)
}

/// What it means that a run ended without a result.
fn without_result(error: RunError, case: String, request: Option<String>) -> Result<Ran, RunError> {
    let failure = error.into_row()?;
    if !failure.kind.is_fault() {
        return Ok(Ran::Not);
    }
    let mut seen = format!("{}: {failure}", failure.kind.word());
    if let Some(line) = failure.stderr.lines().last() {
        seen.push_str(&format!(" | {line}"));
    }
    Ok(Ran::Wrong(Fault {
        case,
        seen,
        due: "`done`, or `error` of kind \"unsupported\" or \"unavailable\"".to_owned(),
        request,
    }))
}
