//! `cargo xtask bench`: the criterion suites of one model, or of the parts that all models share.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use cargo_metadata::MetadataCommand;
use catalog::did_you_mean;
use protocol::ExitCode;
use terminal::Usage;
use terminal::output::complain;

use crate::checkout;

/// The package of the suites that belong to no model.
const SHARED: &str = "benches";

/// Runs cargo on the one package; a name that has no suite is a mistake of usage.
pub(crate) fn run(model: Option<&str>) -> anyhow::Result<ExitCode> {
    let root = checkout::find(None, &[])?.root;
    let name = package(model, &with_benches(&root)?).map_err(Usage::error)?;
    bench(&name, &root)
}

fn package(typed: Option<&str>, known: &[String]) -> Result<String, String> {
    let name = match typed {
        // A variant is benched with its model: criterion's own filter picks one.
        Some(typed) => typed.split('/').next().unwrap_or(typed),
        None => SHARED,
    };
    if known.iter().any(|package| package == name) {
        return Ok(name.to_owned());
    }
    let hint = did_you_mean(name, known.iter().cloned());
    Err(format!("no model with benches is named `{name}`{hint}"))
}

/// Every package of ours that has a bench to run.
fn with_benches(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut command = MetadataCommand::new();
    command.no_deps().manifest_path(root.join("Cargo.toml"));
    let metadata = command.exec().context("cargo metadata")?;
    Ok(metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| package.targets.iter().any(|target| target.is_bench()))
        .map(|package| package.name.to_string())
        .collect())
}

fn bench(package: &str, root: &Path) -> anyhow::Result<ExitCode> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["bench", "--locked", "--package", package, "--benches"])
        .current_dir(root);
    // Said on standard error, as criterion's figures on standard output may be piped somewhere.
    complain(&format!(
        "==> cargo bench --locked --package {package} --benches"
    ));
    let status = command.status().context("cargo bench")?;
    Ok(if status.success() {
        ExitCode::Ok
    } else {
        ExitCode::Failed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["benches", "threads", "async-tokio"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn a_model_is_its_package_and_nothing_is_what_all_share() {
        assert_eq!(package(None, &known()), Ok("benches".to_owned()));
        assert_eq!(package(Some("threads"), &known()), Ok("threads".to_owned()));
        assert_eq!(
            package(Some("threads/pool"), &known()),
            Ok("threads".to_owned())
        );
    }

    #[test]
    fn an_unknown_model_gets_the_nearest() {
        let problem = package(Some("thread"), &known()).unwrap_err();
        assert!(problem.contains("did you mean `threads`"), "{problem}");
    }
}
