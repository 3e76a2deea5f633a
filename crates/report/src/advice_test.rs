//! Tests of the advice, from a summary to the sentences: who is named, and with which reasons.

use analysis::{Costs, advise};
use results::VerdictKind::{
    self, Equivalent, Faster, Inconclusive, LikelyFaster, Slower, Suppressed,
};
use results::{
    Estimate, Judged, MemoryEstimate, MemorySummary, Metric, Punctuality, Ratio, VariantSummary,
    WorkloadSummary,
};

use super::{advice_lines, uses_more};

fn ratio((bounds, verdict): ((f64, f64), VerdictKind)) -> Ratio {
    let judged = Some(Judged {
        verdict,
        sign: String::new(),
        words: String::new(),
        more_blocks: None,
        holm_p: 0.001,
    });
    Ratio {
        ratio: (bounds.0 * bounds.1).sqrt(),
        interval: Some(bounds),
        blocks: 12,
        p_value: 0.001,
        judged,
        hosts: None,
    }
}

/// The bounds of a ratio, and the verdict on it.
type Found = ((f64, f64), VerdictKind);

const SAME: Found = ((0.99, 1.01), Equivalent);

fn variant(name: &str, mebibytes: u64) -> VariantSummary {
    let time_ns = Estimate::of(&[1.0]);
    VariantSummary {
        variant: name.to_owned(),
        time_ns,
        memory: MemoryEstimate::of(&[mebibytes << 20]).map(MemorySummary::Known),
        ..VariantSummary::default()
    }
}

fn other(name: &str, time: Found, cpu: Found) -> VariantSummary {
    VariantSummary {
        ratios: [
            (Metric::TimePerTask, ratio(time)),
            (Metric::CpuPerTask, ratio(cpu)),
        ]
        .into(),
        ..variant(name, 10)
    }
}

/// A variant of an open loop, in which arrivals set the time.
fn arriving(name: &str, cpu: Found) -> VariantSummary {
    VariantSummary {
        ratios: [(Metric::CpuPerTask, ratio(cpu))].into(),
        ..variant(name, 10)
    }
}

fn advised(others: Vec<VariantSummary>) -> Vec<String> {
    advised_by(Metric::TimePerTask, others)
}

fn advised_by(headline: Metric, others: Vec<VariantSummary>) -> Vec<String> {
    let summary = WorkloadSummary {
        headline,
        variants: [vec![variant("pool", 31)], others].concat(),
        ..WorkloadSummary::default()
    };
    advice_lines(&advise(&summary, "pool", true))
}

#[test]
fn a_tie_is_decided_by_what_it_costs() {
    let tokio = other("tokio", SAME, ((0.48, 0.52), Faster));
    let slow = other("slow", ((2.0, 2.1), Slower), ((9.0, 9.1), Slower));
    assert_eq!(
        advised(vec![tokio, slow]),
        [
            "use tokio: as fast as pool on 0.50 of its CPU; slow is behind",
            "pool uses 3.1× the memory of tokio (by medians, no verdict)",
        ]
    );
}

#[test]
fn memory_is_no_reason_where_runs_of_both_overlap() {
    let with = |runs: [u64; 3]| VariantSummary {
        memory: MemoryEstimate::of(&runs.map(|mebibytes| mebibytes << 20))
            .map(MemorySummary::Known),
        ..other("tokio", SAME, ((0.48, 0.52), Faster))
    };
    // The reference took 31 MiB.
    let apart = advised(vec![with([9, 10, 30])]);
    assert!(
        apart.concat().contains("pool uses 3.1× the memory"),
        "{apart:?}"
    );
    let overlapping = advised(vec![with([9, 10, 31])]);
    assert!(!overlapping.concat().contains("memory"), "{overlapping:?}");
}

#[test]
fn one_that_is_ahead_of_all_is_named_with_its_price() {
    let smol = other("smol", ((0.7, 0.72), Faster), ((1.5, 1.6), Slower));
    let spawn = other("spawn", ((0.9, 0.95), Faster), ((1.0, 1.2), Inconclusive));
    let lines = advised(vec![smol, spawn]);
    assert_eq!(
        lines[0],
        "smol is done sooner, pool, spawn cost less: choose by what is short, time or CPU"
    );
    assert_eq!(lines[1], "smol uses 1.5× the CPU of pool");
    let open = ((0.9, 1.2), Inconclusive);
    let lines = advised(vec![
        other("smol", ((0.7, 0.72), Faster), open),
        other("spawn", ((0.9, 0.95), Faster), open),
    ]);
    assert_eq!(lines[0], "use smol: faster than all 2 others");
    assert!(!lines.concat().contains("CPU"), "{lines:?}");
}

