//! hyperfine's way: all runs of the one program, then all of the other, as many as it makes by itself.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Result;
use crate::count::Said;

/// Compares two requests of a program.
///
/// # Errors
/// A hyperfine that is not installed or fails, or whose figures cannot be read.
pub(crate) fn compare(folder: &Path, program: &str, requests: [&Path; 2]) -> Result<Said> {
    let export = folder.join("hyperfine.json");
    let own = std::env::current_exe()?;
    let commands = requests.map(|request| {
        format!(
            "'{}' run '{}' '{program}'",
            own.display(),
            request.display()
        )
    });
    let status = Command::new("hyperfine")
        .args(["--shell=none", "--style=none", "--export-json"])
        .arg(&export)
        .args(commands)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("hyperfine: {error}: `cargo install hyperfine` installs it"))?;
    if !status.success() {
        return Err(format!("hyperfine: {status}").into());
    }
    let said: Value = serde_json::from_slice(&std::fs::read(export)?)?;
    let means = [figure(&said, 0, "mean")?, figure(&said, 1, "mean")?];
    let deviations = [figure(&said, 0, "stddev")?, figure(&said, 1, "stddev")?];
    Ok(verdict(means, deviations))
}

/// A figure of one of the two commands.
fn figure(said: &Value, at: usize, name: &str) -> Result<f64> {
    let number = said["results"][at][name].as_f64();
    number.ok_or_else(|| format!("hyperfine gave no {name}").into())
}

/// What "x ± y times faster" says: a difference where x − y is above 1. x is the slower mean through the
/// faster, y the standard deviation of that by propagation.
fn verdict(means: [f64; 2], deviations: [f64; 2]) -> Said {
    let second_is_slower = means[1] > means[0];
    let ratio = (means[1] / means[0]).max(means[0] / means[1]);
    let relative = (deviations[0] / means[0]).hypot(deviations[1] / means[1]);
    if ratio * (1.0 - relative) <= 1.0 {
        Said::Nothing
    } else if second_is_slower {
        Said::Slower
    } else {
        Said::Faster
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_one_beyond_its_deviation() {
        assert_eq!(verdict([1.0, 1.05], [0.02, 0.02]), Said::Slower);
        assert_eq!(verdict([1.05, 1.0], [0.02, 0.02]), Said::Faster);
        assert_eq!(verdict([1.0, 1.05], [0.05, 0.05]), Said::Nothing);
        assert_eq!(verdict([1.0, 1.0], [0.0, 0.0]), Said::Nothing);
    }
}
