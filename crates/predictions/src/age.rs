//! How old a calibration is, and what has changed of the machine since.

use std::fmt;

use catalog::Workspace;
use host::machine;
use predict::{Calibration, Machine};
use results::time;
use terminal::counted;

use crate::store::{Place, Probe};

/// Days after which a calibration is stale.
const DAYS: u64 = 30;
/// How far a point of a probe may be from the calibration, whatever its noise.
pub(crate) const AGREES: f64 = 0.10;
pub(crate) const DAY_MS: u64 = 86_400_000;

/// The state of this machine's calibration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Age {
    /// It was never measured.
    Missing,
    /// It cannot be read, in words.
    Broken(String),
    /// It holds.
    Fresh {
        /// Days since it was measured.
        days: u64,
        /// The last probe; `None` where there was none.
        probe: Option<Probed>,
    },
    /// It may be used no longer.
    Stale {
        /// Days since it was measured.
        days: u64,
        /// Why, in words.
        why: String,
    },
}

/// What a probe came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probed {
    /// Days since it was made.
    pub days: u64,
    /// Whether every point was within what it allows.
    pub agrees: bool,
}

impl Probed {
    pub(crate) fn of(probe: &Probe, now_ms: u64) -> Probed {
        Probed {
            days: days_between(probe.checked_ms, now_ms),
            agrees: probe.agrees,
        }
    }
}

impl fmt::Display for Probed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.agrees {
            "agrees"
        } else {
            "does not agree"
        };
        write!(to, "last probe ({}) {verdict}", ago(self.days))
    }
}

/// How long ago something was, in words.
#[must_use]
pub fn ago(days: u64) -> String {
    match days {
        0 => "today".to_owned(),
        days => format!("{} ago", counted(days, "day")),
    }
}

pub(crate) fn days_between(then_ms: u64, now_ms: u64) -> u64 {
    now_ms.saturating_sub(then_ms) / DAY_MS
}

/// Looks at this machine's calibration for all of its processors.
#[must_use]
pub fn age(workspace: &Workspace) -> Age {
    age_of(&Place::of(workspace))
}

/// Looks at the calibration of a place.
pub(crate) fn age_of(place: &Place) -> Age {
    match place.calibration() {
        Ok(None) => Age::Missing,
        Ok(Some(calibration)) => {
            let now_ms = time::now_ms();
            let probe = place.probe().map(|probe| Probed::of(&probe, now_ms));
            of(&calibration, &here(), now_ms, probe)
        }
        Err(error) => Age::Broken(format!("{error:#}")),
    }
}

/// This machine. It is asked before every comparison, so that no program is started for it.
pub(crate) fn here() -> Machine {
    Machine {
        cpu: trimmed(machine::cpu_model()),
        processors: machine::processors(),
        kernel: trimmed(machine::kernel()),
        hypervisor: machine::hypervisor().unwrap_or_default(),
    }
}

/// A fact as environments are stored; empty where it is not known.
fn trimmed(fact: Option<String>) -> String {
    fact.unwrap_or_default().trim().to_owned()
}

/// The age of these rows on this machine at this time.
pub(crate) fn of(
    calibration: &Calibration,
    here: &Machine,
    now_ms: u64,
    probe: Option<Probed>,
) -> Age {
    let days = days_between(calibration.measured_ms, now_ms);
    let then = &calibration.machine;
    let changed = [
        ("the processor", &then.cpu, &here.cpu),
        ("the kernel", &then.kernel, &here.kernel),
        ("the hypervisor", &then.hypervisor, &here.hypervisor),
    ];
    let other = changed.into_iter().find(|(_, then, now)| then != now);
    let why = if let Some((what, then, now)) = other {
        format!("{what} is {now:?}, and was {then:?}")
    } else if then.processors != here.processors {
        format!(
            "there are {} processors, and were {}",
            here.processors, then.processors
        )
    } else if days >= DAYS {
        format!("it is {days} days old, and holds for {DAYS}")
    } else {
        return Age::Fresh { days, probe };
    };
    Age::Stale { days, why }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn machine() -> Machine {
        Machine {
            cpu: "one".to_owned(),
            processors: 2,
            kernel: "6.1".to_owned(),
            hypervisor: String::new(),
        }
    }

    fn measured(measured_ms: u64) -> Calibration {
        Calibration {
            machine: machine(),
            cores: None,
            programs: BTreeMap::new(),
            measured_ms,
            points: Vec::new(),
        }
    }

    #[test]
    fn a_calibration_holds_for_thirty_days_on_its_machine() {
        let rows = measured(DAY_MS);
        assert_eq!(
            of(&rows, &machine(), 2 * DAY_MS, None),
            Age::Fresh {
                days: 1,
                probe: None
            }
        );
        let Age::Stale { days: 30, why } = of(&rows, &machine(), 31 * DAY_MS, None) else {
            panic!("it is too old");
        };
        assert!(why.contains("30 days"), "{why}");
    }

    #[test]
    fn each_change_of_the_machine_makes_it_stale_and_is_named() {
        let changes = [
            (
                Machine {
                    cpu: "two".to_owned(),
                    ..machine()
                },
                "processor",
            ),
            (
                Machine {
                    kernel: "6.2".to_owned(),
                    ..machine()
                },
                "kernel",
            ),
            (
                Machine {
                    hypervisor: "kvm".to_owned(),
                    ..machine()
                },
                "hypervisor",
            ),
            (
                Machine {
                    processors: 4,
                    ..machine()
                },
                "4 processors",
            ),
        ];
        for (here, word) in changes {
            let Age::Stale { why, .. } = of(&measured(0), &here, DAY_MS, None) else {
                panic!("{word} changed");
            };
            assert!(why.contains(word), "{why}");
        }
    }

    #[test]
    fn a_probe_is_told_with_its_age_and_agrees_as_it_was_stored() {
        let probe = Probe {
            checked_ms: DAY_MS,
            agrees: true,
            // More than is allowed where nothing is noisy.
            worst: AGREES * 1.5,
        };
        let found = Probed::of(&probe, 3 * DAY_MS);
        assert_eq!(
            found,
            Probed {
                days: 2,
                agrees: true
            }
        );
        assert_eq!([0, 1, 2].map(ago), ["today", "1 day ago", "2 days ago"]);
    }
}
