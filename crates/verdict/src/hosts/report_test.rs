//! The verdicts on a report of several hosts.

use super::*;
use crate::hosts::host_ratio;
use crate::paired_ratio;

/// A host on which the variant takes `factor` times as long as the reference, and the control `control` times.
fn host(factor: f64, control: f64, hosts: usize) -> HostRatio {
    let reference: Vec<f64> = (0..12)
        .map(|block| 1.0 + 0.001 * f64::from(block % 5))
        .collect();
    let times = |factor: f64| -> Vec<f64> {
        let noisy = reference.iter().enumerate();
        noisy
            .map(|(block, time)| time * factor * (1.0 + 0.0005 * (block % 3) as f64))
            .collect()
    };
    HostRatio {
        control: paired_ratio(&times(control), &reference).ok(),
        ..host_ratio(&times(factor), &reference, hosts).unwrap()
    }
}

fn comparison(factors: &[f64]) -> HostsComparison {
    let hosts = factors
        .iter()
        .map(|factor| host(*factor, 1.0, factors.len()));
    HostsComparison {
        hosts: hosts.collect(),
    }
}

fn judged(comparison: &HostsComparison) -> HostsJudgement {
    judge_hosts(std::slice::from_ref(comparison), Margin::default()).unwrap()[0]
}

#[test]
fn slower_on_all_by_unequal_amounts_is_slower_on_these() {
    let found = judged(&comparison(&[1.03, 1.06, 1.1, 1.15]));
    assert_eq!(found.judgement.verdict, Verdict::Slower);
    assert!(found.heterogeneity.unwrap().i_squared > 0.9);
    assert_eq!(found.these.blocks, 48);
}

#[test]
fn faster_here_and_slower_there_depends() {
    let found = judged(&comparison(&[0.9, 0.9, 0.9, 1.1]));
    let expected = Verdict::Depends {
        faster: 3,
        slower: 1,
    };
    assert_eq!(found.judgement.verdict, expected);
    assert_eq!(expected.symbol(), "±");
    assert_eq!(
        expected.to_string(),
        "depends on the host: faster on 3, slower on 1"
    );
}

#[test]
fn a_merged_control_that_moved_suppresses_depends_too() {
    let mut both = comparison(&[0.9, 0.95, 1.1]);
    both.hosts[1].control = host(1.0, 1.2, 3).control;
    let found = judged(&both);
    assert!(matches!(
        found.judgement.verdict,
        Verdict::Suppressed { .. }
    ));
}

#[test]
fn hosts_like_these_need_four_and_their_sign_eight() {
    assert_eq!(judged(&comparison(&[1.1; 3])).alike, None);
    let seven = judged(&comparison(&[1.1, 1.11, 1.12, 1.1, 1.11, 1.1, 1.11]));
    assert_eq!(seven.alike.unwrap().judgement, None);
    let eight = judged(&comparison(&[1.1, 1.11, 1.12, 1.1, 1.11, 1.1, 1.11, 1.12]));
    let alike = eight.alike.unwrap();
    assert_eq!(alike.judgement.unwrap().verdict, Verdict::Slower);
    assert_eq!(alike.ratio.blocks, 8);
}

#[test]
fn a_sign_is_given_to_its_own_comparison() {
    let none = comparison(&[1.1; 2]);
    let many = comparison(&[1.1; 8]);
    let found = judge_hosts(&[none, many], Margin::default()).unwrap();
    assert_eq!(found[0].alike, None);
    assert_eq!(
        found[1].alike.unwrap().judgement.unwrap().verdict,
        Verdict::Slower
    );
}

#[test]
fn without_a_control_on_every_host_there_is_no_merged_one() {
    let mut both = comparison(&[1.0, 1.0]);
    both.hosts[0].control = None;
    assert_eq!(judged(&both).control, None);
}

#[test]
fn a_comparison_without_a_host_is_an_error() {
    let none = HostsComparison { hosts: Vec::new() };
    assert_eq!(
        judge_hosts(&[none], Margin::default()),
        Err(StatisticsError::Empty)
    );
}
