//! The page of a stored comparison, from the command line to the file.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use common::{Lab, shown};

const SCRIPT: &str = "seed = 3\n[[workload]]\nname = \"sum\"\ntime_ms = 20.0\ntasks = 100\n\
    [[variant]]\nname = \"plain/loop\"\n[[variant]]\nname = \"other/loop\"\n";

fn compared() -> Lab {
    let lab = Lab::new(&[]);
    lab.write("script.toml", SCRIPT);
    let mut command = lab.xtask(&["compare", "sum", "--scripted", "script.toml", "--runs", "7"]);
    let output = command
        .args(["--seed", "5", "--export-html", "a.html"])
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    assert!(
        shown(&output).contains("cargo xtask report --open"),
        "{}",
        shown(&output)
    );
    lab
}

/// A page whose folder is missing is refused.
fn assert_no_folder(lab: &Lab, arguments: &[&str]) {
    let refused = shown(&lab.xtask(arguments).output().unwrap());
    assert!(refused.contains("there is no folder"), "{refused}");
}

#[test]
fn compare_and_report_write_the_same_page() {
    let lab = compared();
    let output = lab.xtask(&["report", "--html", "b.html"]).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let [first, second] = ["a.html", "b.html"].map(|name| fs::read(lab.path(name)).unwrap());
    assert_eq!(first, second);
    let piped = lab.xtask(&["report", "--html", "-"]).output().unwrap();
    assert_eq!(piped.stdout, first);
    assert_no_folder(&lab, &["report", "--html", "no/b.html"]);
}

#[test]
fn report_writes_one_figure_as_a_file_and_says_what_it_cannot_draw() {
    let lab = compared();
    let arguments = [
        "report",
        "--figure",
        "forest",
        "a.svg",
        "--figure",
        "run-order:sum",
        "b.svg",
    ];
    let output = lab.xtask(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let [forest, order] = ["a.svg", "b.svg"].map(|name| fs::read(lab.path(name)).unwrap());
    assert!(forest.starts_with(b"<svg xmlns=") && order.starts_with(b"<svg xmlns="));
    let piped = lab
        .xtask(&["report", "--figure", "forest:sum", "-"])
        .output();
    assert_eq!(piped.unwrap().stdout, forest);
    for (typed, expected) in [
        (
            ["pie", "c.svg"],
            "no plot is named `pie`; there are forest, ",
        ),
        (["forest:sun", "c.svg"], "no `sun`: did you mean `sum`"),
        (["lateness", "c.svg"], "nothing to draw as lateness"),
        (["forest", "no/c.svg"], "there is no folder"),
    ] {
        let output = lab
            .xtask(&["report", "--figure", typed[0], typed[1]])
            .output();
        let output = output.unwrap();
        assert!(shown(&output).contains(expected), "{}", shown(&output));
        assert!(!output.status.success() && output.stdout.is_empty());
    }
    let both = ["report", "--figure", "forest", "x", "--html", "x"];
    let output = lab.xtask(&both).output().unwrap();
    assert!(
        shown(&output).contains("are the same file"),
        "{}",
        shown(&output)
    );
}

#[test]
fn a_page_is_opened_by_what_is_there_or_its_path_is_said() {
    let lab = compared();
    let bin = lab.path("bin");
    fs::create_dir(&bin).unwrap();
    let nowhere = lab.xtask(&["report", "--open"]).env("PATH", &bin).output();
    let said = shown(&nowhere.unwrap());
    assert!(
        said.contains("page.html; neither xdg-open nor open is here"),
        "{said}"
    );
    let opener = bin.join("xdg-open");
    fs::write(&opener, "#!/bin/sh\nexit 0\n").unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let opened = lab.xtask(&["report", "--open"]).env("PATH", &bin).output();
    let said = shown(&opened.unwrap());
    assert!(
        said.contains("opened /") && said.contains("page.html"),
        "{said}"
    );
}

/// The page that a command wrote, after it ended with this code.
fn page_of(lab: &Lab, arguments: &[&str], code: i32) -> String {
    let output = lab.xtask(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", shown(&output));
    let page = fs::read_to_string(lab.path("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    let (contents, _) = page.split_once("<script").unwrap();
    for forbidden in ["http:", "https:", "src=", "NaN"] {
        assert!(!contents.contains(forbidden), "{forbidden}");
    }
    page
}

#[test]
fn ab_draws_the_ratio_of_each_variant_and_its_limit() {
    let lab = Lab::new(&[]);
    let script = "seed = 3\n[[workload]]\nname = \"sum\"\ntime_ms = 20.0\n\
        [[variant]]\nname = \"base:plain/loop\"\n[[variant]]\nname = \"head:plain/loop\"\nfactor = 1.5\n";
    lab.write("script.toml", script);
    let arguments = ["ab", "--scripted", "script.toml", "--seed", "5"];
    let page = page_of(
        &lab,
        &[&arguments[..], &["--export-html", "page.html"]].concat(),
        3,
    );
    for part in [
        "<figure",
        "regression beyond 5 %",
        "plain/loop (time)",
        "class=\"rule\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let piped = lab
        .xtask(&[&arguments[..], &["--html", "-"]].concat())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&piped.stdout), page);
}

#[test]
fn diff_draws_two_comparisons_side_by_side() {
    let lab = compared();
    let page = page_of(
        &lab,
        &["diff", "latest", "latest", "--export-html", "page.html"],
        0,
    );
    assert!(page.contains("second ÷ first") && page.contains("other/loop (time)"));
    assert_no_folder(
        &lab,
        &["diff", "latest", "latest", "--html", "no/page.html"],
    );
}

#[test]
fn claims_are_a_matrix_whose_rows_lead_to_the_evidence() {
    let lab = Lab::new(&[]);
    let script = "[[workload]]\nname = \"notes-http\"\ntime_ms = 100.0\n\
        [[variant]]\nname = \"threads/sequential\"\n\
        [[variant]]\nname = \"threads/spawn\"\nfactor = 0.1\n";
    lab.write("script.toml", script);
    let arguments = ["claims", "C4", "--scripted", "script.toml", "--seed", "5"];
    let page = page_of(
        &lab,
        &[&arguments[..], &["--export-html", "page.html"]].concat(),
        0,
    );
    let link = page.split("<a href=\"#").nth(1).unwrap();
    let target = link.split('"').next().unwrap();
    assert!(
        page.contains(&format!("<details id=\"{target}\"")),
        "{target}"
    );
    assert!(page.contains("✗ does not hold") && page.contains("Thresholds: "));
}

#[test]
fn a_page_of_trust_that_cannot_be_written_is_refused_before_anything_is_simulated() {
    let lab = Lab::new(&[]);
    let refused = lab
        .xtask(&["trust", "--export-html", "no/page.html"])
        .output()
        .unwrap();
    let said = shown(&refused);
    assert!(said.contains("--export-html no/page.html"), "{said}");
}
