//! The figures of a stored comparison that are to be written as files.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, value_parser};
use page::WantedFigure;
use terminal::Usage;

/// The flag without its dashes.
pub(crate) const FIGURE_FLAG: &str = "figure";

/// What is to be drawn, and where to.
#[derive(Clone, Debug, Args)]
pub(crate) struct FigureArgs {
    /// Write a plot as an SVG file too: forest, run-order, runs, latency, lateness, yielding, cost, memory,
    /// resources, sweep or sweep-cpu, of the workload that is named after a colon where there are several;
    /// may be repeated
    #[arg(
        long = FIGURE_FLAG,
        num_args = 2,
        value_names = ["PLOT[:WORKLOAD]", "FILE|-"],
        action = ArgAction::Append,
        value_parser = value_parser!(OsString),
        help_heading = "Exports (`-` is standard output)"
    )]
    figures: Vec<OsString>,
}

impl FigureArgs {
    /// The figures with their files.
    pub(crate) fn wanted(&self) -> anyhow::Result<Vec<(WantedFigure, PathBuf)>> {
        let pairs = self.figures.chunks_exact(2);
        pairs
            .map(|pair| {
                let Some(typed) = pair[0].to_str() else {
                    return Err(Usage::error(format!(
                        "--{FIGURE_FLAG} {}: the name of a workload is UTF-8",
                        pair[0].display()
                    )));
                };
                Ok((WantedFigure::parse(typed)?, PathBuf::from(&pair[1])))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::*;

    #[test]
    fn the_help_names_every_plot() {
        let command = FigureArgs::augment_args(Command::new("t"));
        let help = command
            .get_arguments()
            .next()
            .and_then(|flag| flag.get_help());
        let text = help.unwrap().to_string();
        for name in page::figure_names() {
            assert!(text.contains(name), "{name}");
        }
    }
}
