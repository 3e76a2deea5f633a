//! Comparisons of real programs under random kills of the tool, of models and their workers, of services
//! and of PostgreSQL. Each is resumed until it is complete; then no row may be lost, and no process and no
//! file may be left.

mod check;
mod end;
mod plan;
mod request;
mod round;
mod rows;
mod tally;
mod victim;

use std::path::PathBuf;

use anyhow::Context as _;
use catalog::Workspace;
use protocol::ExitCode;
use terminal::{interrupt, output, progress};

use plan::Plan;
pub use request::Request;
use round::Laboratory;
use tally::Tally;

/// Carries out the comparisons with the tool at `program`, and prints what became of them.
///
/// # Errors
/// Where the tool cannot be started, `/proc` cannot be read, or the user interrupts.
pub fn run(request: Request, program: PathBuf, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        cfg!(target_os = "linux"),
        "--soak needs /proc and a child subreaper, which only Linux has"
    );
    interrupt::watch()?;
    host::adopt_orphans();
    let laboratory = Laboratory::new(program, &workspace.target)?;
    let mut tally = Tally::default();
    progress::stage("soak");
    for number in 0..request.comparisons {
        interrupt::check()?;
        let plan = Plan::of(request.seed, number);
        progress::step(&format!(
            "comparison {} of {}: {}",
            number + 1,
            request.comparisons,
            plan.scenario.name
        ));
        let outcome = laboratory
            .round(number, &plan)
            .with_context(|| format!("comparison {}", number + 1))?;
        for problem in &outcome.problems {
            output::complain(&format!("comparison {}: {problem}", number + 1));
        }
        tally.add(&outcome);
    }
    progress::end();
    output::print(&tally.table(request))?;
    if tally.problems() > 0 {
        let kept = laboratory.keep();
        output::complain(&format!("what they left is in {}", kept.display()));
        return Ok(ExitCode::Failed);
    }
    Ok(ExitCode::Ok)
}
