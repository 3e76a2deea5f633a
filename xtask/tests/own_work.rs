//! Own work up to its being built: a package is made, and what is wrong with one is told before anything is
//! started.

mod common;

use common::{Lab, shown};

fn refused(lab: &Lab, arguments: &[&str]) -> String {
    let output = lab.xtask(arguments).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(2),
        "{arguments:?}: {}",
        shown(&output)
    );
    shown(&output)
}

fn made(lab: &Lab, name: &str) -> String {
    let path = format!("./{name}");
    let output = lab.xtask(&["new-work", &path]).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    path
}

#[test]
fn a_package_is_made_once() {
    let lab = Lab::new(&["good"]);
    let path = made(&lab, "mine");
    for file in ["Cargo.toml", "work.toml", "src/lib.rs"] {
        assert!(lab.path("mine").join(file).is_file(), "{file}");
    }
    let text = refused(&lab, &["new-work", &path]);
    assert!(text.contains("the folder is not empty"), "{text}");
    let text = refused(&lab, &["new-work", "./My-work"]);
    assert!(text.contains("lower-case letters"), "{text}");
}

#[test]
fn what_is_wrong_with_a_package_is_told_before_it_is_built() {
    let lab = Lab::new(&["good"]);
    let path = made(&lab, "mine");
    let together = refused(&lab, &["compare", &path, "noop"]);
    assert!(
        together.contains("cannot be compared together"),
        "{together}"
    );
    let swept = refused(&lab, &["compare", &path, "-L", "round=1,2"]);
    assert!(swept.contains("did you mean `rounds`?"), "{swept}");
    let kind = refused(&lab, &["compare", &path, "-L", "rounds=many"]);
    assert!(kind.contains("allowed is a number"), "{kind}");
    let without = refused(&lab, &["run", "foreign/good", &path]);
    assert!(without.contains("it carries out no own work"), "{without}");
    let bare = refused(&lab, &["compare", "mine"]);
    assert!(bare.contains("did you mean the folder `./mine`?"), "{bare}");
    let file = lab.path("mine").join("work.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("\".\"", "\"../other\"")).unwrap();
    let elsewhere = refused(&lab, &["compare", &path]);
    assert!(elsewhere.contains("work.toml:9:11: "), "{elsewhere}");
    std::fs::write(&file, format!("{good}models = [\"thread/*\"]\n")).unwrap();
    let nobody = refused(&lab, &["compare", &path]);
    assert!(nobody.contains("no variant matches `thread/*`"), "{nobody}");
}
