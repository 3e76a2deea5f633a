//! Counts what a tool says of equal pairs and of pairs with a true 5 %, and the time that it takes.

use std::time::{Duration, Instant};

use crate::case::cases;
use crate::origin::Origin;
use crate::{Result, by_criterion, by_hyperfine};

/// What a tool says of the second program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Faster,
    Slower,
    /// No difference, or none beyond noise.
    Nothing,
}

/// Compares so many pairs of each kind, and prints a line for each kind.
///
/// # Errors
/// A tool or program that is missing or fails.
pub(crate) fn count(tool: &str, pairs: u32) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("manyways-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let counted = count_in(&folder, tool, pairs);
    std::fs::remove_dir_all(&folder)?;
    counted
}

fn count_in(folder: &std::path::Path, tool: &str, pairs: u32) -> Result<()> {
    let origin = Origin::start()?;
    println!("{tool:<10} workload   truth  pairs  faster  slower  time a pair  time a right one");
    for case in cases(folder, &origin)? {
        for second in [0, 1] {
            let requests = [&case.requests[0], &case.requests[second]].map(AsRef::as_ref);
            let mut said = Vec::new();
            let started = Instant::now();
            for _ in 0..pairs {
                said.push(match tool {
                    "hyperfine" => by_hyperfine::compare(folder, case.program, requests)?,
                    _ => by_criterion::compare(folder, case.program, requests)?,
                });
            }
            let (faster, slower) = (times(&said, Said::Faster), times(&said, Said::Slower));
            let all = started.elapsed();
            println!(
                "{:<10} {:<10} {:<6} {pairs:>5}  {faster:>6}  {slower:>6}  {:>9.1} s  {:>14}",
                "",
                case.name,
                if second == 0 { "A/A" } else { "+5 %" },
                all.as_secs_f64() / f64::from(pairs),
                time_a_right_one(all, if second == 0 { 0 } else { slower }),
            );
        }
    }
    Ok(())
}

/// How often this was said.
fn times(said: &[Said], what: Said) -> usize {
    said.iter().filter(|one| **one == what).count()
}

fn time_a_right_one(all: Duration, right: usize) -> String {
    match right {
        0 => "-".to_owned(),
        right => format!("{:.1} s", all.as_secs_f64() / right as f64),
    }
}
