//! Tests of the advice, from a summary to the sentences: who is named, and with which reasons.

use analysis::advise;
use results::VerdictKind::{self, Equivalent, Faster, Inconclusive, Slower, Suppressed};
use results::{
    Compared, Estimate, Judged, Memory, Punctuality, Ratio, VariantSummary, WorkloadSummary,
};

use super::advice_lines;

fn ratio(bounds: (f64, f64), verdict: Option<VerdictKind>) -> Option<Ratio> {
    let judged = verdict.map(|verdict| Judged {
        verdict,
        sign: String::new(),
        words: String::new(),
        more_blocks: None,
        holm_p: 0.001,
    });
    Some(Ratio {
        ratio: (bounds.0 * bounds.1).sqrt(),
        interval: Some(bounds),
        blocks: 12,
        p_value: 0.001,
        judged,
    })
}

fn variant(name: &str, mebibytes: u64) -> VariantSummary {
    let time_ns = Estimate::of(&[1.0]);
    VariantSummary {
        variant: name.to_owned(),
        time_ns,
        memory: Some(Memory::Bytes(mebibytes << 20)),
        ..VariantSummary::default()
    }
}

fn other(name: &str, time: (f64, f64), verdict: VerdictKind, cpu: (f64, f64)) -> VariantSummary {
    VariantSummary {
        ratio: ratio(time, Some(verdict)),
        cpu_ratio: ratio(cpu, None),
        ..variant(name, 10)
    }
}

fn advised(others: Vec<VariantSummary>) -> Vec<String> {
    let summary = WorkloadSummary {
        variants: [vec![variant("pool", 31)], others].concat(),
        ..WorkloadSummary::default()
    };
    advice_lines(&advise(&summary, "pool", true))
}

#[test]
fn a_tie_is_decided_by_what_it_costs() {
    let tokio = other("tokio", (0.99, 1.01), Equivalent, (0.48, 0.52));
    let slow = other("slow", (2.0, 2.1), Slower, (9.0, 9.1));
    assert_eq!(
        advised(vec![tokio, slow]),
        [
            "tie on time: pool, tokio; slow is behind",
            "of these pool uses 2.0× the CPU of tokio",
            "of these pool uses 3.1× the memory of tokio (one run each, no interval)",
        ]
    );
}

#[test]
fn one_that_is_ahead_of_all_is_named_with_its_price() {
    let smol = other("smol", (0.7, 0.72), Faster, (1.5, 1.6));
    let spawn = other("spawn", (0.9, 0.95), Faster, (1.0, 1.6));
    let lines = advised(vec![smol, spawn]);
    assert_eq!(lines[0], "use smol: faster than all 2 others");
    assert_eq!(lines[1], "of these smol uses 1.5× the CPU of pool");
}

#[test]
fn a_difference_without_an_interval_is_not_claimed() {
    let smol = other("smol", (0.70, 0.90), Faster, (0.9, 1.1));
    let spawn = other("spawn", (0.85, 0.95), Faster, (1.11, 1.2));
    let lines = advised(vec![smol, spawn]);
    assert_eq!(
        lines[0],
        "statistically tied for fastest: smol, spawn; pool is behind"
    );
    assert!(!lines.concat().contains("CPU"), "{lines:?}");
}

#[test]
fn intervals_that_are_apart_need_a_verdict_too() {
    let near = other("near", (0.96, 0.97), Inconclusive, (1.0, 1.0));
    let far = other("far", (1.03, 1.04), Inconclusive, (1.0, 1.0));
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
    let idle = other("sequential", (0.5, 0.6), Faster, (0.5, 0.6));
    let tokio = other("tokio", (0.8, 0.9), Faster, (0.8, 0.9));
    let advised = |others: Vec<VariantSummary>| {
        let summary = WorkloadSummary {
            compared: Compared::CpuPerTask,
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
        let variants = [
            variant("pool", 10),
            other("spawn", (0.5, 0.6), Faster, (0.5, 0.6)),
        ];
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
            compared: Compared::CpuPerTask,
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
    let noisy = other("x", (0.5, 0.6), Suppressed, (1.0, 1.0));
    assert_eq!(
        advised(vec![noisy]),
        ["no advice: the machine was too noisy"]
    );
    assert_eq!(
        advised(vec![]),
        ["no advice: there is nothing to choose from"]
    );
    let mut early = other("x", (0.5, 0.6), Inconclusive, (1.0, 1.0));
    early.ratio.as_mut().unwrap().interval = None;
    assert_eq!(
        advised(vec![early]),
        ["no advice: too few rounds for intervals"]
    );
    let nothing = WorkloadSummary::default();
    let smoke = advice_lines(&advise(&nothing, "pool", false));
    assert_eq!(smoke, ["no advice: only answers were checked"]);
}
