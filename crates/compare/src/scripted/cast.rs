//! What a script offers to choose from, in the form of the catalogue and the registry: from there
//! on a scripted workload or variant is one like any other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use protocol::{Class, InFlight, Marks, Workload};

use super::file::{Script, Work};
use catalog::{Capacity, Chosen, Model, Registry, Variant, did_you_mean, params};
use terminal::Usage;

impl Script {
    /// The workloads of these names, or all.
    pub fn choose(&self, typed: &[String]) -> anyhow::Result<Vec<Chosen>> {
        if typed.is_empty() {
            return Ok(self.workloads.iter().map(chosen).collect());
        }
        typed.iter().map(|name| self.choose_one(name)).collect()
    }

    /// One workload, with parameters as in the catalogue: `sum` or `sum[in_flight=4]`.
    fn choose_one(&self, typed: &str) -> anyhow::Result<Chosen> {
        let (name, params) = params::split(typed).unwrap_or((typed, Vec::new()));
        let Some(work) = self.workloads.iter().find(|work| work.name == *name) else {
            let hint = did_you_mean(name, self.names().into_iter());
            return Err(Usage::error(format!(
                "no workload of the script is named `{name}`{hint}"
            )));
        };
        if params.is_empty() {
            return Ok(chosen(work));
        }
        chosen(work)
            .at(params)
            .map_err(|problem| Usage::error(format!("{typed}: {problem}")))
    }

    /// The names of its workloads.
    pub fn names(&self) -> Vec<String> {
        self.workloads
            .iter()
            .map(|work| work.name.clone())
            .collect()
    }

    /// The variants, by their models.
    pub fn registry(&self) -> Registry {
        let mut models: BTreeMap<&str, Vec<Variant>> = BTreeMap::new();
        for (position, actor) in self.variants.iter().enumerate() {
            let (model, name) = actor.name.split_once('/').unwrap_or((&actor.name, ""));
            models.entry(model).or_default().push(Variant {
                name: name.to_owned(),
                about: "scripted".to_owned(),
                capacity: Capacity::InFlight,
                quick: true,
                threads: None,
                gate: false,
                // A script has no mark for it, and something must be compared with.
                reference: position == 0,
            });
        }
        Registry {
            models: models
                .into_iter()
                .map(|(name, variants)| model(name, variants))
                .collect(),
            broken: Vec::new(),
        }
    }
}

fn model(name: &str, variants: Vec<Variant>) -> Model {
    Model {
        name: name.to_owned(),
        about: "scripted".to_owned(),
        classes: vec![Class::Mixed],
        build: Vec::new(),
        run: Vec::new(),
        env: BTreeMap::new(),
        hidden: false,
        programs: None,
        program: None,
        scale: Default::default(),
        folder: PathBuf::new(),
        file: Default::default(),
        variants,
    }
}

fn chosen(work: &Work) -> Chosen {
    Chosen {
        workload: Workload {
            name: work.name.clone(),
            about: "scripted".to_owned(),
            class: Class::Mixed,
            tasks: work.tasks,
            in_flight: InFlight::Lanes(work.in_flight),
            rate: None,
            arrivals: protocol::Spread::Uniform,
            seed: 0,
            coordination: None,
            steps: Vec::new(),
        },
        typed: work.name.clone(),
        cell: None,
        marks: Marks::default(),
    }
}