#[test]
fn one_that_is_ahead_by_both_metrics_is_named_for_both() {
    let tokio = other("tokio", ((0.7, 0.72), Faster), ((0.5, 0.5), Faster));
    assert_eq!(
        advised(vec![tokio])[..2],
        [
            "use tokio: faster than pool, on the least CPU",
            "pool uses 2.0× the CPU of tokio",
        ]
    );
}

const LESS: Found = ((0.48, 0.52), Faster);
const MORE: Found = ((1.9, 2.1), Slower);
const OPEN: Found = ((0.9, 1.2), Inconclusive);

#[test]
fn both_questions_are_answered_with_the_headline_first() {
    let cases = [
        (
            (LESS, LESS),
            "use tokio: faster than pool, on the least CPU",
            "use tokio: less CPU per task than pool, and done soonest",
        ),
        (
            (LESS, MORE),
            "tokio is done sooner, pool costs less: choose by what is short, time or CPU",
            "pool costs less, tokio is done sooner: choose by what is short, CPU or time",
        ),
        (
            (SAME, LESS),
            "use tokio: as fast as pool on 0.50 of its CPU",
            "use tokio: less CPU per task than pool, and as fast as pool",
        ),
        (
            (SAME, SAME),
            "tie on time and CPU per task: pool, tokio",
            "tie on CPU per task and time: pool, tokio",
        ),
        (
            (LESS, SAME),
            "use tokio: faster than pool, on as much CPU",
            "tie on CPU per task: pool, tokio; tokio is done soonest",
        ),
        (
            (LESS, OPEN),
            "use tokio: faster than pool",
            "use tokio: faster than pool; which costs less CPU is not settled",
        ),
        (
            (OPEN, LESS),
            "use tokio: less CPU per task than pool; which is done sooner is not settled",
            "use tokio: less CPU per task than pool; which is done sooner is not settled",
        ),
        (
            (OPEN, OPEN),
            "no advice: no variant is shown to be faster, and not all to be equal",
            "no advice: no variant is shown to cost less CPU per task, and not all to be equal",
        ),
    ];
    for ((time, cpu), by_time, by_cpu) in cases {
        let first = |headline| advised_by(headline, vec![other("tokio", time, cpu)]).remove(0);
        assert_eq!(first(Metric::TimePerTask), by_time);
        assert_eq!(first(Metric::CpuPerTask), by_cpu);
    }
}

#[test]
fn where_cpu_leads_its_price_is_that_of_the_cheapest_beside_the_next() {
    let tokio = other("tokio", SAME, LESS);
    let smol = other("smol", MORE, ((0.7, 0.72), Faster));
    let lines = advised_by(Metric::CpuPerTask, vec![tokio, smol]);
    assert_eq!(
        lines[..2],
        [
            "use tokio: less CPU per task than all 2 others, and as fast as pool",
            "pool uses 2.0× the CPU of tokio",
        ]
    );
}

#[test]
fn where_time_is_open_or_too_noisy_the_cpu_is_advised_by_alone() {
    for time in [((0.5, 2.0), Inconclusive), ((0.5, 0.6), Suppressed)] {
        let lines = advised(vec![other("tokio", time, ((0.5, 0.5), Faster))]);
        assert_eq!(
            lines[0],
            "use tokio: less CPU per task than pool; which is done sooner is not settled"
        );
    }
}

#[test]
fn a_difference_in_cpu_without_a_verdict_is_not_mentioned() {
    let tokio = other("tokio", SAME, ((0.48, 0.52), LikelyFaster));
    assert_eq!(advised(vec![tokio])[0], "tie on time: pool, tokio");
}

#[test]
fn a_difference_without_an_interval_is_not_claimed() {
    let open = ((0.9, 1.2), Inconclusive);
    let smol = other("smol", ((0.70, 0.90), Faster), open);
    let spawn = other("spawn", ((0.85, 0.95), Faster), open);
    let lines = advised(vec![smol, spawn]);
    assert_eq!(
        lines[0],
        "statistically tied for fastest: smol, spawn; pool is behind"
    );
    assert!(!lines.concat().contains("CPU"), "{lines:?}");
}

