//! What may be typed after `cargo xtask merge`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use terminal::output;

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Folders of campaigns that `compare --shard I/N --out DIR` filled, or of single attempts at shards
    #[arg(value_name = "DIR", required = true, value_hint = ValueHint::DirPath)]
    folders: Vec<PathBuf>,
    /// Where to keep the merged comparison, instead of a new folder among the results
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Merge what there is, even if shards are missing
    #[arg(long)]
    partial: bool,
    /// Count every node as a host, even where several are one machine: for tests of this tool
    #[arg(long)]
    nodes_are_hosts: bool,
    /// Show every table and column, and each note at its table
    #[arg(long)]
    verbose: bool,
}

impl MergeArgs {
    /// What is asked for.
    pub(crate) fn request(&self) -> merge::Request {
        merge::Request {
            folders: self.folders.clone(),
            out: self.out.clone(),
            partial: self.partial,
            by_node: self.nodes_are_hosts,
            style: terminal::Style {
                verbose: self.verbose,
                ..output::style(false)
            },
        }
    }
}
