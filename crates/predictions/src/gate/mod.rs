//! The measured gate: workloads that nobody chose, drawn from a date, are predicted, measured, and compared.

mod draw;
mod figures;
mod told;

use std::collections::BTreeSet;

use catalog::{Registry, Selected, Workspace};
use predict::{KERNEL_VARIANTS, Model, On, Point, Prediction, predict};
use protocol::{ExitCode, Workload};
use results::time;
use terminal::{Usage, counted, output, progress};
use verdict::rng::Generator;

use crate::cores::Cores;
use crate::measure::{Part, measure_these};
use crate::source::days_of;
use crate::store::Place;
use draw::drawn;
use figures::{Asked, Cell, Figures};

/// How far apart the predicted best and worst are in two of three files: rules of thumb do well
/// where all variants are alike.
const APART: f64 = 1.15;
/// Files that are drawn at most for each that is measured.
const DRAWN_FOR_EACH: u64 = 50;

/// What is asked of the gate.
#[derive(Clone, Debug)]
pub struct GateRequest {
    /// The seed of the files; today's date, such as 20261130, where there is none.
    pub seed: Option<u64>,
    /// How many files are drawn.
    pub files: u64,
    /// Measured rounds.
    pub rounds: u64,
    /// How many processors models have; all of the machine's where no number is given.
    pub cores: Option<u64>,
    /// Whether to print JSON.
    pub json: bool,
}

/// A drawn file and what is predicted of it.
struct File {
    workload: Workload,
    predictions: Vec<(String, Prediction)>,
}

impl File {
    fn is_apart(&self) -> bool {
        let times = self.predictions.iter().map(|(_, its)| its.time.value);
        let best = times.clone().fold(f64::INFINITY, f64::min);
        times.fold(0.0, f64::max) > best * APART
    }
}

/// What was drawn, and how often a prediction was refused.
struct Draw {
    files: Vec<File>,
    refused: usize,
    asked: usize,
}

/// Draws, predicts and measures, and prints how good the predictions were. It judges nothing: a trend does.
///
/// # Errors
/// A machine without a calibration, an interrupt, and what keeps programs from being built or run.
pub fn gate(request: &GateRequest, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let cores = Cores::typed(request.cores.as_slice())?[0];
    let place = Place::with_cores(workspace, cores.count);
    days_of(&place)?;
    let model = place.model()?;
    let seed = request.seed.unwrap_or_else(today);
    let names = variants(&model);
    let drawn = draw(&model, &names, seed, request.files)?;
    let ledger = launch::begin(&workspace.results)?;
    let registry = Registry::find(workspace);
    let selected: Vec<Selected> = names
        .iter()
        .map(|name| registry.exactly(name))
        .collect::<Result<_, _>>()
        .map_err(Usage::error)?;
    output::notice(&format!(
        "seed {seed}: {} to measure in {}",
        counted(drawn.files.len() as u64, "workload"),
        counted(request.rounds, "round")
    ));
    let part = Part {
        workloads: drawn
            .files
            .iter()
            .map(|file| file.workload.clone())
            .collect(),
        variants: &selected,
        blocks: request.rounds,
        cores,
        seed,
    };
    let inside = place.inside(workspace);
    let to_measure = pairs(&drawn);
    let asked = Asked {
        all: drawn.asked,
        refused: drawn.refused,
        to_measure: to_measure.len(),
    };
    let (points, _) = cores.within(|| measure_these(&inside, &ledger, &part, to_measure))?;
    progress::end();
    let measured = cells(&model, &drawn, &points);
    let found = Figures::of(&measured, asked);
    output::print(&if request.json {
        told::json(seed, model.calibration(), &found, &measured, &points)?
    } else {
        told::text(seed, model.calibration(), &found)
    })?;
    Ok(ExitCode::Ok)
}

/// What was both predicted and measured.
fn cells(model: &Model, draw: &Draw, points: &[Point]) -> Vec<Cell> {
    let mut all = Vec::new();
    for File {
        workload,
        predictions,
    } in &draw.files
    {
        for (variant, _) in predictions {
            let mut own = points.iter();
            let point =
                own.find(|point| point.workload.name == workload.name && point.variant == *variant);
            all.extend(point.and_then(|point| cell(model, workload, point)));
        }
    }
    all
}

/// A run that would wait for long carries out only the first tasks of its file. The prediction is of that number, because a last round
/// that is not full makes a task take longer on average.
fn cell(model: &Model, workload: &Workload, point: &Point) -> Option<Cell> {
    let measured = Workload {
        tasks: point.tasks,
        ..workload.clone()
    };
    Some(Cell {
        workload: workload.name.clone(),
        variant: point.variant.clone(),
        waits: workload.wait_per_task().as_secs_f64(),
        time: point.typical(|run| Some(run.time))?,
        cpu: point.typical(|run| Some(run.cpu))?,
        halves: halves(point),
        prediction: predict(model, &measured, &point.variant, on(model)).ok()?,
    })
}

