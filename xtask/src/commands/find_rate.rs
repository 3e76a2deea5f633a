//! `cargo xtask find-rate`: the highest rate at which variants keep a condition.

use compare::AskedRun;
use find_rate::{AskedGuess, Guess};
use predictions::{Foreteller, foreteller};
use protocol::{ExitCode, InFlight, Workload};

use crate::cli::{FindRateArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &FindRateArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let request = args.request();
    let predicted = foreteller(&workspace, request.sizes.placement).map(Predicted);
    let guess = predicted.as_ref().map(|guess| guess as &dyn Guess);
    find_rate::run(&request, &workspace, guess)
}

/// Guesses from predictions, where this machine is calibrated.
struct Predicted(Foreteller);

impl Guess for Predicted {
    fn rate(&self, asked: &AskedGuess<'_>) -> Option<u64> {
        let workload = Workload {
            in_flight: InFlight::Lanes(asked.lanes),
            ..asked.workload.clone()
        };
        self.0.first_rate(&AskedRun {
            workload,
            variant: asked.variant,
            workers: asked.workers,
            placement: asked.placement,
        })
    }
}
