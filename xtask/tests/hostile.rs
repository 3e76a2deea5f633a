//! Text from elsewhere — a model's files and messages, a stranger's results, what was typed — reaches no
//! terminal, Markdown, CSV or JSON reader raw.

mod common;

use std::fs;
use std::process::Output;

use common::Lab;

/// Sets a title, colours, moves the cursor, ends a line, reverses what follows, and hides itself.
const HOSTILE: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[31m\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}";
/// The same as a string of TOML and JSON, with a line that the tool did not write.
const ESCAPED: &str = "\\u001b]0;owned\\u0007\\u001b[31m\\u009b2J\\u202e\\u2066\\u200b\\ufeff\\nerror: forged\\r<b>*x*|`y`";

/// A model that says hostile things wherever it may say something.
fn hostile_lab() -> Lab {
    let lab = Lab::new(&["good", "says-error", "exit-1"]);
    let toml = fs::read_to_string(lab.path("models/foreign/model.toml")).unwrap();
    let about = format!("about = \"{ESCAPED}\"");
    let hostile = toml
        .replace("about = \"a shell script\"", &about)
        .replace("about = \"good\"", &about);
    lab.write("models/foreign/model.toml", hostile);
    let script = fs::read_to_string(lab.path("models/foreign/foreign.sh")).unwrap();
    let hostile = script
        .replace("foreign 1.0", &format!("foreign {HOSTILE}1.0"))
        .replace(
            "\"language\":\"sh\"",
            &format!("\"language\":\"{ESCAPED}\""),
        )
        .replace("the tasks are on strike", ESCAPED)
        .replace("out of luck", &format!("{HOSTILE}out of luck"));
    // In JSON the version is a string with escapes; `--version` prints the characters themselves.
    let json_version = HOSTILE
        .chars()
        .map(|character| {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units).iter();
            units
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<String>()
        })
        .collect::<String>();
    let hostile = hostile.replace(
        &format!("\"version\":\"foreign {HOSTILE}"),
        &format!("\"version\":\"foreign {json_version}"),
    );
    lab.write("models/foreign/foreign.sh", hostile);
    lab
}

/// Whether a character acts on a terminal, or cannot be seen.
fn is_hostile(character: char) -> bool {
    let is_format = matches!(
        u32::from(character),
        0xAD | 0x61C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xE_0000..=0xE_0FFF
    );
    (character.is_control() && character != '\n') || is_format
}

fn assert_harmless(what: &str, text: &str) {
    let found: Vec<char> = text
        .chars()
        .filter(|character| is_hostile(*character))
        .collect();
    assert!(found.is_empty(), "{what}: {found:?} in {text:?}");
    let forged = text.lines().find(|line| line.starts_with("error: forged"));
    assert_eq!(forged, None, "{what}: {text}");
}

fn harmless(what: &str, output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| str::from_utf8(bytes).unwrap());
    assert_harmless(what, out);
    assert_harmless(what, err);
    format!("{out}\n{err}")
}

const EXPORTS: [&str; 7] = [
    "json",
    "csv",
    "markdown",
    "bmf",
    "github",
    "hyperfine",
    "hgrm",
];

#[test]
fn a_hostile_model_is_shown_harmlessly_by_every_command() {
    let lab = hostile_lab();
    let compared = lab
        .compare(&["--model", "foreign/*", "--runs", "7", "--knobs"])
        .output()
        .unwrap();
    let text = harmless("compare", &compared);
    assert!(text.contains(r"\u{1b}]0;owned\u{7}"), "{text}");
    assert!(text.contains(r"\u{202e}\u{2066}\u{200b}\u{feff}"), "{text}");
    let by_hand = [
        &["list"][..],
        &["doctor"],
        &["explain", "foreign"],
        &["explain", "foreign/good"],
        &["run", "foreign/good", "./nothing.toml"],
        &["run", "foreign/good", "./nothing.toml", "--json"],
        &["run", "foreign/says-error", "./nothing.toml"],
        &["run", "foreign/exit-1", "./nothing.toml"],
        &["conformance", "foreign/exit-1", "--rule", "1"],
        &["diff", "latest", "latest"],
        &["report", "--verbose", "--knobs"],
        &["completions", "bash"],
    ];
    for arguments in by_hand {
        let output = lab.xtask(arguments).output().unwrap();
        // Scripts have tabs of their own.
        if arguments[0] != "completions" {
            harmless(&arguments.join(" "), &output);
        }
        assert!(!output.stdout.contains(&0x1b), "{arguments:?}");
    }
    assert_exports_harmless(&lab);
    for stored in ["run.json", "samples.jsonl"] {
        let text = fs::read_to_string(lab.path("results/latest").join(stored)).unwrap();
        assert_harmless(stored, &text);
    }
    let version = &lab.run_json()["variants"][0]["version"];
    assert!(version.as_str().unwrap().contains('\u{202e}'), "{version}");
}

