//! Comparisons of real programs on this machine: each of a variant with itself, and each again with
//! a tenth more tasks in the second arm, which truly takes a tenth longer. Two arms, no control: it
//! would only hide false verdicts. How one run is made is left to `laboratory`.

use indicatif::ProgressBar;
use serde::Serialize;
use verdict::rng::Generator;
use verdict::{Comparison, Margin, judge, paired_ratio};

use super::laboratory::{Laboratory, Subject};
use super::state::{Compared, Entry, Size, State};
use crate::request::Request;
use catalog::{Chosen, Registry, Selected, Workspace, workloads};
use protocol::Class;
use terminal::Usage;

/// A variant that is compared with itself, and its work.
#[derive(Debug, PartialEq, Eq)]
struct Case {
    /// `model/variant`.
    variant: String,
    workload: String,
}

/// What the comparisons of one kind came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Tally {
    pub(super) variant: String,
    pub(super) workload: String,
    pub(super) truth: &'static str,
    pub(super) blocks: u64,
    pub(super) comparisons: usize,
    pub(super) faster: usize,
    pub(super) slower: usize,
    pub(super) slight: usize,
    /// The least, the middle and the largest ratio.
    pub(super) ratios: String,
}

/// Compares until there are as many of each kind as wanted; those of earlier calls count.
pub(super) fn compare(
    request: &Request,
    times: u64,
    workspace: &Workspace,
    progress: &ProgressBar,
) -> anyhow::Result<Vec<Tally>> {
    let name = format!("real-seed-{}-blocks-{}.jsonl", request.seed, request.blocks);
    let mut state = State::open(&workspace.target.join("trust").join(name))?;
    let ledger = launch::begin(&workspace.results)?;
    let mut laboratory = Laboratory::new(workspace, &ledger);
    let cases = cases(workspace)?;
    let mut subjects = Vec::new();
    for Case { variant, workload } in &cases {
        progress.set_message(format!("building {variant}"));
        progress.tick();
        subjects.push(prepared(&mut laboratory, &mut state, variant, workload)?);
    }
    // Kinds take turns, so that an hour in which the machine is busy does not meet one alone.
    for number in 0..times {
        for (subject, case) in subjects.iter().zip(0..) {
            for injected in [false, true] {
                if state
                    .compared()
                    .any(|done| is_it(done, subject, injected, number))
                {
                    continue;
                }
                let name = &subject.name;
                progress.set_message(format!("comparison {} of {times}: {name}", number + 1));
                let stream = (number * cases.len() as u64 + case) * 2 + u64::from(injected);
                let seed = Generator::for_stream(request.seed, stream).next_u64();
                let times = measure(
                    &mut laboratory,
                    subject,
                    injected,
                    request.blocks,
                    seed,
                    progress,
                )?;
                let compared = compared(subject, injected, number, &times)?;
                state.add(Entry::Comparison(compared))?;
            }
        }
    }
    Ok(tallies(&state, &cases, times, request.blocks))
}

/// The cases among the variants and workloads that are marked for it.
fn cases(workspace: &Workspace) -> anyhow::Result<Vec<Case>> {
    let typed = workloads::gate(workspace).map_err(Usage::error)?;
    let chosen = workloads::choose(workspace, &typed).map_err(Usage::error)?;
    let cases = paired(&Registry::find(workspace).gate(), &chosen);
    if cases.is_empty() {
        return Err(Usage::error(
            "nothing to compare: `gate = true` marks variants and workloads for it",
        ));
    }
    Ok(cases)
}

/// Variants with several threads at work that computes, then those with one thread at work that
/// waits. That is what each is for, and the two differ most in how their times vary.
fn paired(variants: &[Selected], workloads: &[Chosen]) -> Vec<Case> {
    let mut cases = Vec::new();
    for waits in [false, true] {
        let suited = variants
            .iter()
            .filter(|selected| selected.variant.is_single_threaded() == waits);
        for selected in suited {
            let work = workloads
                .iter()
                .filter(|chosen| (chosen.workload.class == Class::Io) == waits);
            cases.extend(work.map(|chosen| Case {
                variant: selected.name(),
                workload: chosen.typed.clone(),
            }));
        }
    }
    cases
}

/// Built, its size known, its right answers computed.
fn prepared(
    laboratory: &mut Laboratory<'_>,
    state: &mut State,
    variant: &str,
    workload: &str,
) -> anyhow::Result<Subject> {
    let mut subject = laboratory.subject(variant, workload)?;
    let tasks = match state.tasks(variant, workload) {
        Some(tasks) => tasks,
        None => {
            let tasks = laboratory.tasks_of_a_run(&subject)?;
            let (variant, workload) = (variant.to_owned(), workload.to_owned());
            state.add(Entry::Size(Size {
                variant,
                workload,
                tasks,
            }))?;
            tasks
        }
    };
    laboratory.fix(&mut subject, tasks, tasks / 10 * 11)?;
    Ok(subject)
}

