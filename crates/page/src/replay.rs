//! The command that does a comparison again.

use results::{Placement, Profile, RunFile};
use terminal::shown;

/// `cargo xtask compare` with the settings of a comparison, for a shell.
pub(crate) fn replay(run: &RunFile) -> String {
    let options = &run.options;
    let mut words = vec!["cargo xtask compare".to_owned()];
    words.extend(run.workloads.iter().map(|record| quoted(&record.typed)));
    for variant in &run.variants {
        words.push(format!("--model {}", quoted(&variant.name)));
    }
    words.push(format!("--reference {}", quoted(&options.reference)));
    words.push(format!("--profile {}", profile(options.profile)));
    if options.profile.measures() && options.precision.is_none() {
        words.push(format!("--runs {}", options.blocks));
    }
    words.push(format!(
        "--seed {} --workers {}",
        options.seed, options.workers
    ));
    words.extend(
        options
            .in_flight
            .map(|lanes| format!("--in-flight {lanes}")),
    );
    if options.placement != Placement::default() {
        words.push(format!("--placement {}", options.placement.name()));
    }
    words.join(" ")
}

fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Smoke => "smoke",
        Profile::Quick => "quick",
        Profile::Standard => "standard",
        Profile::Rigorous => "rigorous",
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/._-+=:,".contains(c)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", shown(word).replace('\'', "'\\''"))
}
