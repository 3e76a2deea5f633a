//! Simulated reports: what is found in them, what stops, and which rounds are measured again.

use compare::{Bursts, Noise};
use results::Metric;

use super::*;
use crate::setting::{Brings, SETTINGS, kept};

const PLAN: Plan = Plan {
    early_after: None,
    workloads: 2,
    variants: 3,
    blocks: 30,
    stops: false,
    different: 2,
    truth: 1.3,
    by_headline_alone: false,
};

#[test]
fn a_large_difference_is_found_where_it_is_and_by_the_metric_that_it_is_of() {
    let by_time = Plan {
        by_headline_alone: true,
        ..PLAN
    };
    for (plan, dearer) in [(PLAN, true), (by_time, false)] {
        let compared = in_blocks(&SETTINGS[0], &plan, 7).unwrap().compared;
        let slower = compared.iter().map(|one| {
            let names = one.both().map(|its| its.judgement.verdict.name());
            names.map(|name| name == "slower")
        });
        let differs = [true, dearer];
        let equal = [false, false];
        let expected = [differs, differs, equal, differs, differs, equal];
        assert_eq!(slower.collect::<Vec<_>>(), expected);
        assert!(compared.iter().all(|one| one.cpu.ratio.blocks == 30));
    }
}

#[test]
fn the_headline_decides_when_a_workload_stops() {
    let steady = Noise {
        log_sd: 0.001,
        ..Noise::default()
    };
    let mut requests = SETTINGS[7];
    requests.noise = steady;
    requests.cpu.log_sd = 0.1;
    let blocks = [Metric::TimePerTask, Metric::CpuPerTask].map(|headline| {
        let setting = Setting {
            headline,
            ..requests
        };
        let compared = in_blocks(&setting, &PLAN.that_stops(), 7).unwrap().compared;
        compared[0].time.ratio.blocks
    });
    assert_eq!(blocks, [12, 30]);
}

#[test]
fn a_workload_stops_where_its_intervals_are_narrow() {
    let calm = Setting {
        noise: Noise::default(),
        ..SETTINGS[2]
    };
    let blocks = |setting: &Setting, plan: &Plan| -> Vec<u32> {
        let compared = in_blocks(setting, plan, 7).unwrap().compared;
        compared.iter().map(|one| one.time.ratio.blocks).collect()
    };
    assert_eq!(blocks(&calm, &PLAN.that_stops()), [12; 6]);
    assert_eq!(blocks(&calm, &PLAN), [30; 6]);
    let noisy = blocks(&SETTINGS[1], &PLAN.that_stops());
    assert!(noisy.iter().all(|blocks| *blocks > 12), "{noisy:?}");
}

#[test]
fn a_seed_gives_one_simulation() {
    let ratio = |seed| {
        in_blocks(&SETTINGS[1], &PLAN, seed).unwrap().compared[0]
            .cpu
            .ratio
            .ratio
    };
    assert_eq!(ratio(1), ratio(1));
    assert_ne!(ratio(1), ratio(2));
}

#[test]
fn disturbed_rounds_are_measured_again_and_at_most_as_many_as_were_planned() {
    let beside = &SETTINGS[4];
    let simulated = in_blocks(beside, &PLAN, 7).unwrap();
    assert!(simulated.repeated > 10, "{simulated:?}");
    assert_eq!(simulated.rounds - simulated.repeated, 60);
    let blocks = |setting: &Setting| {
        let simulated = in_blocks(setting, &PLAN, 7).unwrap();
        (simulated.compared[0].time.ratio.blocks, simulated.repeated)
    };
    assert_eq!(blocks(&SETTINGS[3]), (30, 0), "kept");
    let always_on = Bursts {
        on_runs: 1e6,
        off_runs: 1e-3,
        ..beside.bursts.unwrap()
    };
    let always = Setting {
        bursts: Some(always_on),
        ..*beside
    };
    assert_eq!(blocks(&always), (31, 0), "all count");
}

/// A variant whose runs take half as long again in the part of them in which they are disturbed for its sake.
fn bringing(part: f64, setting: &Setting) -> Setting {
    let brings = Some(Brings {
        arm: 2,
        part,
        factor: 1.5,
    });
    Setting { brings, ..*setting }
}

/// The mean of the logarithm of its ratio over many comparisons.
fn mean_of_bringing(part: f64, setting: &Setting) -> f64 {
    let setting = bringing(part, setting);
    let plan = Plan {
        workloads: 1,
        ..PLAN
    };
    let ratios = (0..200).map(|seed| {
        let compared = in_blocks(&setting, &plan, seed).unwrap().compared;
        compared[1].time.ratio.ratio.ln()
    });
    ratios.sum::<f64>() / 200.0
}

#[test]
fn a_disturbance_that_a_variant_brings_stays_in_its_ratio() {
    for part in [0.1, 0.4, 1.0] {
        // Where nothing is measured again every run counts, as it came.
        let truth = mean_of_bringing(part, &kept(SETTINGS[2]));
        let quiet = mean_of_bringing(part, &SETTINGS[2]);
        assert!((quiet - truth).abs() < 0.005, "{part}: {quiet} {truth}");
        let beside = mean_of_bringing(part, &SETTINGS[4]);
        assert!((beside - truth).abs() < 0.01, "{part}: {beside} {truth}");
    }
}

#[test]
fn a_variant_that_brings_its_disturbance_is_neither_thinned_out_nor_measured_twice() {
    let rounds = |setting: &Setting| -> u64 {
        let simulated = (0..50).map(|seed| in_blocks(setting, &PLAN, seed).unwrap());
        simulated
            .inspect(|its| assert!(its.compared.iter().all(|one| one.time.ratio.blocks >= 30)))
            .map(|its| its.rounds)
            .sum()
    };
    assert_eq!(rounds(&bringing(1.0, &SETTINGS[0])), 50 * 60);
    let beside = &SETTINGS[4];
    let (brought, alone) = (rounds(&bringing(1.0, beside)), rounds(beside));
    assert!(alone > 50 * 70, "{alone}");
    assert!(brought < alone * 11 / 10, "{brought} {alone}");
}
