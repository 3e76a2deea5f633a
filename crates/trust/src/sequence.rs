//! A simulated report in the usual way: all runs of the reference, then all runs of the first variant, and so
//! on, with elapsed times alone, as most tools for benchmarks look at them.

use compare::Machine;
use results::Metric;
use verdict::rng::SplitMix64;

use crate::plan::Plan;
use crate::setting::Setting;

/// The times of a reference and of a variant.
pub(crate) type Times = (Vec<f64>, Vec<f64>);

/// Measures a report one variant after the other.
pub(crate) fn in_sequence(setting: &Setting, plan: &Plan, seed: u64) -> Vec<Times> {
    // The machine's seed is not the one of the report in blocks: both ways meet the same kind of
    // machine, but they do not measure at the same time.
    let mut machine =
        Machine::new(SplitMix64::new(seed).next_u64(), setting.drift).beside(setting.bursts);
    let mut place = 0;
    let mut samples = Vec::with_capacity(plan.workloads * plan.variants);
    for _ in 0..plan.workloads {
        let reference = runs(&mut machine, &mut place, setting, plan, 1.0);
        for variant in 0..plan.variants {
            let truth = *plan
                .truth_of(variant, setting.headline)
                .of(Metric::TimePerTask);
            let times = runs(&mut machine, &mut place, setting, plan, truth);
            samples.push((reference.clone(), times));
        }
    }
    samples
}

/// The times of all runs of one arm in a row, from `place` on.
fn runs(
    machine: &mut Machine,
    place: &mut u64,
    setting: &Setting,
    plan: &Plan,
    truth: f64,
) -> Vec<f64> {
    let first = *place;
    *place += plan.blocks;
    (first..*place)
        .map(|run| truth * machine.factor(run, &setting.noise))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::REPORT;
    use crate::setting::SETTINGS;

    #[test]
    fn the_reference_is_measured_once_a_workload() {
        let samples = in_sequence(&SETTINGS[0], &REPORT, 7);
        assert_eq!(samples.len(), 30);
        assert_eq!(samples[0].0, samples[5].0);
        assert_ne!(samples[5].0, samples[6].0);
        assert!(samples.iter().all(|(a, b)| (a.len(), b.len()) == (30, 30)));
    }
}
