//! `cargo xtask`: builds, runs and compares every model. One match; each command is a file.

mod ab;
mod baseline;
mod bench;
mod catalogue;
mod ci;
mod claims;
mod cli;
mod compare;
mod diff;
mod doctor;
mod explain;
mod export;
mod instructions;
mod interrupt;
mod launch;
mod list;
mod output;
mod params;
mod registry;
mod report;
mod rerender;
mod run;
mod schedule;
mod scripted;
mod store;
mod test;
mod tidy;
mod trial;
mod trust;
mod workspace;

use clap::Parser as _;
use cli::{Cli, Command, Usage};
use interrupt::Interrupted;
use protocol::ExitCode;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let outcome = cli.check().and_then(|()| carry_out(&cli));
    outcome.unwrap_or_else(|error| code_of(&error)).into()
}

fn carry_out(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::List => list::run(&cli.places),
        Command::Run(args) => run::run(args, &cli.places),
        Command::Compare(args) => compare::run(args, &cli.places),
        Command::Trust(args) => trust::run(args, &cli.places),
        Command::Report(args) => rerender::run(args, &cli.places),
        Command::Ab(args) => ab::run(args, &cli.places),
        Command::Claims(args) => claims::run(args, &cli.places),
        Command::Diff(args) => diff::run(args, &cli.places),
        Command::Explain { name } => explain::run(name.as_deref(), &cli.places),
        Command::Doctor => doctor::run(&cli.places),
        Command::Bench { model } => bench::run(model.as_deref()),
        Command::Test => test::run(),
        Command::Tidy { fix } => tidy::run(*fix),
        Command::Ci => ci::run(),
    }
}

fn code_of(error: &anyhow::Error) -> ExitCode {
    output::complain(&format!("error: {error:#}"));
    let caused = |is: fn(&(dyn std::error::Error + 'static)) -> bool| error.chain().any(is);
    match () {
        () if caused(|cause| cause.is::<Usage>()) => ExitCode::Usage,
        () if caused(|cause| cause.is::<Interrupted>()) => ExitCode::Interrupted,
        () => ExitCode::Failed,
    }
}
