//! Small descriptions for the tests of the rules.

use std::path::PathBuf;

use catalog::{Capacity, Model, Variant};
use protocol::Class;

use crate::project::{ModelFile, Source, WorkloadFile};

pub(crate) fn document(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// A model whose file has the model's name, an empty line, and then each variant's name in a line.
pub(crate) fn model_file(name: &str, variants: &[&str]) -> ModelFile {
    let lines: String = variants
        .iter()
        .map(|name| format!("name = \"{name}\"\n"))
        .collect();
    let variant = |name: &&str| Variant {
        name: (*name).to_owned(),
        about: "a | b".to_owned(),
        capacity: Capacity::InFlight,
        quick: true,
        threads: None,
        unit: None,
        most_in_flight: None,
        levels: false,
        on_request: false,
        blocking: None,
        gate: false,
        reference: false,
    };
    let model = Model {
        name: name.to_owned(),
        about: format!("all of {name}"),
        classes: vec![Class::Io, Class::Cpu],
        build: Vec::new(),
        run: vec!["true".to_owned()],
        env: Default::default(),
        hidden: false,
        on_request: false,
        spans_hosts: false,
        own: None,
        real_program: Vec::new(),
        install: None,
        programs: None,
        program: None,
        scale: Default::default(),
        serves: None,
        folder: PathBuf::from(format!("crates/{name}")),
        file: Default::default(),
        variants: variants.iter().map(variant).collect(),
    };
    let path = format!("crates/{name}/model.toml");
    ModelFile {
        source: document(&path, &format!("name = \"{name}\"\n\n{lines}")),
        model,
    }
}

/// A workload of ten tasks, two in flight.
pub(crate) fn workload_file(name: &str) -> WorkloadFile {
    let path = format!("crates/workloads/catalog/{name}.toml");
    let text = format!(
        "name = \"{name}\"\nabout = \"{name} of old\"\nclass = \"io\"\n\
         tasks = 10\nin_flight = 2\nseed = 1\n"
    );
    let workload = protocol::parse(text.as_bytes(), &path).expect("the example is a workload");
    WorkloadFile {
        source: document(&path, &text),
        workload,
    }
}
