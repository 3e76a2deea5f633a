//! `cargo xtask compare`: runs workloads under models and compares what they cost.

use compare::{Predictor, Request};
use predictions::{Foreteller, foreteller, foreteller_for_sure};
use protocol::ExitCode;

use crate::cli::{CompareArgs, Places};

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &CompareArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let request = args.request();
    let placement = request.sizes.placement;
    let from_calibration = if request.predict {
        Some(foreteller_for_sure(&workspace, placement)?)
    } else if is_measured_here(&request) {
        foreteller(&workspace, placement)
    } else {
        None
    };
    let predictor = from_calibration
        .as_ref()
        .map(|foreteller: &Foreteller| foreteller as &dyn Predictor);
    compare::run(&request, &workspace, predictor)
}

/// Whether figures of this machine come of it: a script has a machine of its own, and answers alone are no figures.
fn is_measured_here(request: &Request) -> bool {
    request.scripted.is_none() && request.profile.measures()
}
