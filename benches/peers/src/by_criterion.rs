//! criterion's way: the one program as a baseline, then the other against it; its own test (p < 0.05) and its
//! own threshold of noise decide.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};

use crate::Result;
use crate::count::Said;
use crate::program;

/// Samples of an arm. Criterion's default of 100 takes half a minute with runs of a quarter of a second.
const SAMPLES: usize = 30;
/// The name under which the first arm is kept.
const BASELINE: &str = "first";

/// Compares two requests of a program.
///
/// # Errors
/// An arm that fails, or that does not say what it found.
pub(crate) fn compare(folder: &Path, program: &str, requests: [&Path; 2]) -> Result<Said> {
    let mut text = String::new();
    for (request, role) in requests.into_iter().zip(["save", "against"]) {
        let output = Command::new(std::env::current_exe()?)
            .arg("criterion-arm")
            .arg(request)
            .args([program, role])
            .env("CRITERION_HOME", folder.join("criterion"))
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        text = String::from_utf8_lossy(&output.stdout).into_owned();
    }
    said(&text).ok_or_else(|| format!("criterion said {text}").into())
}

/// What the sentence at the end of criterion's report says.
fn said(text: &str) -> Option<Said> {
    let sentences = [
        ("Performance has regressed", Said::Slower),
        ("Performance has improved", Said::Faster),
        ("Change within noise threshold", Said::Nothing),
        ("No change in performance detected", Said::Nothing),
    ];
    let mut known = sentences.into_iter();
    known.find_map(|(sentence, said)| text.contains(sentence).then_some(said))
}

/// One arm: kept as the baseline, or compared with it.
///
/// # Errors
/// A run that fails.
pub(crate) fn arm(request: &Path, program: &str, role: &str) -> Result<()> {
    // Criterion's closure has no way to hand an error back.
    program::run(request, program)?;
    let criterion = Criterion::default()
        .sample_size(SAMPLES)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(5));
    let name = BASELINE.to_owned();
    let mut criterion = if role == "save" {
        criterion.save_baseline(name)
    } else {
        criterion.retain_baseline(name, true)
    };
    let mut group = criterion.benchmark_group("program");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("run", |bencher| {
        bencher.iter_custom(|runs| {
            let times = (0..runs).map(|_| program::run(request, program));
            times
                .map(|time| time.unwrap_or_else(|error| panic!("{error}")))
                .sum()
        });
    });
    group.finish();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_sentence_is_the_verdict() {
        assert_eq!(
            said("x\n  Performance has regressed.\n"),
            Some(Said::Slower)
        );
        assert_eq!(
            said("  Change within noise threshold."),
            Some(Said::Nothing)
        );
        assert_eq!(said("time: [1 2 3]"), None);
    }
}
