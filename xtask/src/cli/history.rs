//! What may be typed after `cargo xtask history`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::exports::PageArgs;

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The file of the history, with a line for each stored comparison
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Add a stored comparison first: a folder, its name among the results, or `latest`
    #[arg(long, value_name = "RUN")]
    add: Option<String>,
    #[command(flatten)]
    page: PageArgs,
}

impl HistoryArgs {
    /// What is asked of the history.
    pub(crate) fn request(&self) -> history::Request {
        history::Request {
            file: self.file.clone(),
            add: self.add.clone(),
            export_html: self.page.export(),
        }
    }
}
