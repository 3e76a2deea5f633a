//! What a script offers to choose from, in the form of the catalogue and the registry: from there
//! on a scripted workload or variant is one like any other.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use protocol::{
    Class, Compute, CpuTime, InFlight, Kernel, Levels, Marks, Step, Wait, Workload,
    format_duration, parse_cpu_time,
};

use super::file::{Script, Work};
use catalog::{
    Calibration, CalibrationError, Capacity, Chosen, Model, Registry, Servers, Variant,
    did_you_mean, params,
};
use terminal::Usage;

impl Script {
    /// The workloads of these names, or all.
    pub fn choose(&self, typed: &[String]) -> anyhow::Result<Vec<Chosen>> {
        if typed.is_empty() {
            return self.workloads.iter().map(|work| self.plain(work)).collect();
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
            return self.plain(work);
        }
        self.plain(work)?.at(params, self).map_err(Usage::error)
    }

    /// A workload without parameters.
    fn plain(&self, work: &Work) -> anyhow::Result<Chosen> {
        chosen(work)?.calibrated(self).map_err(Usage::error)
    }

    /// The levels that a workload is compared at.
    pub(crate) fn levels(&self, typed: &str) -> Option<Levels> {
        let mut works = self.workloads.iter();
        works.find(|work| work.name == typed)?.levels.clone()
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
                unit: None,
                most_in_flight: None,
                levels: true,
                on_request: false,
                blocking: None,
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

impl Calibration for Script {
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
        let name = kernel.name();
        let Some(units) = self.units_per_ms.get(&kernel) else {
            let problem = format!("the script says no `units_per_ms` of {name}");
            return Err(CalibrationError::Impossible(problem));
        };
        let size = (units * time.as_secs_f64() * 1e3).round() as u64;
        let (time, most) = (format_duration(time), kernel.max_size());
        if (1..=most).contains(&size) {
            return Ok(size);
        }
        let problem = format!("{time} of {name} is {size}: this kernel allows 1 to {most}");
        Err(CalibrationError::Impossible(problem))
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
        on_request: false,
        spans_hosts: false,
        own: None,
        real_program: Vec::new(),
        install: None,
        programs: None,
        program: None,
        scale: Default::default(),
        serves: None,
        folder: PathBuf::new(),
        file: Default::default(),
        variants,
    }
}

/// A workload as the script says it. A size that is to follow from a CPU time is 1 at first.
fn chosen(work: &Work) -> anyhow::Result<Chosen> {
    let cpu = work.cpu.as_deref().map(|text| {
        let time = parse_cpu_time(text).map_err(Usage::error)?;
        anyhow::Ok(CpuTime {
            step: 0,
            time,
            asked_at: work.name.clone(),
        })
    });
    Ok(Chosen {
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
            serve: None,
            work: None,
            steps: steps(work),
        },
        cpu: cpu.transpose()?.into_iter().collect(),
        typed: work.name.clone(),
        cell: None,
        marks: Marks::default(),
        headline: work.headline,
        levels: work.levels.clone(),
        servers: Servers::default(),
        file: None,
    })
}

fn steps(work: &Work) -> Vec<Step> {
    let computes = work
        .kernel
        .map(|kernel| Step::Compute(Compute { kernel, size: 1 }));
    let waits = work.wait_ms.map(|ms| {
        Step::Wait(Wait {
            duration: Duration::from_millis(ms),
        })
    });
    computes.into_iter().chain(waits).collect()
}
