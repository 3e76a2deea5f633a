//! `cargo xtask campaign`: a comparison over several hosts, from its file to the merged result.

use campaign::Context;
use clap::Parser as _;
use protocol::ExitCode;
use terminal::Usage;

use super::step::own_program;
use crate::cli::{Asked, CampaignArgs, Cli, Command, Places, in_words};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &CampaignArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let tool = own_program()?;
    let context = Context {
        workspace: &workspace,
        tool: &tool,
        places: &places.words(),
        parse: request,
    };
    match args.asked() {
        Asked::Plan(request) => campaign::plan(&request, &context),
        Asked::Submit(request) => campaign::submit(&request, &context),
        Asked::Status(named) => campaign::status(&named, &context),
        Asked::Collect(request) => campaign::collect(&request, &context),
    }
}

/// What these words ask of a comparison.
fn request(words: &[String]) -> anyhow::Result<::compare::Request> {
    let typed = std::iter::once("xtask").chain(words.iter().map(String::as_str));
    let cli = Cli::try_parse_from(typed).map_err(|error| Usage::error(in_words(error)))?;
    cli.check()?;
    match cli.command {
        Command::Compare(args) => Ok(args.request()),
        _ => Err(Usage::error("a campaign consists of comparisons")),
    }
}
