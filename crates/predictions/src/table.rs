//! A workload's predictions as a table for people. Nothing in it was measured, and it says so: there is no `++` and no `--`.

use predict::{Estimate, Machine, Prediction, Refusal, is_noisy};
use terminal::{Column, bytes, counted, duration, duration_with, lay_out, percent, shown, wrap};

use crate::age::{Probed, ago};
use crate::found::{Predicted, choice};
use crate::rebuilt;
use crate::store::Probe;

/// What is said of the calibration.
pub(crate) struct Facts<'a> {
    pub(crate) days: u64,
    pub(crate) probe: Option<Probe>,
    /// The time of now, in milliseconds since 1970.
    pub(crate) now_ms: u64,
    pub(crate) machine: &'a Machine,
    /// How far apart runs of the same point were in the calibration.
    pub(crate) noise: f64,
    /// How many of its processors models would have.
    pub(crate) cores: u64,
    /// What was built anew since: variants, and the services.
    pub(crate) rebuilt: Vec<String>,
}

impl Facts<'_> {
    /// Where predictions come from, in a line.
    pub(crate) fn line(&self) -> String {
        let age = ago(self.days);
        let probe = self.probe.map_or_else(
            || "not probed since".to_owned(),
            |probe| probe_words(&probe, self.now_ms),
        );
        let noise = if is_noisy(self.noise) {
            let apart = percent(self.noise);
            format!(", while it was noisy: runs of the same point were {apart} apart")
        } else {
            String::new()
        };
        format!(
            "predicted, not measured: calibrated {age} on {} with {}, {probe}{noise}",
            shown(&self.machine.cpu),
            counted(self.machine.processors, "processor")
        )
    }
}

fn probe_words(probe: &Probe, now_ms: u64) -> String {
    let worst = percent(probe.worst);
    format!("its {}: off by up to {worst}", Probed::of(probe, now_ms))
}

/// The table of one workload, with what follows from it.
pub(crate) fn table(facts: &Facts<'_>, one: &Predicted, width: usize) -> String {
    let workload = &one.chosen.workload;
    let mut predictions = one.predictions();
    predictions.sort_by(|a, b| a.1.time.value.total_cmp(&b.1.time.value));
    let mut lines = vec![format!(
        "{}: {}",
        shown(&one.chosen.typed),
        shown(&workload.about)
    )];
    lines.extend(wrap(&facts.line(), width, 0));
    if !predictions.is_empty() {
        lines.push(String::new());
        lines.extend(lay_out(columns(&predictions), width).lines);
        lines.push(String::new());
    }
    lines.extend(
        conclusions(facts, one)
            .iter()
            .flat_map(|line| wrap(line, width, 2)),
    );
    for (name, refusal) in one.refusals() {
        lines.extend(wrap(&format!("{name}: not predicted: {refusal}"), width, 2));
    }
    if let Some(line) = rebuilt::words(&facts.rebuilt) {
        lines.extend(wrap(&line, width, 2));
    }
    lines.join("\n") + "\n"
}

fn columns(all: &[(String, Prediction)]) -> Vec<Column> {
    vec![
        column("variant", false, 10, all, |(name, _)| name.clone()),
        column("predicted time", true, 9, all, |(_, one)| {
            time(&one.time, one.tasks)
        }),
        column("tasks/s", true, 5, all, |(_, one)| {
            terminal::count(1.0 / one.time.value)
        }),
        column("CPU a task", true, 8, all, |(_, one)| cpu(&one.cpu)),
        column("memory", true, 4, all, |(_, one)| {
            one.memory
                .map_or_else(String::new, |memory| bytes(memory.value as u64))
        }),
        column("start-up", true, 3, all, |(_, one)| {
            one.start_up
                .map_or_else(String::new, |start| duration(start.value * 1e9))
        }),
        column("bound by", false, 7, all, |(_, one)| {
            one.limit.word().to_owned()
        }),
        column("nearest points", false, 2, all, |(_, one)| {
            one.nearest.join(", ")
        }),
    ]
}

