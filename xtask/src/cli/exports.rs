//! The flags of the exporters, made from the formats themselves.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use report::export::{Exports, flags};

/// What is to be exported, and where to.
#[derive(Clone, Debug)]
pub(crate) struct ExportArgs(pub(crate) Exports);

impl Args for ExportArgs {
    fn augment_args(command: Command) -> Command {
        // A new format is one more entry of the list in `report`, and has its flag without a change
        // here: the derive could not make flags of a list.
        command.args(flags().map(|flag| {
            Arg::new(flag.name)
                .long(flag.name)
                .value_name(flag.takes)
                .value_parser(value_parser!(PathBuf))
                .help(flag.about)
                .help_heading("Exports (`-` is standard output)")
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ExportArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self(Exports::wanted(|flag| {
            matches.get_one::<PathBuf>(flag).cloned()
        })))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_can_be_typed() {
        let command = ExportArgs::augment_args(Command::new("t"));
        let typed = flags().flat_map(|flag| [format!("--{}", flag.name), "x".to_owned()]);
        let words = std::iter::once("t".to_owned()).chain(typed);
        let matches = command.try_get_matches_from(words).unwrap();
        for flag in flags() {
            assert!(
                matches.get_one::<PathBuf>(flag.name).is_some(),
                "{}",
                flag.name
            );
        }
    }
}
