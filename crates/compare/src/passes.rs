//! The passes of a comparison in their order.

use std::path::Path;

use launch::RunError;
use terminal::Usage;

use crate::prepare;
use crate::session::Session;

/// Preparation, correctness, measured blocks, memory; what was done until then stands if one of
/// them cannot go on.
pub(crate) fn everything(session: &mut Session<'_>) -> Result<(), RunError> {
    prepare::prepare(session)?;
    if let Some(campaign) = &session.campaign {
        agree(session, campaign)?;
    }
    if !session.choice.options.profile.measures() {
        return session.check_side_by_side();
    }
    session.correctness_block()?;
    session.choose_lengths()?;
    session.leave_out_what_does_not_fit()?;
    session.foretell()?;
    session.measured_blocks()?;
    session.memory_rounds()
}

/// Refuses a unit whose programs, commit or settings are not those of the campaign's first unit.
fn agree(session: &Session<'_>, campaign: &Path) -> Result<(), RunError> {
    let found = fleet::agree(campaign, &session.log.run).map_err(RunError::tool)?;
    if found.is_empty() {
        return Ok(());
    }
    let problem = Usage::error(format!(
        "this shard is not of the campaign in {}: {}",
        campaign.display(),
        found.join("; ")
    ));
    Err(RunError::tool(problem))
}
