//! One simulated report of a fleet: true ratios are drawn, every host measures its blocks on a machine of its
//! own, and the functions of `verdict` judge what came of it.

use compare::{Machine, Noise};
use verdict::hosts::{HostRatio, HostsComparison, HostsJudgement, host_ratio, judge_hosts};
use verdict::rng::Generator;
use verdict::{Margin, StatisticsError, paired_ratio};

use super::{Effects, Fleet};
use crate::setting::{DRIFT, SPIKES};

/// The standard deviation of the logarithm of a run's time on a host of the usual noise.
const LOG_SD: f64 = 0.02;
/// The stream of random numbers that true ratios are drawn from; hosts have the streams from 0 on.
const TRUTHS: u64 = u64::MAX;

/// A comparison of a report, and what is true of it.
pub(crate) struct Simulated {
    pub(crate) judgement: HostsJudgement,
    /// The mean of the true log-ratios on the hosts that were measured.
    pub(crate) these: f64,
    /// The true mean over all hosts like these; `None` where the hosts are no sample of others.
    pub(crate) alike: Option<f64>,
}

/// One report.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn report(fleet: &Fleet, seed: u64) -> Result<Vec<Simulated>, StatisticsError> {
    let truths = draw_truths(fleet, seed);
    let mut comparisons = vec![HostsComparison { hosts: Vec::new() }; truths.len()];
    for host in 0..fleet.hosts {
        let own_seed = Generator::for_stream(seed, host as u64).next_u64();
        let ratios = measured(fleet, host, &truths, own_seed)?;
        for (comparison, ratio) in comparisons.iter_mut().zip(ratios) {
            comparison.hosts.push(ratio);
        }
    }
    let judged = judge_hosts(&comparisons, Margin::default())?;
    let alike = match fleet.effects {
        Effects::About { mean, .. } => Some(mean),
        _ => None,
    };
    let pairs = judged.into_iter().zip(truths);
    Ok(pairs
        .map(|(judgement, truths)| Simulated {
            judgement,
            these: truths.iter().sum::<f64>() / truths.len() as f64,
            alike,
        })
        .collect())
}

/// The true log-ratio of every variant on every host.
fn draw_truths(fleet: &Fleet, seed: u64) -> Vec<Vec<f64>> {
    let mut random = Generator::for_stream(seed, TRUTHS);
    (0..fleet.workloads * fleet.variants)
        .map(|variant| {
            let mut drawn: Vec<f64> = (0..fleet.hosts)
                .map(|host| truth(fleet.effects, variant, host, &mut random))
                .collect();
            if let Effects::Cancelling { .. } = fleet.effects {
                let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
                drawn.iter_mut().for_each(|truth| *truth -= mean);
            }
            drawn
        })
        .collect()
}

fn truth(effects: Effects, variant: usize, host: usize, random: &mut Generator) -> f64 {
    match effects {
        Effects::About { mean, tau } => mean + tau * random.normal(),
        Effects::Cancelling { tau } => tau * random.normal(),
        Effects::AllSlower => (0.03 + 0.12 * random.uniform()).ln_1p(),
        Effects::Halves if host.is_multiple_of(2) => 1.1_f64.ln(),
        Effects::Halves => -1.1_f64.ln(),
        Effects::OneSlower if variant == 0 => 1.05_f64.ln(),
        Effects::OneSlower => 0.0,
    }
}

/// What one host says of every variant, in its own blocks.
fn measured(
    fleet: &Fleet,
    host: usize,
    truths: &[Vec<f64>],
    seed: u64,
) -> Result<Vec<HostRatio>, StatisticsError> {
    let arms = fleet.variants + 2;
    let mut series = vec![vec![Vec::new(); arms]; fleet.workloads];
    let mut machine = Machine::new(seed, DRIFT);
    let noise = Noise {
        log_sd: LOG_SD * fleet.noise.factor(host),
        spikes: SPIKES,
        ..Noise::default()
    };
    let mut place = 0;
    for block in 0..fleet.blocks {
        for slot in schedule::block(seed, block, fleet.workloads, arms) {
            // The reference is the first arm, and its control the last.
            let variant = slot.arm.checked_sub(1).filter(|at| *at < fleet.variants);
            let truth = variant.map_or(0.0, |at| truths[slot.workload * fleet.variants + at][host]);
            let time = machine.factor(place, &noise) * truth.exp();
            series[slot.workload][slot.arm].push(time);
            place += 1;
        }
    }
    let mut ratios = Vec::with_capacity(truths.len());
    for arms in &series {
        let control = paired_ratio(&arms[fleet.variants + 1], &arms[0])?;
        for variant in &arms[1..=fleet.variants] {
            ratios.push(HostRatio {
                control: Some(control),
                ..host_ratio(variant, &arms[0], fleet.hosts)?
            });
        }
    }
    Ok(ratios)
}
