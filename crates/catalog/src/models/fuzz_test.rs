//! Whatever text a `model.toml` has: a model whose command can be made, or an error with its place, never a
//! panic.

#[path = "../../../protocol/tests/mutation/mod.rs"]
mod mutation;

use std::path::Path;

use proptest::prelude::*;

use self::mutation::{config, mutated};
use super::file::parse;

const PYTHON: &str = include_str!("../../../../peers/python/model.toml");
const SMALL: &str = r#"
name = "mine"
about = "everything that a file can say"
classes = ["io", "cpu"]
hidden = true
build = ["cc", "-o", "{target}/mine", "{folder}/mine.c"]
run = ["{target}/mine", "--threads=2"]
env = { LANG = "C", EMPTY = "" }
[scale]
sha256 = 1000
[[variant]]
name = "one"
about = "one"
capacity = 3
threads = 1
unit = "process"
quick = true
gate = true
reference = true
[[variant]]
name = "two"
about = "two"
capacity = "workers"
"#;

fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let file = Path::new("peers/mine/model.toml");
    match parse(&text, file, "mine", Some("other/one")) {
        Ok(model) => {
            assert!(!model.variants.is_empty(), "{model:?}");
            for command in [&model.build, &model.run, &model.real_program] {
                let words = model.words(command, Path::new("target"));
                assert_eq!(words.len(), command.len(), "{model:?}");
            }
            for variant in &model.variants {
                variant.capacity.lanes(2);
            }
        }
        Err(error) => {
            let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
            assert!((1..=lines).contains(&error.line), "{error}");
            assert!(error.column >= 1 && !error.problem.is_empty(), "{error}");
        }
    }
}

/// Files that are read, and some that a parser may stumble over.
fn seeds() -> Vec<Vec<u8>> {
    let head = SMALL.split("[scale]").next().unwrap_or_default();
    let named = PYTHON.replace("name = \"python\"", "name = \"mine\"");
    vec![
        SMALL.into(),
        SMALL.replace('\n', "\r\n").into(),
        format!("\u{feff}{SMALL}").into(),
        SMALL.replace("{folder}", "{folder").into(),
        named.into(),
        format!("{head}variant = []\n").into(),
        format!("run = {}", "[".repeat(300)).into(),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn mutated_files(bytes in mutated(seeds())) {
        check(&bytes);
    }
}

#[test]
fn every_seed_is_read_or_refused() {
    for seed in seeds() {
        check(&seed);
    }
}

#[test]
fn the_files_that_are_mutated_are_good() {
    let file = Path::new("peers/mine/model.toml");
    for seed in [&seeds()[0], &seeds()[4]] {
        let text = std::str::from_utf8(seed).unwrap();
        let model = parse(text, file, "mine", None);
        assert!(model.is_ok(), "{model:?}");
    }
}