fn column(
    title: &'static str,
    right: bool,
    worth: u8,
    all: &[(String, Prediction)],
    cell: fn(&(String, Prediction)) -> String,
) -> Column {
    Column {
        title,
        right,
        worth,
        cells: all.iter().map(cell).collect(),
    }
}

fn time(time: &Estimate, tasks: u64) -> String {
    let scale = tasks as f64 * 1e9;
    duration_with(
        time.value * scale,
        Some((time.low * scale, time.high * scale)),
    )
}

fn cpu(cpu: &Result<Estimate, Refusal>) -> String {
    match cpu {
        Ok(cpu) => duration_with(cpu.value * 1e9, Some((cpu.low * 1e9, cpu.high * 1e9))),
        Err(_) => "not predicted".to_owned(),
    }
}

/// What is typed to measure variants with as many processors as they were predicted for.
fn measuring(facts: &Facts<'_>, workload: &str, variants: &[String]) -> String {
    let (before, after) = match facts.cores {
        cores if cores == facts.machine.processors => (String::new(), ""),
        1 => (String::new(), " --placement one-cpu"),
        cores => (format!("taskset --cpu-list 0-{} ", cores - 1), ""),
    };
    let models: Vec<String> = variants
        .iter()
        .map(|name| format!(" --model {name}"))
        .collect();
    let (workload, models) = (shown(workload), models.concat());
    format!("{before}cargo xtask compare {workload}{models}{after}")
}

/// Who is not told apart, who is out, and whom to measure.
fn conclusions(facts: &Facts<'_>, one: &Predicted) -> Vec<String> {
    let Some(choice) = choice(one) else {
        return vec!["nothing is predicted here".to_owned()];
    };
    let mut lines = vec![match choice.single() {
        Ok(name) => format!("predicted to be done first: {name}"),
        Err(_) => format!("not told apart: {}", choice.candidates.join(", ")),
    }];
    if let Some(name) = choice.cheapest.filter(|_| choice.candidates.len() > 1) {
        lines.push(format!(
            "of these {name} is predicted to cost the least CPU"
        ));
    }
    if !choice.out.is_empty() {
        lines.push(format!(
            "slower beyond all intervals: {}",
            choice.out.join(", ")
        ));
    }
    if choice.candidates.len() > 1 {
        let typed = measuring(facts, &one.chosen.typed, &choice.measure);
        lines.push(format!("measure these first: {typed}"));
    }
    let wild = one
        .predictions()
        .into_iter()
        .filter(|(_, prediction)| !prediction.is_plausible);
    let names: Vec<String> = wild.map(|(name, _)| name).collect();
    if !names.is_empty() {
        lines.push(format!(
            "faster or slower than simple bounds allow, so less reliable: {}",
            names.join(", ")
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::age::{DAY_MS, here};

    #[test]
    fn what_is_to_be_measured_has_the_processors_that_it_was_predicted_for() {
        let machine = Machine {
            processors: 4,
            ..here()
        };
        let typed = |cores| {
            let facts = Facts {
                days: 0,
                probe: None,
                now_ms: 0,
                machine: &machine,
                noise: 0.0,
                cores,
                rebuilt: Vec::new(),
            };
            measuring(&facts, "http", &["a/b".to_owned(), "c/d".to_owned()])
        };
        let all = "cargo xtask compare http --model a/b --model c/d";
        assert_eq!(typed(4), all);
        assert_eq!(typed(1), format!("{all} --placement one-cpu"));
        assert_eq!(typed(2), format!("taskset --cpu-list 0-1 {all}"));
    }

    #[test]
    fn a_probe_is_told_with_its_verdict_its_age_and_how_far_it_was_off() {
        let probe = Probe {
            checked_ms: 0,
            agrees: true,
            worst: 0.12,
        };
        let words = probe_words(&probe, 2 * DAY_MS);
        assert_eq!(
            words,
            "its last probe (2 days ago) agrees: off by up to 12 %"
        );
        let bad = Probe {
            agrees: false,
            ..probe
        };
        assert!(probe_words(&bad, 0).contains("(today) does not agree"));
    }
}
