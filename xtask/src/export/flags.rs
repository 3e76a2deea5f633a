//! The flags of the exporters, made from the slice itself. What they do is left to the exporters.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

use super::{EXPORTERS, Exporter};

/// What is to be exported, and where to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exports {
    pub(super) wanted: Vec<(Exporter, Target)>,
}

/// Where an export goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// `-`
    Stdout,
    Path(PathBuf),
}

impl Exports {
    /// Whether one of them goes to standard output; then nothing else may.
    pub(crate) fn take_stdout(&self) -> bool {
        self.wanted
            .iter()
            .any(|(_, target)| *target == Target::Stdout)
    }
}

impl Args for Exports {
    fn augment_args(command: Command) -> Command {
        let flags = EXPORTERS.iter().map(|exporter| {
            Arg::new(exporter.flag)
                .long(exporter.flag)
                .value_name(exporter.takes)
                .value_parser(value_parser!(PathBuf))
                .help(exporter.about)
                .help_heading("Exports (`-` is standard output)")
        });
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Exports {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let wanted = EXPORTERS.iter().filter_map(|exporter| {
            let path = matches.get_one::<PathBuf>(exporter.flag)?;
            Some((*exporter, target(path)))
        });
        Ok(Self {
            wanted: wanted.collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn target(path: &Path) -> Target {
    match path.as_os_str() == "-" {
        true => Target::Stdout,
        false => Target::Path(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &[&str]) -> Exports {
        let command = Exports::augment_args(Command::new("t"));
        let matches = command.try_get_matches_from(typed).unwrap();
        Exports::from_arg_matches(&matches).unwrap()
    }

    #[test]
    fn each_flag_takes_a_file_or_standard_output() {
        let exports = parsed(&["t", "--export-csv", "a.csv", "--export-json", "-"]);
        let found: Vec<_> = exports
            .wanted
            .iter()
            .map(|(exporter, target)| (exporter.flag, target.clone()))
            .collect();
        let expected = [
            ("export-json", Target::Stdout),
            ("export-csv", Target::Path("a.csv".into())),
        ];
        assert_eq!(found, expected);
        assert!(exports.take_stdout());
        assert!(!parsed(&["t", "--export-csv", "./-"]).take_stdout());
    }
}
