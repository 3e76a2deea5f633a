//! `cargo xtask predict`: what a workload would come to, without running it, and how good such predictions were.

use protocol::ExitCode;

use crate::cli::{AskedToPredict, Places, PredictArgs};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &PredictArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    match args.asked() {
        AskedToPredict::Predict(request) => predictions::predict(&request, &workspace),
        AskedToPredict::Record { json } => predictions::record(&workspace, json),
        AskedToPredict::Gate(request) => predictions::gate(&request, &workspace),
    }
}
