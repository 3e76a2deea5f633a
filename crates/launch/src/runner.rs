//! The command that starts a model's program: its words, its environment, its padding.

use std::process::Command;

use catalog::{Model, Workspace};
use protocol::Setup;

use crate::command::command;
use crate::stand_in::with_real_program;
use host::TemporaryFolder;
use host::name_tool;
use host::remove_from;

/// The command of a model's program, with a directory for its temporary files. The environment is larger by `padding` bytes, which moves the
/// program's stack: its alignment changes the speed of some programs, and no variant is to keep one
/// lucky alignment through all blocks (Mytkowicz et al., "Producing Wrong Data Without Doing Anything
/// Obviously Wrong!", ASPLOS 2009).
pub(crate) fn runner_command(
    model: &Model,
    setup: &Setup,
    padding: usize,
    workspace: &Workspace,
    temporary: &TemporaryFolder,
) -> Command {
    let words = with_real_program(model.words(&model.run, &workspace.target));
    let mut program = command(&words, workspace);
    remove_from(&mut program, &workspace.target);
    for (name, value) in &model.env {
        program.env(name, filled(value, setup));
    }
    // A backtrace per failed task would cost more than the task.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        program.env("RUST_BACKTRACE", "0");
    }
    name_tool(&mut program, &workspace.results);
    program.env("MANYWAYS_PADDING", "x".repeat(padding));
    temporary.put(&mut program);
    program
}

/// The value of an environment variable, with the numbers of this run in the place of their names.
fn filled(value: &str, setup: &Setup) -> String {
    value
        .replace("{workers}", &setup.workers.to_string())
        .replace("{blocking}", &setup.blocking.to_string())
        .replace("{in_flight}", &setup.in_flight.to_string())
}
