//! The command that starts a model's program: its words, its environment, its padding.

use std::process::Command;

use protocol::Setup;

use super::build::command;
use catalog::{Model, Workspace};

/// A model's program. `padding` bytes more of environment move its stack, so that no variant
/// keeps one lucky placement through all blocks.
pub(crate) fn runner_command(
    model: &Model,
    setup: &Setup,
    padding: usize,
    workspace: &Workspace,
) -> Command {
    let mut command = command(&model.words(&model.run, &workspace.target), workspace);
    for (name, value) in &model.env {
        command.env(name, filled(value, setup));
    }
    // A backtrace per failed task would cost more than the task.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        command.env("RUST_BACKTRACE", "0");
    }
    command.env("MANYWAYS_PADDING", "x".repeat(padding));
    command
}

fn filled(value: &str, setup: &Setup) -> String {
    value
        .replace("{workers}", &setup.workers.to_string())
        .replace("{blocking}", &setup.blocking.to_string())
        .replace("{in_flight}", &setup.in_flight.to_string())
}
