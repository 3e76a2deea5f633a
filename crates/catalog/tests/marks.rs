//! The marks in the files of models and workloads: what the tool uses although nobody named it is
//! said in one file each, and nowhere in the tool.

use std::fs;
use std::path::Path;

use catalog::{Registry, Selected, Workspace, workloads};
use protocol::LevelsOf;

const MODEL: &str = r#"
name = "mine"
about = "a model of a user"
classes = ["io"]
run = ["{folder}/mine"]
[[variant]]
name = "loop"
about = "an event loop"
capacity = "in-flight"
"#;

const WORKLOAD: &str = r#"
about = "nothing at all"
class = "CLASS"
tasks = 10
in_flight = 2
seed = 1
"#;

fn at(root: &Path) -> Workspace {
    Workspace {
        root: root.to_owned(),
        target: root.join("target"),
        results: root.join("target/compare"),
        more_models: Vec::new(),
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn write_workload(root: &Path, name: &str, class: &str, marks: &str) {
    let text = WORKLOAD.replace("CLASS", class);
    let path = format!("crates/workloads/catalog/{name}.toml");
    write(root, &path, &format!("name = \"{name}\"\n{marks}{text}"));
}

fn names(variants: &[Selected]) -> Vec<String> {
    variants.iter().map(Selected::name).collect()
}

#[test]
fn this_checkout_marks_what_is_used_by_default() {
    let here = at(&Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../.."));
    assert_eq!(workloads::quick(&here).unwrap(), ["http", "sha256", "api"]);
    assert_eq!(workloads::gate(&here).unwrap(), ["sha256", "http-fast"]);
    let registry = Registry::as_written(&here);
    let gate = ["async-tokio/current-thread", "threads/pool"];
    assert_eq!(names(&registry.gate()), gate);
    assert_eq!(registry.reference().unwrap().name(), "threads/pool");
    let mut at_levels: Vec<Selected> = registry.listed().collect();
    at_levels.retain(|selected| selected.variant.levels);
    let expected = [
        "async-compio/per-core",
        "async-smol/single",
        "async-smol/multi",
        "async-std-legacy/multi",
        "async-tokio/current-thread",
        "async-tokio/multi-thread",
        "async-tokio/per-core",
        "multiproc/wide",
        "multiproc/event-loop",
        "python/asyncio",
        "threads/spawn",
    ];
    assert_eq!(names(&at_levels), expected);
    at_levels.retain(|selected| selected.variant.holds(1_000_000));
    let able = names(&at_levels);
    assert!(
        !able.contains(&"threads/spawn".to_owned()) && able.len() == 8,
        "{able:?}"
    );
    assert!(registry.broken.is_empty(), "{:?}", registry.broken);
}

#[test]
fn a_workload_with_levels_runs_where_it_is_named_alone() {
    let here = at(&Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../.."));
    let levels = workloads::levels(&here, "scale").unwrap().unwrap();
    let of = LevelsOf::InFlight(vec![1_000, 10_000, 100_000, 1_000_000]);
    assert_eq!(levels.of, of);
    for typed in ["sleep", "scale@500", "scale[in_flight=5]"] {
        assert_eq!(workloads::levels(&here, typed).unwrap(), None, "{typed}");
    }
    assert!(workloads::names(&here).contains(&"scale".to_owned()));
    let by_default = workloads::by_default(&here);
    assert!(!by_default.contains(&"scale".to_owned()));
    let blocking = workloads::of_groups(&here, &["blocking".to_owned()]);
    let serving = [
        "serve",
        "serve-busy",
        "serve-cpu",
        "serve-many",
        "serve-slow",
    ];
    assert_eq!(
        by_default.len() + 1 + blocking.len() + serving.len(),
        workloads::names(&here).len()
    );
    let mut of_smoke = workloads::smoke(&here);
    of_smoke.retain(|name| !by_default.contains(name));
    assert_eq!(of_smoke, ["serve"]);
}

#[test]
fn the_first_word_of_several_workloads_stands_for_all_of_them() {
    let here = at(&Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../.."));
    let of = |typed: &str| workloads::of_groups(&here, &[typed.to_owned()]);
    let blocking = [
        "blocking-cpu-100ms",
        "blocking-cpu-10ms",
        "blocking-cpu-1ms",
        "blocking-file",
        "blocking-sleep",
        "blocking-sqlite",
    ];
    assert_eq!(of("blocking"), blocking);
    // A workload is itself, although others begin with its name, and one other alone is no group.
    for typed in [
        "http",
        "scale",
        "mandel",
        "./blocking.toml",
        "files[files=5]",
    ] {
        assert_eq!(of(typed), [typed]);
    }
    for name in blocking {
        let levels = workloads::levels(&here, name).unwrap().unwrap();
        assert_eq!(levels.of.key(), "percent", "{name}");
    }
    let registry = Registry::as_written(&here);
    let about = names(&registry.about_blocking().variants);
    assert_eq!(about[0], "async-tokio/multi-thread+inline");
    assert_eq!(about.len(), 6, "{about:?}");
    let by_default = names(&registry.by_default().variants);
    assert!(
        !by_default.contains(&about[0]) && by_default.contains(&about[1]),
        "{by_default:?}"
    );
}

#[test]
fn a_new_variant_is_single_threaded_by_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let marked = format!("{MODEL}threads = 1\ngate = true\nreference = true\n");
    write(folder.path(), "crates/mine/model.toml", &marked);
    let registry = Registry::as_written(&at(folder.path()));
    let variant = registry.exactly("mine/loop").unwrap().variant;
    assert!(variant.is_single_threaded());
    assert_eq!(names(&registry.gate()), ["mine/loop"]);
    assert_eq!(registry.reference().unwrap().name(), "mine/loop");
}

#[test]
fn a_new_workload_is_quick_by_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write_workload(root, "a-both", "mixed", "quick = true\ngate = true\n");
    write_workload(root, "b-computes", "cpu", "quick = true\n");
    write_workload(root, "c-is-named", "io", "quick = false\n");
    write_workload(root, "d-waits", "io", "quick = true\ngate = true\n");
    let quick = workloads::quick(&at(root)).unwrap();
    assert_eq!(quick, ["d-waits", "b-computes", "a-both"]);
    let gate = workloads::gate(&at(root)).unwrap();
    assert_eq!(gate, ["a-both", "d-waits"]);
}

#[test]
fn a_mark_that_is_none_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    write_workload(folder.path(), "odd", "io", "quick = \"yes\"\n");
    let error = workloads::quick(&at(folder.path()))
        .unwrap_err()
        .to_string();
    let place = "crates/workloads/catalog/odd.toml:2:9: ";
    assert!(error.starts_with(place), "{error}");
}

#[test]
fn a_second_reference_is_told_with_its_place_and_the_first_stays() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let marked = format!("{MODEL}reference = true\n");
    write(root, "crates/mine/model.toml", &marked);
    let second = marked.replace("\"mine\"", "\"other\"");
    write(root, "crates/other/model.toml", &second);
    let registry = Registry::as_written(&at(root));
    assert_eq!(registry.reference().unwrap().name(), "mine/loop");
    let expected = "crates/other/model.toml:10:13: a second reference: `mine/loop` has \
                    `reference = true` already";
    assert_eq!(registry.broken[0].problem, expected);
}

#[test]
fn without_a_reference_the_file_that_may_have_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "crates/mine/model.toml", "name = 1\n");
    let registry = Registry::as_written(&at(folder.path()));
    let error = registry.reference().unwrap_err().to_string();
    let expected =
        "no variant has `reference = true` in its `model.toml`: crates/mine/model.toml:1:8";
    assert!(error.starts_with(expected), "{error}");
}
