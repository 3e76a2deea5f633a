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

#[test]
fn compare_and_report_write_the_same_page() {
    let lab = compared();
    let output = lab.xtask(&["report", "--html", "b.html"]).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let [first, second] = ["a.html", "b.html"].map(|name| fs::read(lab.path(name)).unwrap());
    assert_eq!(first, second);
    let piped = lab.xtask(&["report", "--html", "-"]).output().unwrap();
    assert_eq!(piped.stdout, first);
    let refused = lab
        .xtask(&["report", "--html", "no/b.html"])
        .output()
        .unwrap();
    assert!(
        shown(&refused).contains("there is no folder"),
        "{}",
        shown(&refused)
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
