//! What predictions for a number of processors are made from: the model for that number, or those for fewer and for more.

use catalog::Workspace;
use predict::{Machine, Model, On, Prediction, Refusal, between};
use protocol::Workload;
use terminal::{Usage, counted};

use crate::age::{Age, age_of};
use crate::store::{Place, Probe};

/// One model, or two with a number between theirs.
pub(crate) struct Source {
    model: Model,
    /// The model for more processors, where none was calibrated for as many as are asked for.
    more: Option<Model>,
    cores: u64,
    /// Days since the older of them was calibrated.
    pub(crate) days: u64,
    pub(crate) probe: Option<Probe>,
}

/// How one model predicts a run.
pub(crate) type Predict = fn(&Model, &Workload, &str, On) -> Result<Prediction, Refusal>;

impl Source {
    /// The source for so many processors.
    ///
    /// # Errors
    /// Where neither they nor fewer and more were calibrated, or where that holds no longer.
    pub(crate) fn of(workspace: &Workspace, cores: u64) -> anyhow::Result<Source> {
        let places = Place::calibrated(workspace);
        if places.is_empty() {
            return Err(Place::of(workspace).not_calibrated());
        }
        let numbers: Vec<(u64, bool)> = places.iter().map(number_and_sharing).collect();
        let (from, to) = around(&numbers, cores).map_err(Usage::error)?;
        let (fewer, more) = (&places[from], &places[to]);
        let days = days_of(fewer)?.max(days_of(more)?);
        Ok(Source {
            model: fewer.model()?,
            more: (from != to).then(|| more.model()).transpose()?,
            cores,
            days,
            probe: fewer.probe(),
        })
    }

    /// The model for as many processors as are asked for, or for fewer.
    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    pub(crate) fn machine(&self) -> &Machine {
        &self.model.calibration().machine
    }

    pub(crate) fn cores(&self) -> u64 {
        self.cores
    }

    /// What is predicted of a run with so many workers; as many as processors where nobody says how many.
    ///
    /// # Errors
    /// Where it must be refused: see [`Refusal`].
    pub(crate) fn predict(
        &self,
        workload: &Workload,
        variant: &str,
        workers: Option<u64>,
        predict: Predict,
    ) -> Result<Prediction, Refusal> {
        let Some(more) = &self.more else {
            let on = On {
                processors: self.cores,
                workers: workers.unwrap_or(self.cores),
            };
            return predict(&self.model, workload, variant, on);
        };
        if let Some(workers) = workers.filter(|workers| *workers != self.cores) {
            let processors = self.cores;
            return Err(Refusal::OtherWorkers {
                workers,
                processors,
            });
        }
        let [low, high] = [&self.model, more].map(|model| {
            let cores = model.calibration().cores();
            let on = On {
                processors: cores,
                workers: cores,
            };
            Ok((cores, predict(model, workload, variant, on)?))
        });
        let (low, high) = (low?, high?);
        Ok(between((low.0, &low.1), (high.0, &high.1), self.cores))
    }

    /// What processors are meant, where they are not all of the machine's.
    pub(crate) fn note(&self) -> Option<String> {
        let all = self.machine().processors;
        let more = self.more.as_ref().map(|model| model.calibration().cores());
        match more {
            Some(more) => Some(format!(
                "for {}: between what is predicted for {} and for {more}, which were calibrated",
                counted(self.cores, "processor"),
                self.model.calibration().cores()
            )),
            None if self.cores == all => None,
            None if self.cores == 1 => Some(
                "for one processor that all processes of a model share, as `compare --placement one-cpu` runs them".to_owned(),
            ),
            None => Some(format!("for {} of {all} processors", self.cores)),
        }
    }
}

/// The days since a place was calibrated, where that holds.
pub(crate) fn days_of(place: &Place) -> anyhow::Result<u64> {
    match age_of(place) {
        Age::Fresh { days, .. } => Ok(days),
        Age::Stale { why, .. } => Err(Usage::error(format!(
            "the calibration for {} holds no longer: {why}: `cargo xtask calibrate --cores {}` measures it anew",
            counted(place.cores(), "processor"),
            place.cores()
        ))),
        Age::Missing => Err(place.not_calibrated()),
        Age::Broken(why) => Err(Usage::error(why)),
    }
}

/// The processors of a place, and whether all that runs shared them while it was calibrated.
fn number_and_sharing(place: &Place) -> (u64, bool) {
    let calibration = place.calibration().ok().flatten();
    // What cannot be read says so once it is needed.
    let shared = calibration.is_none_or(|its| its.elsewhere() == 0);
    (place.cores(), shared)
}

/// The places in ascending calibrated numbers of the greatest that is not above, and of the least that is not below a number. Where
/// services had processors of their own is another setup, and no neighbour of another number.
fn around(calibrated: &[(u64, bool)], asked: u64) -> Result<(usize, usize), String> {
    let from = calibrated
        .iter()
        .rposition(|(cores, shared)| *cores == asked || (*cores < asked && *shared));
    let to = calibrated
        .iter()
        .position(|(cores, shared)| *cores == asked || (*cores > asked && *shared));
    if let (Some(from), Some(to)) = (from, to) {
        return Ok((from, to));
    }
    let all: Vec<String> = calibrated.iter().map(|one| one.0.to_string()).collect();
    let calibrated = all.join(" and ");
    Err(Refusal::OtherCores { calibrated, asked }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of processors that everything shared.
    fn shared(numbers: &[u64]) -> Vec<(u64, bool)> {
        numbers.iter().map(|number| (*number, true)).collect()
    }

    #[test]
    fn a_calibrated_number_is_its_own_neighbour_and_one_between_two_has_both() {
        let calibrated = shared(&[1, 2, 8]);
        assert_eq!(around(&calibrated, 2), Ok((1, 1)));
        assert_eq!(around(&calibrated, 4), Ok((1, 2)));
    }

    #[test]
    fn one_processor_beside_those_of_the_services_is_predicted_from_itself_and_tells_nothing_of_others()
     {
        let calibrated = [(1, false), (8, true)];
        assert_eq!(around(&calibrated, 1), Ok((0, 0)));
        assert_eq!(around(&calibrated, 8), Ok((1, 1)));
        let words = around(&calibrated, 2).unwrap_err();
        assert!(words.contains("calibrate --cores 2"), "{words}");
    }

    #[test]
    fn beyond_what_was_calibrated_the_words_say_how_that_is_lifted() {
        for asked in [1, 16] {
            let words = around(&shared(&[2, 8]), asked).unwrap_err();
            assert!(
                words.contains("2 and 8") && words.contains(&format!("calibrate --cores {asked}")),
                "{words}"
            );
        }
    }
}
