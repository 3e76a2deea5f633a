//! Whether predictions can be made here, and how old what they are made from is.

use catalog::Workspace;
use predictions::{Age, age, rebuilt};
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
        Age::Fresh { days: 0, agrees } => Finding::good(format!(
            "calibrated for predictions today{}{}",
            since(rebuilt),
            probe(agrees)
        )),
        Age::Fresh { days, agrees } => Finding::good(format!(
            "calibrated for predictions {} ago{}{}",
            counted(days, "day"),
            since(rebuilt),
            probe(agrees)
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

/// The variants that were built anew since.
fn since(rebuilt: &[String]) -> String {
    match rebuilt {
        [] => String::new(),
        _ => format!(" (built anew since: {})", rebuilt.join(", ")),
    }
}

fn probe(agrees: Option<bool>) -> &'static str {
    match agrees {
        None => "; `cargo xtask calibrate --check` probes it in some seconds",
        Some(true) => ", and the last probe agrees",
        Some(false) => {
            ", and the last probe does not agree: `cargo xtask calibrate` measures it anew"
        }
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
                agrees: None,
            },
            Age::Fresh {
                days: 0,
                agrees: Some(false),
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
    fn variants_that_were_built_anew_are_named() {
        let fresh = Age::Fresh {
            days: 0,
            agrees: None,
        };
        let text = of(fresh, &["threads/pool".to_owned()]).to_string();
        assert!(text.contains("built anew since: threads/pool"), "{text}");
    }
}
