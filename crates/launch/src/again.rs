//! A run that failed because a service ended meanwhile says nothing of its program: it is done once more. A
//! service that ends twice in a row is a failure of the service's.

use terminal::output;

use crate::failure::RunError;
use crate::trial::JudgedRun;

/// A run against services that can be done more than once.
pub trait Attempt {
    /// Starts the services that do not run, and does the run.
    ///
    /// # Errors
    ///
    /// Those of [`Bench::judged_run`](crate::Bench::judged_run).
    fn run(&mut self) -> Result<JudgedRun, RunError>;

    /// How a service ended, in words, if one that the run uses has since the run began.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`].
    fn lost_service(&mut self) -> Result<Option<String>, RunError>;
}

/// Does a run, and once more where it failed and a service had ended meanwhile.
///
/// # Errors
///
/// Those of the run, and [`RunError::Service`] where a service ended during the second one too.
pub fn again_without_service(attempt: &mut impl Attempt) -> Result<JudgedRun, RunError> {
    let first = attempt.run();
    if !is_failure(&first) {
        return first;
    }
    let Some(why) = attempt.lost_service()? else {
        return first;
    };
    output::notice(&format!("{why}: the run is done once more"));
    let second = attempt.run();
    if !is_failure(&second) {
        return second;
    }
    match attempt.lost_service()? {
        Some(why) => Err(RunError::Service(anyhow::anyhow!(
            "it ended during the run, twice in a row: {why}"
        ))),
        None => second,
    }
}

/// Whether a run failed in a way for which a service may be the cause.
fn is_failure(run: &Result<JudgedRun, RunError>) -> bool {
    match run {
        Ok(run) => run.judgement.is_err(),
        Err(error) => matches!(error, RunError::Failed(_)),
    }
}

#[cfg(test)]
mod tests {
    use results::{Failure, Kind};

    use super::*;

    /// Runs that all fail, and what became of services in each.
    struct Failing {
        lost: Vec<Option<&'static str>>,
        runs: usize,
    }

    impl Attempt for Failing {
        fn run(&mut self) -> Result<JudgedRun, RunError> {
            self.runs += 1;
            Err(Failure::new(Kind::Crashed, format!("run {}", self.runs)).into())
        }

        fn lost_service(&mut self) -> Result<Option<String>, RunError> {
            Ok(self.lost[self.runs - 1].map(str::to_owned))
        }
    }

    fn outcome(lost: &[Option<&'static str>]) -> (usize, Failure) {
        let mut failing = Failing {
            lost: lost.to_vec(),
            runs: 0,
        };
        let error = again_without_service(&mut failing).unwrap_err();
        (failing.runs, error.into_row().unwrap())
    }

    #[test]
    fn a_run_is_repeated_once_and_only_where_a_service_ended() {
        assert_eq!(outcome(&[None]), (1, Failure::new(Kind::Crashed, "run 1")));
        assert_eq!(
            outcome(&[Some("killed"), None]),
            (2, Failure::new(Kind::Crashed, "run 2"))
        );
        let twice = "it ended during the run, twice in a row: killed again";
        assert_eq!(
            outcome(&[Some("killed"), Some("killed again")]),
            (2, Failure::new(Kind::Service, twice))
        );
    }
}
