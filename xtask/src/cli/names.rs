//! Which names a shell proposes for which argument. They are proposals and no bounds: a parser never
//! sees them, so that files, globs and parameters can be typed as before.

use clap::Command;
use clap::builder::{PossibleValue, PossibleValuesParser};

/// The names that there are.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Workloads of the catalogue.
    pub(crate) workloads: Vec<String>,
    /// Variants, as `model/variant`.
    pub(crate) variants: Vec<String>,
    /// Models, as folders are named.
    pub(crate) models: Vec<String>,
    /// Numbers of claims.
    pub(crate) claims: Vec<String>,
    /// Whatever `explain` knows.
    pub(crate) explained: Vec<String>,
}

/// The command line, with names as values of the arguments that take them.
pub(super) fn proposed(command: Command, names: &Names) -> Command {
    let proposals: [(&str, &str, &[String]); 14] = [
        ("run", "variant", &names.variants),
        ("run", "workload", &names.workloads),
        ("trace", "variant", &names.variants),
        ("trace", "workload", &names.workloads),
        ("compare", "workloads", &names.workloads),
        ("compare", "models", &names.variants),
        ("compare", "reference", &names.variants),
        ("find-rate", "workload", &names.workloads),
        ("find-rate", "models", &names.variants),
        ("ab", "workloads", &names.workloads),
        ("ab", "models", &names.variants),
        ("claims", "claims", &names.claims),
        ("explain", "name", &names.explained),
        ("bench", "model", &names.models),
    ];
    proposals
        .into_iter()
        .fold(command, |command, (subcommand, argument, values)| {
            propose(command, subcommand, argument, values)
        })
}

fn propose(command: Command, subcommand: &str, argument: &str, names: &[String]) -> Command {
    let values: Vec<PossibleValue> = names.iter().cloned().map(PossibleValue::new).collect();
    command.mut_subcommand(subcommand, |sub| {
        sub.mut_arg(argument, |arg| {
            arg.value_parser(PossibleValuesParser::new(values))
        })
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn names_are_proposed_where_they_are_typed() {
        let names = Names {
            workloads: vec!["http".to_owned()],
            variants: vec!["threads/pool".to_owned()],
            ..Names::default()
        };
        let command = proposed(Cli::command(), &names);
        for (argument, expected) in [
            ("workloads", "http"),
            ("models", "threads/pool"),
            ("reference", "threads/pool"),
        ] {
            let compare = command.find_subcommand("compare").unwrap();
            let arguments = compare.get_arguments();
            let found = arguments
                .filter(|arg| arg.get_id() == argument)
                .flat_map(clap::Arg::get_possible_values);
            let values: Vec<String> = found.map(|value| value.get_name().to_owned()).collect();
            assert_eq!(values, [expected], "{argument}");
        }
    }
}