fn is_it(done: &Compared, subject: &Subject, injected: bool, number: u64) -> bool {
    let name = (&done.variant, &done.workload);
    name == (&subject.name, &subject.chosen.workload.name)
        && (done.injected, done.number) == (injected, number)
}

/// The run times of the two arms, in the order that `compare` would run them.
fn measure(
    laboratory: &mut Laboratory<'_>,
    subject: &Subject,
    injected: bool,
    blocks: u64,
    seed: u64,
    progress: &ProgressBar,
) -> anyhow::Result<[Vec<f64>; 2]> {
    let mut times = [Vec::new(), Vec::new()];
    for block in 0..blocks {
        for slot in schedule::block(seed, block + 2, 1, 2) {
            progress.tick();
            let more = injected && slot.arm == 1;
            times[slot.arm].push(laboratory.time(subject, more, slot.padding)?);
        }
    }
    Ok(times)
}

fn compared(
    subject: &Subject,
    injected: bool,
    number: u64,
    times: &[Vec<f64>; 2],
) -> anyhow::Result<Compared> {
    let ratio = paired_ratio(&times[1], &times[0])?;
    let control = None;
    let judged = judge(&[Comparison { ratio, control }], Margin::default())?;
    let intervals = ratio.intervals;
    Ok(Compared {
        variant: subject.name.clone(),
        workload: subject.chosen.workload.name.clone(),
        injected,
        number,
        ratio: ratio.ratio,
        interval: intervals.map(|both| (both.at_95.lower, both.at_95.upper)),
        p_value: ratio.p_value,
        verdict: judged[0].verdict.name().to_owned(),
    })
}

fn tallies(state: &State, cases: &[Case], times: u64, blocks: u64) -> Vec<Tally> {
    let kinds = cases.iter().flat_map(|case| [(case, false), (case, true)]);
    let tally = |(Case { variant, workload }, injected): (&Case, bool)| {
        let of_kind = |done: &&Compared| {
            (&done.variant, &done.workload) == (variant, workload)
                && done.injected == injected
                && done.number < times
        };
        let done: Vec<&Compared> = state.compared().filter(of_kind).collect();
        let count = |names: &[&str]| {
            let counted = done.iter().filter(|d| names.contains(&d.verdict.as_str()));
            counted.count()
        };
        Tally {
            variant: variant.clone(),
            workload: workload.clone(),
            truth: if injected { "+10 %" } else { "A/A" },
            blocks,
            comparisons: done.len(),
            faster: count(&["faster"]),
            slower: count(&["slower"]),
            slight: count(&["slightly-faster", "slightly-slower"]),
            ratios: range(done.iter().map(|done| done.ratio).collect()),
        }
    };
    kinds.map(tally).collect()
}

fn range(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    match (ratios.first(), verdict::median(&ratios), ratios.last()) {
        (Some(least), Ok(middle), Some(most)) => format!("{least:.3} … {middle:.3} … {most:.3}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The cases that this checkout marks.
    fn marked() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        cases(&Workspace {
            target: root.join("target"),
            results: root.join("target/compare"),
            root,
            more_models: Vec::new(),
        })
        .unwrap()
    }

    #[test]
    fn several_threads_compute_and_one_thread_waits() {
        let expected = [
            ("threads/pool", "sha256"),
            ("async-tokio/current-thread", "http-fast"),
        ];
        let expected = expected.map(|(variant, workload)| Case {
            variant: variant.to_owned(),
            workload: workload.to_owned(),
        });
        assert_eq!(marked(), expected);
    }

    #[test]
    fn verdicts_of_a_kind_are_counted_and_later_ones_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(&folder.path().join("s.jsonl")).unwrap();
        for (number, verdict, ratio) in [
            (0, "slower", 1.1),
            (1, "slightly-slower", 1.08),
            (2, "slower", 1.2),
        ] {
            let compared = Compared {
                variant: "threads/pool".to_owned(),
                workload: "sha256".to_owned(),
                injected: true,
                number,
                ratio,
                interval: None,
                p_value: 0.001,
                verdict: verdict.to_owned(),
            };
            state.add(Entry::Comparison(compared)).unwrap();
        }
        let found = tallies(&state, &marked(), 2, 20);
        assert_eq!(found.len(), 4);
        assert_eq!(
            (found[1].comparisons, found[1].slower, found[1].slight),
            (2, 1, 1)
        );
        assert_eq!(found[1].ratios, "1.080 … 1.090 … 1.100");
        assert_eq!(found[0].comparisons, 0);
    }
}
