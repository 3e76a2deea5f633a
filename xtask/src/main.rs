//! `cargo xtask`: builds, runs and compares every model. Each command is a file in `commands`.

mod checkout;
mod cli;
mod commands;

use clap::Parser as _;
use clap::error::ErrorKind;
use protocol::ExitCode;
use terminal::interrupt::Interrupted;
use terminal::{Usage, output, progress};

use cli::{Cli, Command};
use commands::{
    ab, bench, calibrate, campaign, ci, claims, compare, completions, conformance, diff, doctor,
    explain, find_rate, history, list, man, merge, new_work, predict, report, run, site, test,
    tidy, trace, trust, version,
};

fn main() -> std::process::ExitCode {
    let outcome = match Cli::try_parse() {
        Ok(cli) => {
            cli.talk.begin();
            cli.pictures.begin();
            cli.check().and_then(|()| carry_out(&cli))
        }
        Err(error) if error.kind() == ErrorKind::DisplayVersion => {
            output::print(&version::text()).map(|()| ExitCode::Ok)
        }
        Err(error) if error.use_stderr() => {
            output::complain(&cli::in_words(error));
            Ok(ExitCode::Usage)
        }
        Err(help) => help.exit(),
    };
    outcome.unwrap_or_else(|error| code_of(&error)).into()
}

fn carry_out(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::List => list::run(&cli.places),
        Command::Run(args) => run::run(args, &cli.places),
        Command::Trace(args) => trace::run(args, &cli.places),
        Command::Compare(args) => compare::run(args, &cli.places),
        Command::FindRate(args) => find_rate::run(args, &cli.places),
        Command::Calibrate(args) => calibrate::run(args, &cli.places),
        Command::Predict(args) => predict::run(args, &cli.places),
        Command::Merge(args) => merge::run(args, &cli.places),
        Command::Campaign(args) => campaign::run(args, &cli.places),
        Command::NewWork { folder } => new_work::run(folder, &cli.places),
        Command::Trust(args) => trust::run(args, &cli.places),
        Command::Report(args) => report::run(args, &cli.places),
        Command::Ab(args) => ab::run(args, &cli.places),
        Command::Claims(args) => claims::run(args, &cli.places),
        Command::Conformance(args) => conformance::run(args, &cli.places),
        Command::Diff(args) => diff::run(args, &cli.places),
        Command::History(args) => history::run(args, &cli.places),
        Command::Site(args) => site::run(args, &cli.places),
        Command::Explain { name } => explain::run(name.as_deref(), &cli.places),
        Command::Doctor => doctor::run(&cli.places),
        Command::Bench { model } => bench::run(model.as_deref()),
        Command::Test(args) => test::run(args),
        Command::Tidy { fix } => tidy::run(*fix),
        Command::Ci => ci::run(),
        Command::Completions { shell } => completions::run(*shell, &cli.places),
        Command::Man { folder } => man::run(folder.as_deref()),
    }
}

fn code_of(error: &anyhow::Error) -> ExitCode {
    progress::end();
    output::complain_of(error);
    // Commands add context to an error on its way up, so the cause is not the outermost error.
    if error.chain().any(|cause| cause.is::<Usage>()) {
        ExitCode::Usage
    } else if error.chain().any(|cause| cause.is::<Interrupted>()) {
        ExitCode::Interrupted
    } else {
        ExitCode::Failed
    }
}
