//! The flags of `trace`.

use std::path::PathBuf;

use clap::{Args, ValueHint, value_parser};
use trace::Request;

use super::sizes::SizeArgs;

#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    /// The variant, such as `threads/pool`
    variant: String,
    /// A workload's name, or the path of a workload file
    workload: String,
    #[command(flatten)]
    pub(super) sizes: SizeArgs,
    /// Run only the first so many tasks
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    tasks: Option<u64>,
    /// Write a page with the timelines of lanes and threads
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    html: Option<PathBuf>,
    /// Write the same timelines as an SVG file of at most 40 kB
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    svg: Option<PathBuf>,
    /// Write Chrome's trace events, which Perfetto shows
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    chrome: Option<PathBuf>,
}

impl TraceArgs {
    /// The same as plain options.
    pub(crate) fn request(&self) -> Request {
        Request {
            variant: self.variant.clone(),
            workload: self.workload.clone(),
            tasks: self.tasks,
            sizes: self.sizes.sizes(),
            html: self.html.clone(),
            svg: self.svg.clone(),
            chrome: self.chrome.clone(),
        }
    }
}
