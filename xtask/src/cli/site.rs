//! What may be typed after `cargo xtask site`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct SiteArgs {
    /// The folder of the pages: an empty one, or one that has a site [default: `site` in cargo's target folder]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// The comparison whose page is shown: a folder or its name among the results [default: the latest, where there is one]
    #[arg(long, value_name = "RUN")]
    pub(crate) comparison: Option<String>,
    /// The file of a history, whose page is shown too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) history: Option<PathBuf>,
}
