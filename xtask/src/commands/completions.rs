//! `cargo xtask completions SHELL`: a script that completes commands, flags, and the names of workloads
//! and variants.
//!
//! The script is static, with the names of the moment: asking the tool at every press of a key would
//! start cargo each time.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use catalog::{Registry, workloads};
use clap_complete::{Shell, generate};
use protocol::ExitCode;
use terminal::output;

use super::explain;
use crate::cli::{self, Names, Places};

/// The name that the scripts complete: of the program that cargo builds.
const PROGRAM: &str = "xtask";

/// Completes `cargo xtask …` with the function for `xtask …`, and leaves the rest of cargo to the
/// function that completed it before.
const CARGO_IN_BASH: &str = r#"
if ! complete -p cargo 2>/dev/null | grep -q _cargo_or_xtask; then
    declare -F _completion_loader >/dev/null && _completion_loader cargo
    _cargo_without_xtask=$(complete -p cargo 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
fi
_cargo_or_xtask() {
    if [[ ${COMP_WORDS[1]} == xtask && ${COMP_CWORD} -gt 1 ]]; then
        COMP_WORDS=("${COMP_WORDS[@]:1}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _xtask xtask "$2" "$3"
    elif [[ -n ${_cargo_without_xtask} ]]; then
        "${_cargo_without_xtask}" "$@"
    fi
}
complete -F _cargo_or_xtask -o bashdefault -o default cargo
"#;

/// The same: zsh's completion of cargo asks for a function of this name.
const CARGO_IN_ZSH: &str = r#"
_cargo-xtask() {
    _xtask "$@"
}
"#;

/// The same, by completing the line without its first word.
const CARGO_IN_FISH: &str = r#"
complete -c cargo -n "__fish_seen_subcommand_from xtask" -f -a "(complete -C (string replace -r '^\s*cargo\s+' '' -- (commandline -cp)))"
"#;

/// Prints the script.
pub(crate) fn run(shell: Shell, places: &Places) -> anyhow::Result<ExitCode> {
    output::document(&script(shell, &names(places)?)?)?;
    Ok(ExitCode::Ok)
}

fn script(shell: Shell, names: &Names) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let mut command = cli::command_with(names);
    generate(shell, &mut command, PROGRAM, &mut bytes);
    let rest = match shell {
        Shell::Bash => CARGO_IN_BASH.to_owned(),
        Shell::Zsh => CARGO_IN_ZSH.to_owned(),
        Shell::Fish => positionals_in_fish(&command) + CARGO_IN_FISH,
        _ => String::new(),
    };
    Ok(String::from_utf8(bytes)? + &rest)
}

/// The values of arguments without a flag, which the generator leaves out for fish.
fn positionals_in_fish(command: &clap::Command) -> String {
    let mut text = String::new();
    for subcommand in command.get_subcommands() {
        let values: Vec<String> = subcommand
            .get_positionals()
            .flat_map(clap::Arg::get_possible_values)
            .map(|value| value.get_name().to_owned())
            .collect();
        if !values.is_empty() {
            let (name, words) = (subcommand.get_name(), values.join(" "));
            let _ = writeln!(
                text,
                "complete -c xtask -n \"__fish_xtask_using_subcommand {name}\" -a \"{words}\""
            );
        }
    }
    text
}

fn names(places: &Places) -> anyhow::Result<Names> {
    let workspace = places.workspace()?;
    let variants: Vec<String> = Registry::find(&workspace)
        .listed()
        .map(|selected| selected.name())
        .collect();
    let models: BTreeSet<&str> = variants
        .iter()
        .filter_map(|name| Some(name.split_once('/')?.0))
        .collect();
    Ok(Names {
        workloads: workloads::names(&workspace),
        models: models.into_iter().map(str::to_owned).collect(),
        claims: claims::names(),
        explained: explain::known(&workspace)
            .iter()
            .flat_map(|source| source.names())
            .collect(),
        variants,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_know_names_and_the_way_through_cargo() {
        let names = Names {
            workloads: vec!["a-workload".to_owned()],
            variants: vec!["a-model/a-variant".to_owned()],
            ..Names::default()
        };
        for (shell, of_cargo) in [
            (Shell::Bash, "-o default cargo"),
            (Shell::Zsh, "_cargo-xtask()"),
            (Shell::Fish, "complete -c cargo"),
            (Shell::Elvish, ""),
            (Shell::PowerShell, ""),
        ] {
            let text = script(shell, &names).unwrap();
            assert!(text.contains("max-regression"), "{shell}");
            assert!(text.contains(of_cargo), "{shell}");
        }
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let text = script(shell, &names).unwrap();
            assert!(text.contains("a-workload"), "{shell}");
            assert!(text.contains("a-model/a-variant"), "{shell}");
        }
    }
}