fn assert_exports_harmless(lab: &Lab) {
    for export in EXPORTS {
        let flag = format!("--export-{export}");
        let output = lab.xtask(&["report", &flag, "-"]).output().unwrap();
        let text = harmless(export, &output);
        let document = str::from_utf8(&output.stdout).unwrap();
        match export {
            "json" | "bmf" | "hyperfine" => {
                serde_json::from_str::<serde_json::Value>(document).unwrap();
            }
            "csv" => {
                let cells = document.lines().flat_map(|line| line.split(','));
                let formula = cells
                    .filter(|cell| cell.starts_with(['=', '+', '-', '@']))
                    .find(|cell| cell.parse::<f64>().is_err());
                assert_eq!(formula, None, "{text}");
            }
            "markdown" => assert!(!document.contains("<b>"), "{document}"),
            _ => {}
        }
    }
}

#[test]
fn a_forged_comparison_is_shown_harmlessly() {
    let lab = Lab::new(&["good", "also"]);
    let made = lab
        .compare(&["--model", "foreign/*", "--runs", "7"])
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", common::shown(&made));
    let name = format!("{HOSTILE}\nerror: forged <b>*x*|`y`");
    for (file, at) in [("run.json", "latest"), ("samples.jsonl", "latest")] {
        let path = lab.path("results").join(at).join(file);
        let json_name: String = serde_json::to_string(&format!("=a/{name}")).unwrap();
        let inner = &json_name[1..json_name.len() - 1];
        let text = fs::read_to_string(&path)
            .unwrap()
            .replace("foreign/also", inner)
            .replace("no steps", "\\u202e<b>")
            .replace("\"commit\": \"", &format!("\"commit\": \"={inner}"))
            .replace("\"cpu\": \"", &format!("\"cpu\": \"{inner}"))
            .replace("\"started\": \"", &format!("\"started\": \"{inner}"));
        fs::write(&path, text).unwrap();
    }
    let folder = lab.path("exported");
    let folder = folder.to_str().unwrap();
    for arguments in [
        &["report"][..],
        &["report", "--verbose", "--knobs"],
        &["diff", "latest", "latest"],
        &["report", "--export-hgrm", folder],
    ] {
        let output = lab.xtask(arguments).output().unwrap();
        harmless(&arguments.join(" "), &output);
        assert_eq!(output.status.code(), Some(0), "{}", common::shown(&output));
    }
    let written: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert_eq!(written.len(), 2, "nothing leads out of the folder");
    assert_exports_harmless(&lab);
}

#[test]
fn what_was_typed_is_echoed_harmlessly() {
    let lab = Lab::new(&["good"]);
    let typed = format!("{HOSTILE}\nerror: forged");
    let flag = format!("--{typed}");
    for arguments in [
        &["compare", &typed][..],
        &["compare", "./nothing.toml", "--model", &typed],
        &["compare", "./nothing.toml", "--param", &typed],
        &["compare", "./nothing.toml", "--reference", &typed],
        &["compare", &flag],
        &["compare", "./nothing.toml", "--seed", &typed],
        &[&typed],
        &["explain", &typed],
        &["report", &typed],
        &["diff", &typed, "latest"],
        &["run", &typed, "./nothing.toml"],
        &["run", "foreign/good", &typed],
        &["conformance", &typed],
        &["ab", "--base", &typed],
        &["claims", &typed],
        &["trust", "--real", &typed],
        &["report", "--export-csv", &format!("{typed}/x.csv")],
        &["list", "--models", &typed],
    ] {
        let output = lab.xtask(arguments).output().unwrap();
        harmless(&format!("{arguments:?}"), &output);
        // A folder without models is a line of the list.
        let is_list = arguments[0] == "list";
        assert_eq!(output.status.code() == Some(0), is_list, "{arguments:?}");
    }
}
