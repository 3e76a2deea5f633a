//! `cargo xtask ci`: what continuous integration runs: the commands `test` and `compare`, and then the
//! checks by tools besides the Rust toolchain. Such a tool may be absent; its check is then named.

use std::path::Path;

use protocol::ExitCode;
use terminal::output::complain;

use super::step::{Step, answers, in_order, own_program};
use crate::checkout;

/// A check by a tool that not everybody has.
struct Optional {
    step: Step,
    probe: Step,
    /// How to get the tool.
    get: &'static str,
    /// The folder that it checks, where a checkout may be without it.
    needs: Option<&'static str>,
}

/// All tests, a real comparison of every model, then whatever else this machine can check.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let root = checkout::find(None, &[])?.root;
    let own = own_program()?;
    // Checks by other tools come last: a failing test says more than a typing error does.
    let mut steps = vec![
        Step::own("test", &own, &["test"]).checking("everything that needs no other tool"),
        // Machines of continuous integration are shared, so that only answers can be checked there.
        Step::own("compare", &own, &["compare", "--profile", "smoke"])
            .checking("every model gives the right answers"),
        own_work(&own, "blur"),
        own_work(&own, "http-client"),
    ];
    let (present, absent) = sorted(optional(), &root);
    steps.extend(present);
    let code = in_order(&steps, &root)?;
    // After the steps, whose output would push these lines out of sight.
    for line in absent {
        complain(&line);
    }
    Ok(code)
}

/// An example of own work, beside the one that `test` compares.
fn own_work(own: &Path, name: &str) -> Step {
    let folder = format!("examples/{name}");
    let words = ["compare", &folder, "--profile", "smoke"];
    Step::own(&format!("own work: {name}"), own, &words)
        .checking("the example gives the same answers in every model that it is for")
}

/// The checks that can run, and for each other one a line that says why not.
fn sorted(checks: Vec<Optional>, root: &Path) -> (Vec<Step>, Vec<String>) {
    let (mut present, mut absent) = (Vec::new(), Vec::new());
    for check in checks {
        let name = check.step.name().to_owned();
        match check.needs {
            // Without its folder the check has nothing to do, whether the tool is there or not.
            Some(needs) if !root.join(needs).exists() => {
                absent.push(format!("==> {name}: not run: there is no {needs}"));
            }
            _ if !answers(&check.probe, root) => {
                absent.push(format!("==> {name}: not found: {}", check.get));
            }
            _ => present.push(check.step),
        }
    }
    (present, absent)
}

fn optional() -> Vec<Optional> {
    const WORKFLOWS: &str = ".github/workflows";
    vec![
        Optional {
            step: Step::cargo("cargo-deny", &["deny", "--locked", "check"]),
            probe: Step::cargo("cargo-deny", &["deny", "--version"]),
            get: "cargo install --locked cargo-deny",
            needs: None,
        },
        Optional {
            step: Step::new("typos", "typos", &[]),
            probe: Step::new("typos", "typos", &["--version"]),
            get: "cargo install --locked typos-cli",
            needs: None,
        },
        Optional {
            step: Step::new("actionlint", "actionlint", &[]),
            probe: Step::new("actionlint", "actionlint", &["-version"]),
            get: "go install github.com/rhysd/actionlint/cmd/actionlint@latest",
            needs: Some(WORKFLOWS),
        },
        Optional {
            step: Step::new("zizmor", "zizmor", &["--offline", WORKFLOWS]),
            probe: Step::new("zizmor", "zizmor", &["--version"]),
            get: "cargo install --locked zizmor",
            needs: Some(WORKFLOWS),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(program: &str, needs: Option<&'static str>) -> Optional {
        Optional {
            step: Step::new("check", program, &["-c", "true"]),
            probe: Step::new("check", program, &["-c", "true"]),
            get: "install it",
            needs,
        }
    }

    #[test]
    fn a_check_that_does_not_run_says_why() {
        let folder = std::env::temp_dir();
        let checks = vec![
            check("sh", None),
            check("/does/not/exist", None),
            check("sh", Some("does/not/exist")),
        ];
        let (present, absent) = sorted(checks, &folder);
        assert_eq!(present.len(), 1);
        let expected = [
            "==> check: not found: install it",
            "==> check: not run: there is no does/not/exist",
        ];
        assert_eq!(absent, expected);
    }

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let checks = optional();
        let mut names: Vec<&str> = checks.iter().map(|check| check.step.name()).collect();
        names.dedup();
        assert_eq!(names, ["cargo-deny", "typos", "actionlint", "zizmor"]);
    }
}
