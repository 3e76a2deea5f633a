//! Variants and services whose programs were built anew since a calibration, as far as their programs are there: nothing is built to tell.

use std::collections::BTreeMap;

use catalog::{Registry, Workspace};
use launch::fingerprint;
use predict::Calibration;

use crate::store::Place;

/// The program that answers requests: its cost is in every GET.
pub(crate) const SERVICES: &str = "services";

/// The variants of this machine's calibration whose programs are others now, and the services; none where it has no calibration.
#[must_use]
pub fn rebuilt(workspace: &Workspace) -> Vec<String> {
    match Place::of(workspace).calibration() {
        Ok(Some(calibration)) => rebuilt_since(&calibration, workspace),
        Ok(None) | Err(_) => Vec::new(),
    }
}

/// The variants whose programs are others than those that were measured, and the services where theirs is.
pub(crate) fn rebuilt_since(calibration: &Calibration, workspace: &Workspace) -> Vec<String> {
    let registry = Registry::find(workspace);
    // Variants of a model are one program, whose fingerprint takes a tenth of a second.
    let mut found: BTreeMap<Vec<String>, Option<String>> = BTreeMap::new();
    let mut others = Vec::new();
    for (name, then) in &calibration.programs {
        let Some(words) = words_of(name, &registry, workspace) else {
            continue;
        };
        let now = found
            .entry(words)
            .or_insert_with_key(|words| fingerprint(words, &workspace.root));
        if now.as_ref().is_some_and(|now| now != then) {
            others.push(name.clone());
        }
    }
    others
}

/// The words that start a program; `None` where it costs nothing that is measured, such as the one that judges runs.
fn words_of(name: &str, registry: &Registry, workspace: &Workspace) -> Option<Vec<String>> {
    if name == SERVICES {
        let program = workspace.program(SERVICES);
        return Some(vec![program.to_string_lossy().into_owned()]);
    }
    let selected = registry.exactly(name).ok()?;
    Some(selected.model.words(&selected.model.run, &workspace.target))
}

/// What is said of them; `None` where there is none.
pub(crate) fn words(rebuilt: &[String]) -> Option<String> {
    (!rebuilt.is_empty()).then(|| {
        format!(
            "built anew since the calibration: {}: `cargo xtask calibrate --check` tells whether it still holds",
            rebuilt.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::age::here;

    const MODEL: &str = "name = \"toy\"\nabout = \"x\"\nclasses = [\"io\"]\nrun = [\"sh\", \"{target}/program\"]\n\n\
        [[variant]]\nname = \"one\"\nabout = \"x\"\ncapacity = 1\n";

    #[test]
    fn a_variant_and_the_services_are_told_once_their_program_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let workspace = Workspace {
            target: root.join("target"),
            results: root.join("target/compare"),
            more_models: vec![root.join("toy")],
            root: root.clone(),
        };
        fs::create_dir_all(root.join("toy")).unwrap();
        fs::create_dir_all(root.join("target")).unwrap();
        fs::write(root.join("toy/model.toml"), MODEL).unwrap();
        fs::write(root.join("target/program"), "first").unwrap();
        let registry = Registry::find(&workspace);
        let toy = registry.exactly("toy/one").unwrap();
        let words_of_run = toy.model.words(&toy.model.run, &workspace.target);
        let digest = fingerprint(&words_of_run, &root).unwrap();
        let calibration = Calibration {
            machine: here(),
            programs: BTreeMap::from([
                ("toy/one".to_owned(), digest),
                (SERVICES.to_owned(), "0".to_owned()),
                ("expected".to_owned(), "0".to_owned()),
            ]),
            cores: None,
            measured_ms: 0,
            points: Vec::new(),
        };
        assert!(rebuilt_since(&calibration, &workspace).is_empty());
        fs::write(root.join("target/program"), "second").unwrap();
        let found = rebuilt_since(&calibration, &workspace);
        assert_eq!(found, ["toy/one"]);
        assert!(words(&found).unwrap().contains("calibrate --check"));
        fs::remove_file(root.join("target/program")).unwrap();
        assert!(
            rebuilt_since(&calibration, &workspace).is_empty(),
            "what is not built is not another one"
        );
        fs::create_dir_all(root.join("target/release")).unwrap();
        for program in [SERVICES, "expected"] {
            fs::write(root.join("target/release").join(program), "any").unwrap();
        }
        assert_eq!(rebuilt_since(&calibration, &workspace), [SERVICES]);
        assert_eq!(words(&[]), None);
    }
}