/// The medians of the times of every second run, from the first and from the second on.
fn halves(point: &Point) -> Option<[f64; 2]> {
    Some([half(point, 0)?, half(point, 1)?])
}

fn half(point: &Point, first: usize) -> Option<f64> {
    let runs = point.runs.iter().skip(first).step_by(2);
    let times: Vec<f64> = runs.map(|run| run.time).collect();
    verdict::median(&times).ok()
}

/// Today, as a number: 20261130.
fn today() -> u64 {
    let date: String = time::readable(time::now_ms())
        .chars()
        .take(10)
        .filter(char::is_ascii_digit)
        .collect();
    date.parse().unwrap_or(1)
}

/// The calibrated variants. One thread alone is calibrated for kernels only.
fn variants(model: &Model) -> Vec<String> {
    let all = model.calibration().variants().into_iter();
    all.filter(|name| *name != KERNEL_VARIANTS[0])
        .map(str::to_owned)
        .collect()
}

/// Draws files until there are enough, two thirds of which have variants that are predicted to be apart.
fn draw(model: &Model, names: &[String], seed: u64, wanted: u64) -> anyhow::Result<Draw> {
    let mut random = Generator::new(seed);
    let mut all = Draw {
        files: Vec::new(),
        refused: 0,
        asked: 0,
    };
    let mut alike_left = wanted / 3;
    for number in 0..wanted * DRAWN_FOR_EACH {
        if all.files.len() as u64 == wanted {
            return Ok(all);
        }
        let workload = drawn(&mut random, model, &format!("gate-{number}"));
        let file = predicted(model, names, workload, &mut all);
        if file.predictions.len() < 2 {
            continue;
        }
        if !file.is_apart() {
            if alike_left == 0 {
                continue;
            }
            alike_left -= 1;
        }
        all.files.push(file);
    }
    anyhow::bail!(
        "of {} drawn workloads only {} can be predicted and have variants that are apart: calibrate anew",
        wanted * DRAWN_FOR_EACH,
        all.files.len()
    )
}

/// Predicts a drawn workload, with as many tasks as take some tenths of a second.
fn predicted(model: &Model, names: &[String], workload: Workload, all: &mut Draw) -> File {
    let first = predictions(model, names, &workload).0;
    let times: Vec<f64> = first.iter().map(|(_, its)| its.time.value).collect();
    let sized = Workload {
        tasks: draw::tasks(&times, &workload),
        ..workload
    };
    let (found, refused) = predictions(model, names, &sized);
    all.refused += refused;
    all.asked += names.len();
    File {
        workload: sized,
        predictions: found,
    }
}

fn predictions(
    model: &Model,
    names: &[String],
    workload: &Workload,
) -> (Vec<(String, Prediction)>, usize) {
    let found: Vec<(String, Prediction)> = names
        .iter()
        .filter_map(|name| {
            Some((
                name.clone(),
                predict(model, workload, name, on(model)).ok()?,
            ))
        })
        .collect();
    let refused = names.len() - found.len();
    (found, refused)
}

/// The processors that were calibrated, with as many workers.
fn on(model: &Model) -> On {
    let processors = model.calibration().cores();
    On {
        processors,
        workers: processors,
    }
}

/// Everything that is not refused is measured.
fn pairs(draw: &Draw) -> BTreeSet<(String, String)> {
    let files = draw.files.iter();
    let pairs = files.flat_map(|file| {
        let names = file.predictions.iter().map(|(name, _)| name.clone());
        names.map(|name| (file.workload.name.clone(), name))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use predict::{Calibration, fit, workloads};

    use super::*;
    use crate::age::here;
    use crate::made_up::{few_points, waiting};

    #[test]
    fn a_prediction_is_of_as_many_tasks_as_were_measured() {
        let calibration = Calibration {
            machine: here(),
            cores: None,
            programs: BTreeMap::new(),
            measured_ms: 0,
            points: few_points(),
        };
        let model = fit(&calibration, 1);
        let mut all = workloads().into_iter();
        let asked = all.find(|workload| workload.name == "cal-wait-8").unwrap();
        let [full, begun] = [16, 17].map(|tasks| {
            let cell = cell(&model, &asked, &waiting(asked.clone(), tasks)).unwrap();
            assert_eq!(cell.prediction.tasks, tasks);
            cell.prediction.time.value
        });
        // Two rounds, and a third one for a single task.
        assert!(
            (full * 16.0 * 1.5 / (begun * 17.0) - 1.0).abs() < 0.05,
            "{full} {begun}"
        );
    }
}
