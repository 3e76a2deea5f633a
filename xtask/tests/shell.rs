//! What a shell gets from the real program: completions that work in bash, the table of exit codes, the
//! version.

mod common;

use std::process::Command;

use common::Lab;

fn printed(arguments: &[&str]) -> String {
    let lab = Lab::new(&["good"]);
    let output = lab.xtask(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the function that completes the first word, as bash does when the tabulator is pressed behind
/// the last.
const PRESS: &str = r#"
press() {
    local function
    function=$(complete -p "$1" | sed -n 's/.*-F \([^ ]*\).*/\1/p')
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[@]}"
}
"#;

#[test]
fn bash_completes_commands_and_names_with_and_without_cargo() {
    let script = printed(&["completions", "bash"]);
    let presses = [
        ("xtask comp", "completions compare"),
        (
            "xtask compare note",
            "notes-http notes-mixed notes-postgres",
        ),
        (
            "cargo xtask compare note",
            "notes-http notes-mixed notes-postgres",
        ),
        ("cargo xtask run foreign/g", "foreign/good"),
        ("cargo xtask compare http --model foreign/", "foreign/good"),
        ("cargo xtask claims C50", "C50"),
        ("cargo xtask compare http --profile qu", "quick"),
        ("cargo build", ""),
    ];
    let calls: Vec<String> = presses
        .iter()
        .map(|(line, _)| format!("press {line}"))
        .collect();
    // Twice, because a script that is read again must not call itself.
    let text = format!("{script}\n{script}\n{PRESS}\n{}\n", calls.join("\n"));
    // A file, because an argument has room for 128 KiB at most.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("presses.bash");
    std::fs::write(&file, text).unwrap();
    let output = Command::new("bash")
        .arg("--norc")
        .arg(&file)
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let expected: Vec<&str> = presses.iter().map(|(_, expected)| *expected).collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    let completed: Vec<&str> = shown.lines().collect();
    assert_eq!(completed, expected, "{errors}");
}

#[test]
fn help_tells_exit_codes_and_the_folders_of_other_repositories() {
    for arguments in [&["--help"][..], &["compare", "--help"], &["ab", "--help"]] {
        let text = printed(arguments);
        for expected in [
            "Exit codes:",
            "  3    a regression",
            "--models <DIR>",
            "--results <DIR>",
        ] {
            assert!(text.contains(expected), "{arguments:?}: {expected}: {text}");
        }
    }
    assert!(printed(&["ab", "--help"]).contains("--repository <DIR>"));
}

#[test]
fn the_version_is_one_line() {
    let text = printed(&["--version"]);
    let version = concat!("cargo xtask ", env!("CARGO_PKG_VERSION"));
    assert!(
        text.starts_with(version) && text.lines().count() == 1,
        "{text}"
    );
}