#[test]
fn intervals_that_are_apart_need_a_verdict_too() {
    let near = other(
        "near",
        ((0.96, 0.97), Inconclusive),
        ((0.9, 0.91), Inconclusive),
    );
    let far = other(
        "far",
        ((1.03, 1.04), Inconclusive),
        ((1.1, 1.11), Inconclusive),
    );
    let lines = advised(vec![near, far]);
    assert!(
        lines[0].starts_with("no advice: no variant is shown"),
        "{lines:?}"
    );
}

#[test]
fn who_does_not_keep_up_with_the_arrivals_is_not_advised() {
    let keeping = |part, variant: VariantSummary| VariantSummary {
        punctuality: Some(Punctuality {
            late_starts: 0.0,
            completed_in_time: part,
            generator_late: 0.0,
        }),
        ..variant
    };
    let idle = arriving("sequential", ((0.5, 0.6), Faster));
    let tokio = arriving("tokio", ((0.8, 0.9), Faster));
    let advised = |others: Vec<VariantSummary>| {
        let summary = WorkloadSummary {
            headline: Metric::CpuPerTask,
            variants: [vec![keeping(0.99, variant("pool", 10))], others].concat(),
            ..WorkloadSummary::default()
        };
        advice_lines(&advise(&summary, "pool", true))
    };
    let idle = keeping(0.02, idle);
    let first = advised(vec![idle.clone(), keeping(1.0, tokio)]).remove(0);
    let words = "use tokio: less CPU per task than pool; 1 did not keep up with the arrivals";
    assert_eq!(first, words);
    let words = "use pool: the only one that kept up with the arrivals";
    assert_eq!(advised(vec![idle]), [words]);
}

#[test]
fn where_nobody_keeps_up_or_the_load_was_another_nothing_is_advised() {
    let advised = |parts: [f64; 2], generator_late: f64| {
        let variants = [variant("pool", 10), arriving("spawn", ((0.5, 0.6), Faster))];
        let loaded = variants
            .into_iter()
            .zip(parts)
            .map(|(variant, part)| VariantSummary {
                tasks_per_second: Estimate::of(&[10_000.0 * part]),
                punctuality: Some(Punctuality {
                    late_starts: 0.5,
                    completed_in_time: part,
                    generator_late,
                }),
                ..variant
            });
        let summary = WorkloadSummary {
            headline: Metric::CpuPerTask,
            variants: loaded.collect(),
            ..WorkloadSummary::default()
        };
        advice_lines(&advise(&summary, "pool", true))
    };
    let words = "no advice: no variant kept up with the arrivals; the most that one reached was about \
                 3000/s";
    assert_eq!(advised([0.3, 0.28], 0.0), [words]);
    let words = "no advice: the generator was late, so that the load was not the one asked for";
    assert_eq!(advised([1.0, 1.0], 0.02), [words]);
    assert_eq!(
        advised([1.0, 0.3], 0.0),
        ["use pool: the only one that kept up with the arrivals"]
    );
}

#[test]
fn where_there_is_no_answer_the_reason_is_given() {
    let noisy = ((0.5, 0.6), Suppressed);
    let noisy = other("x", noisy, noisy);
    assert_eq!(
        advised(vec![noisy]),
        ["no advice: the machine was too noisy"]
    );
    assert_eq!(
        advised(vec![]),
        ["no advice: there is nothing to choose from"]
    );
    let mut early = arriving("x", ((0.5, 0.6), Inconclusive));
    early.ratios.get_mut(&Metric::CpuPerTask).unwrap().interval = None;
    assert_eq!(
        advised(vec![early]),
        ["no advice: too few rounds for intervals"]
    );
    let nothing = WorkloadSummary::default();
    let smoke = advice_lines(&advise(&nothing, "pool", false));
    assert_eq!(smoke, ["no advice: only answers were checked"]);
}

#[test]
fn of_several_the_thriftiest_is_named_first_and_how_many_more_there_are() {
    let costs = |factors| Costs {
        least: "tokio",
        factors,
    };
    assert_eq!(
        uses_more("CPU", &costs(vec![("pool", 8.1), ("smol", 1.2)])),
        "tokio uses the least CPU of these: pool 8.1×, smol 1.2× as much"
    );
    let five = [("a", 5.0), ("b", 4.0), ("c", 3.0), ("d", 2.0), ("e", 1.5)];
    let line = |count: usize| uses_more("memory", &costs(five[..count].to_vec()));
    let four = line(4);
    assert!(
        four.ends_with("c 3.0× as much (1 more also uses more)"),
        "{four}"
    );
    let all = line(5);
    assert!(all.ends_with("(2 more also use more)"), "{all}");
}
