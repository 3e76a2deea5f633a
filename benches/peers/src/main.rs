//! How often hyperfine and criterion call two programs different that are equal, how often they find a true
//! 5 %, and how long they take: on the programs of `cargo xtask trust --time-to-verdict`, by their own rules.
//!
//! ```text
//! cargo build --release -p threads -p async-tokio -p services
//! cargo install hyperfine
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- hyperfine 20
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- criterion 20
//! ```

mod by_criterion;
mod by_hyperfine;
mod case;
mod count;
mod origin;
mod program;

use std::path::Path;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "usage: peers hyperfine|criterion PAIRS, in the folder of the checkout: PAIRS pairs of equal \
                     programs, and as many with 5 % more work in the second";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        // One run, as hyperfine starts it.
        ["run", request, program] => program::run(Path::new(request), program).map(drop),
        ["criterion-arm", request, program, role] => {
            by_criterion::arm(Path::new(request), program, role)
        }
        [tool @ ("hyperfine" | "criterion"), pairs] => match pairs.parse() {
            Ok(pairs @ 1..=10_000) => count::count(tool, pairs),
            _ => Err(format!("{pairs}: expected a number of pairs from 1 to 10000").into()),
        },
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
