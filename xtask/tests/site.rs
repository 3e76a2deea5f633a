//! `cargo xtask site`, from the command line to the folder.

mod common;

use std::fs;

use common::{Lab, shown};

const SCRIPT: &str = "seed = 3\n[[workload]]\nname = \"sum\"\ntime_ms = 20.0\ntasks = 100\n\
    [[variant]]\nname = \"plain/loop\"\n[[variant]]\nname = \"other/loop\"\n";

#[test]
fn a_site_has_the_documents_and_what_was_measured() {
    let lab = Lab::new(&[]);
    let output = lab.xtask(&["site", "--out", "s"]).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    assert!(
        shown(&output).contains("no comparison is stored"),
        "{}",
        shown(&output)
    );
    assert!(!lab.path("s/comparison.html").exists());

    lab.write("script.toml", SCRIPT);
    let mut command = lab.xtask(&["compare", "sum", "--scripted", "script.toml", "--runs", "7"]);
    assert!(command.output().unwrap().status.success());
    let added = lab
        .xtask(&["history", "h.jsonl", "--add", "latest"])
        .output();
    assert!(added.unwrap().status.success());
    let output = lab
        .xtask(&["site", "--out", "s", "--history", "h.jsonl"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let index = fs::read_to_string(lab.path("s/index.html")).unwrap();
    for page in ["docs/CLAIMS.html", "comparison.html", "history.html"] {
        assert!(lab.path("s").join(page).is_file(), "{page}");
        assert!(index.contains(&format!("href=\"{page}\"")), "{page}");
    }
    let page = lab
        .xtask(&["report", "--html", "-"])
        .output()
        .unwrap()
        .stdout;
    // But for the way back it is the page that `report` writes.
    let written = fs::read_to_string(lab.path("s/comparison.html")).unwrap();
    let is_way_back = |line: &&str| line.starts_with("<nav aria-label=\"Site\">");
    let rest: Vec<&str> = written.lines().filter(|line| !is_way_back(line)).collect();
    assert_eq!(rest.join("\n") + "\n", String::from_utf8(page).unwrap());
    for page in ["s/comparison.html", "s/history.html"] {
        let text = fs::read_to_string(lab.path(page)).unwrap();
        assert!(text.contains("<a href=\"index.html\">Start</a>"), "{page}");
    }
}

#[test]
fn a_folder_of_something_else_and_names_of_nothing_are_refused() {
    let lab = Lab::new(&[]);
    lab.write("full/notes.txt", "kept");
    for (arguments, expected) in [
        (["--out", "full"], "full has files that are of no site"),
        (["--comparison", "gone"], "gone: no such comparison"),
        (
            ["--history", "gone.jsonl"],
            "there is no history gone.jsonl",
        ),
    ] {
        let mut command = lab.xtask(&["site", "--out", "new"]);
        if arguments[0] == "--out" {
            command = lab.xtask(&["site"]);
        }
        let output = command.args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        assert!(shown(&output).contains(expected), "{}", shown(&output));
    }
    assert_eq!(
        fs::read_to_string(lab.path("full/notes.txt")).unwrap(),
        "kept"
    );
}
