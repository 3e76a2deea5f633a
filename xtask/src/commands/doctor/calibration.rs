//! Whether predictions can be made here, and how old what they are made from is.

use catalog::Workspace;
use predictions::{Age, Probed, age, ago, rebuilt};
use terminal::counted;

use super::finding::Finding;

const ANEW: &str = "`cargo xtask calibrate` measures it anew, in some minutes";

/// The state of this machine's calibration. Nobody needs one who only compares.
pub(super) fn calibration(workspace: &Workspace) -> Finding {
    of(age(workspace), &rebuilt(workspace))
}

fn of(age: Age, rebuilt: &[String]) -> Finding {
    match age {
        Age::Missing => Finding::good(
            "no calibration: `cargo xtask calibrate` makes predictions possible".to_owned(),
        ),
        Age::Fresh { days, probe } => Finding::good(format!(
            "calibrated for predictions {}{}{}",
            ago(days),
            since(rebuilt),
            probed(probe)
        )),
        Age::Stale { days, why } => Finding::absent(
            format!(
                "the calibration of {} ago holds no longer: {why}",
                counted(days, "day")
            ),
            ANEW,
        ),
        Age::Broken(why) => Finding::bad(why, ANEW),
    }
}

/// What was built anew since: variants, and the services.
fn since(rebuilt: &[String]) -> String {
    match rebuilt {
        [] => String::new(),
        _ => format!(" (built anew since: {})", rebuilt.join(", ")),
    }
}

fn probed(probe: Option<Probed>) -> String {
    match probe {
        None => "; `cargo xtask calibrate --check` probes it in some seconds".to_owned(),
        Some(probe) if probe.agrees => format!(", and the {probe}"),
        Some(probe) => format!(", and the {probe}: `cargo xtask calibrate` measures it anew"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_says_what_to_do() {
        let states = [
            Age::Missing,
            Age::Fresh {
                days: 3,
                probe: None,
            },
            Age::Fresh {
                days: 0,
                probe: Some(Probed {
                    days: 2,
                    agrees: false,
                }),
            },
            Age::Stale {
                days: 31,
                why: "it is old".to_owned(),
            },
            Age::Broken("torn".to_owned()),
        ];
        for state in states {
            let text = of(state.clone(), &[]).to_string();
            assert!(text.contains("cargo xtask calibrate"), "{state:?}: {text}");
        }
    }

    #[test]
    fn a_probe_has_an_age() {
        let probe = Some(Probed {
            days: 2,
            agrees: true,
        });
        let text = of(Age::Fresh { days: 5, probe }, &[]).to_string();
        assert!(
            text.contains("the last probe (2 days ago) agrees"),
            "{text}"
        );
    }

    #[test]
    fn variants_that_were_built_anew_are_named() {
        let fresh = Age::Fresh {
            days: 0,
            probe: None,
        };
        let text = of(fresh, &["threads/pool".to_owned()]).to_string();
        assert!(text.contains("built anew since: threads/pool"), "{text}");
    }
}
