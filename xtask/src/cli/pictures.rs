//! What may be drawn in characters, and when.

use clap::{Args, ValueEnum};
use report::PlotKind;
use terminal::{When, draw_pictures};

/// What tables show beside figures.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct PictureArgs {
    /// Draw intervals beside ratios, and with `--verbose` the order of runs
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        global = true
    )]
    pictures: Pictures,
}

/// When pictures are drawn beside figures.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Pictures {
    /// Draw them on a terminal, where a table leaves room
    Auto,
    /// Everywhere, and below a table that leaves no room
    Always,
    /// Nowhere
    Never,
}

impl PictureArgs {
    /// Takes effect for the whole process.
    pub(crate) fn begin(&self) {
        draw_pictures(match self.pictures {
            Pictures::Auto => When::Auto,
            Pictures::Always => When::Always,
            Pictures::Never => When::Never,
        });
    }
}

/// What a plot of the command `report` shows.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Plotted {
    /// Latency by percentile, a curve for each variant
    Latency,
    /// The figure of every run, in the order of the runs
    Runs,
    /// A figure by the values of what was swept, and where the lead changes
    Sweep,
}

impl Plotted {
    pub(crate) fn kind(self) -> PlotKind {
        match self {
            Self::Latency => PlotKind::Latency,
            Self::Runs => PlotKind::Runs,
            Self::Sweep => PlotKind::Sweep,
        }
    }
}
