//! How a machine blurs the times of runs: noise, spikes, a second mode, drift, bursts. All of it is a
//! function of a seed and of a run's place in the schedule, so that a run that is left out, or a
//! comparison that is continued, changes no other run.

use serde::{Deserialize, Serialize};
use verdict::rng::Generator;

use super::bursts::{Beside, Bursts, Neighbour};

/// What happens to each run by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Noise {
    /// Standard deviation of the logarithm of a run's time.
    pub log_sd: f64,
    /// Disturbances of single runs.
    pub spikes: Option<Spikes>,
    /// A second mode of the program.
    pub modes: Option<Modes>,
}

/// Runs that something else disturbs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spikes {
    /// The part of all runs.
    pub share: f64,
    /// A disturbed run takes longer by any part of itself up to this one.
    pub most: f64,
}

/// A program that now and then goes another way, such as a lucky placement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modes {
    /// The part of runs in the second mode.
    pub share: f64,
    /// How many times as long those take.
    pub factor: f64,
}

/// A machine whose speed wanders: an autoregressive process of order one, a step a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// Its stationary standard deviation, of the logarithm.
    pub sd: f64,
    /// How much of it is still there at the next run.
    pub phi: f64,
}

/// One machine, from its first run on.
#[derive(Clone, Debug)]
pub struct Machine {
    seed: u64,
    drift: Option<Drift>,
    wander: Generator,
    /// The drift at each place that was asked for, and at all before it.
    drifted: Vec<f64>,
    neighbour: Option<Neighbour>,
}

/// What a machine does to one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// How many times as long the run takes.
    pub factor: f64,
    /// How far the machine's speed has wandered: the logarithm of how many times as long anything takes.
    pub drift: f64,
    /// The standard normal number that the noise of the run was made of.
    pub noise: f64,
    /// What the neighbour did to the run.
    pub beside: Beside,
}

impl Noise {
    /// The logarithm of how many times as long a run takes, whose own noise is this standard normal number.
    fn logarithm(&self, normal: f64, random: &mut Generator) -> f64 {
        let noise = self.log_sd * normal;
        let spike = match self.spikes {
            Some(spikes) if random.uniform() < spikes.share => {
                (spikes.most * random.uniform()).ln_1p()
            }
            _ => 0.0,
        };
        let mode = match self.modes {
            Some(modes) if random.uniform() < modes.share => modes.factor.ln(),
            _ => 0.0,
        };
        noise + spike + mode
    }
}

impl Machine {
    /// A machine whose runs all follow from a seed.
    pub fn new(seed: u64, drift: Option<Drift>) -> Machine {
        Machine {
            seed,
            drift,
            wander: Generator::for_stream(seed, u64::MAX),
            drifted: Vec::new(),
            neighbour: None,
        }
    }

    /// The same machine with a neighbour, if there is one.
    pub fn beside(self, bursts: Option<Bursts>) -> Machine {
        let neighbour = bursts.map(|bursts| Neighbour::new(self.seed, bursts));
        Machine { neighbour, ..self }
    }

    /// What it does to the run at this place of the schedule.
    pub fn conditions(&mut self, place: u64, noise: &Noise) -> Conditions {
        let mut random = Generator::for_stream(self.seed, place);
        let (normal, drift) = (random.normal(), self.drift_at(place));
        let own = noise.logarithm(normal, &mut random) + drift;
        let beside = self
            .neighbour
            .as_mut()
            .map(|neighbour| neighbour.meet(place, &mut random))
            .unwrap_or_default();
        Conditions {
            factor: (own + beside.slower).exp(),
            drift,
            noise: normal,
            beside,
        }
    }

    /// How many times as long the run at this place of the schedule takes.
    pub fn factor(&mut self, place: u64, noise: &Noise) -> f64 {
        self.conditions(place, noise).factor
    }

    /// How many times as long the control computation takes before the run at this place: it follows the speed
    /// of the machine, and a neighbour leaves it a processor.
    pub fn control(&mut self, place: u64) -> f64 {
        self.drift_at(place).exp()
    }

    fn drift_at(&mut self, place: u64) -> f64 {
        let Some(Drift { sd, phi }) = self.drift else {
            return 0.0;
        };
        let at = usize::try_from(place).unwrap_or(usize::MAX);
        while self.drifted.len() <= at {
            let next = match self.drifted.last() {
                Some(last) => phi * last + sd * (1.0 - phi * phi).sqrt() * self.wander.normal(),
                None => sd * self.wander.normal(),
            };
            self.drifted.push(next);
        }
        self.drifted[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRIFT: Drift = Drift { sd: 0.05, phi: 0.9 };

    fn spread(values: &[f64]) -> f64 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|value| (value - mean).powi(2));
        (squares.sum::<f64>() / values.len() as f64).sqrt()
    }

    #[test]
    fn a_run_depends_on_its_place_alone() {
        let noise = Noise {
            log_sd: 0.02,
            ..Noise::default()
        };
        let in_order: Vec<f64> = {
            let mut machine = Machine::new(3, Some(DRIFT));
            (0..20).map(|place| machine.factor(place, &noise)).collect()
        };
        let mut other = Machine::new(3, Some(DRIFT));
        assert_eq!(other.factor(19, &noise), in_order[19]);
        assert_eq!(other.factor(4, &noise), in_order[4]);
        assert_ne!(Machine::new(4, Some(DRIFT)).factor(4, &noise), in_order[4]);
    }

    #[test]
    fn drift_is_as_wide_and_as_slow_as_it_is_said_to_be() {
        let mut machine = Machine::new(5, Some(DRIFT));
        let still = Noise::default();
        let logs: Vec<f64> = (0..50_000)
            .map(|place| machine.factor(place, &still).ln())
            .collect();
        assert!((spread(&logs) - 0.05).abs() < 0.003, "{}", spread(&logs));
        let steps: Vec<f64> = logs.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let expected = 0.05 * (2.0 * (1.0_f64 - 0.9)).sqrt();
        assert!(
            (spread(&steps) - expected).abs() < 0.001,
            "{}",
            spread(&steps)
        );
    }

    #[test]
    fn spikes_and_modes_come_as_often_as_they_are_said_to() {
        let count = |noise: Noise, above: f64| {
            let mut machine = Machine::new(6, None);
            let slow = (0..20_000).filter(|place| machine.factor(*place, &noise) > above);
            slow.count() as f64 / 20_000.0
        };
        let spikes = Some(Spikes {
            share: 0.05,
            most: 0.3,
        });
        let modes = Some(Modes {
            share: 0.3,
            factor: 1.5,
        });
        let spiky = Noise {
            spikes,
            ..Noise::default()
        };
        let bimodal = Noise {
            modes,
            ..Noise::default()
        };
        assert!((count(spiky, 1.0) - 0.05).abs() < 0.007);
        assert!((count(spiky, 1.15) - 0.025).abs() < 0.005);
        assert!((count(bimodal, 1.49) - 0.3).abs() < 0.015);
    }
}
