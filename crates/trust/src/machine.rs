//! The runs of a simulated machine, one after the other: what each takes by the clock and in processor time,
//! and what would be seen of other processes meanwhile.

use compare::{Conditions, Machine};
use results::Others;
use verdict::rng::Generator;

use crate::metrics::ByMetric;
use crate::setting::Setting;

/// The control computation of a block on a machine that neither drifts nor is disturbed.
const CONTROL_NS: f64 = 50e6;
/// The processors of the simulated machine.
const PROCESSORS: f64 = 2.0;
/// What others had is not known of shorter runs, in seconds: the system counts time in steps of 10 ms.
const SHORTEST_KNOWN: f64 = 0.1;
/// The part of it that other processes have during the runs of a variant that brings them.
const BROUGHT: f64 = 0.4;
/// How the noise of a run's time and of its processor time are correlated, each neighbour's part by itself. Of real
/// runs it was 0.5 to 0.7, of computation and of requests, beside neighbours and without.
const CORRELATION: f64 = 0.6;

/// A machine, with the runs so far.
pub(crate) struct Runs<'a> {
    setting: &'a Setting,
    seed: u64,
    machine: Machine,
    /// The number of runs so far, which is the time on this machine.
    made: u64,
}

/// One run.
pub(crate) struct Run {
    /// What it takes, in units of what a run of the reference takes on a machine without noise.
    pub(crate) figures: ByMetric<f64>,
    pub(crate) others: Others,
}

impl<'a> Runs<'a> {
    /// A machine on which nothing has run yet.
    pub(crate) fn new(setting: &'a Setting, seed: u64) -> Runs<'a> {
        Runs {
            setting,
            seed,
            machine: Machine::new(seed, setting.drift).beside(setting.bursts),
            made: 0,
        }
    }

    /// The number of runs so far.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    /// What the control computation would take now, in nanoseconds.
    pub(crate) fn control_ns(&mut self) -> u64 {
        (CONTROL_NS * self.machine.control(self.made)) as u64
    }

    /// The next run: of this arm, which truly takes and costs so many times as much as the reference.
    pub(crate) fn run(&mut self, arm: usize, truth: ByMetric<f64>) -> Run {
        let met = self.machine.conditions(self.made, &self.setting.noise);
        // What the machine draws for a run is from the seed itself.
        let mut random = Generator::for_stream(!self.seed, self.made);
        self.made += 1;
        let (brought, factor) = self.brought(arm, &mut random);
        let part = (met.beside.others + brought).min(1.0);
        Run {
            figures: ByMetric {
                time: truth.time * met.factor * factor,
                cpu: truth.cpu * self.cpu_factor(&met, &mut random),
            },
            others: others_had(part, self.setting.run_seconds),
        }
    }

    /// How many times as much processor time the run takes.
    fn cpu_factor(&self, met: &Conditions, random: &mut Generator) -> f64 {
        let cpu = &self.setting.cpu;
        let own = cpu.log_sd * correlated(met.noise, random);
        let slower = cpu.slower + cpu.spread * correlated(met.beside.noise, random);
        (own + met.drift + met.beside.part * slower.max(0.0)).exp()
    }

    /// The part of all processors that others have during the run of an arm because of it, and how many times as
    /// long the run takes for that.
    fn brought(&self, arm: usize, random: &mut Generator) -> (f64, f64) {
        match self.setting.brings {
            Some(brings) if brings.arm == arm && random.uniform() < brings.part => {
                (BROUGHT, brings.factor)
            }
            _ => (0.0, 1.0),
        }
    }
}

/// A standard normal number that is correlated with this one.
fn correlated(normal: f64, random: &mut Generator) -> f64 {
    CORRELATION * normal + (1.0 - CORRELATION * CORRELATION).sqrt() * random.normal()
}

/// What the system tells of other processes that had this part of all processors during a run.
fn others_had(part: f64, run_seconds: f64) -> Others {
    if run_seconds < SHORTEST_KNOWN {
        return Others::Unavailable("the run was too short".to_owned());
    }
    let of_ns = PROCESSORS * run_seconds * 1e9;
    Others::Had {
        busy_ns: (part * of_ns) as u64,
        of_ns: of_ns as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::METRICS;
    use crate::setting::SETTINGS;

    /// The standard deviations of the logarithms of both figures, and their correlation.
    fn noise(setting: &Setting) -> (f64, f64, f64) {
        let mut runs = Runs::new(setting, 5);
        let truth = ByMetric {
            time: 1.0,
            cpu: 1.0,
        };
        let figures: Vec<ByMetric<f64>> = (0..20_000).map(|_| runs.run(0, truth).figures).collect();
        let [time, cpu]: [Vec<f64>; 2] = METRICS.map(|metric| {
            let logs: Vec<f64> = figures.iter().map(|its| its.of(metric).ln()).collect();
            let mean = logs.iter().sum::<f64>() / logs.len() as f64;
            logs.iter().map(|log| log - mean).collect()
        });
        let (time_sd, cpu_sd) = (product(&time, &time).sqrt(), product(&cpu, &cpu).sqrt());
        (time_sd, cpu_sd, product(&time, &cpu) / (time_sd * cpu_sd))
    }

    /// The mean product.
    fn product(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64
    }

    #[test]
    fn time_and_cpu_vary_as_much_and_as_much_together_as_is_said() {
        let mut quiet = SETTINGS[2];
        quiet.noise.spikes = None;
        let (time, cpu, together) = noise(&quiet);
        assert!((time - 0.02).abs() < 5e-4 && (cpu - 0.003).abs() < 1e-4);
        assert!((together - CORRELATION).abs() < 0.02, "{together}");
        let (time, cpu, together) = noise(&SETTINGS[0]);
        assert!(
            time > 0.05 && cpu > 0.04 && together > 0.7,
            "the speed wanders"
        );
        let (beside, cost, _) = noise(&SETTINGS[4]);
        assert!((0.08..0.2).contains(&beside), "{beside}");
        assert!((0.004..0.009).contains(&cost), "{cost}");
        assert!(time < beside && cpu > cost);
    }
}
