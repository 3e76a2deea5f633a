//! What the first unit of a campaign that gets to run wrote down, so that a unit of another commit, or with other
//! programs or settings, is refused before it measures anything, and not when all is merged.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use results::RunFile;

use crate::together::differences;

/// The file in the folder of the campaign.
const CAMPAIGN: &str = "campaign.json";

/// What keeps a unit that is about to run from being merged with the first one of its campaign, a line each. The
/// first one writes down what it is.
///
/// # Errors
/// Files that cannot be read or written.
pub fn agree(campaign: &Path, run: &RunFile) -> anyhow::Result<Vec<String>> {
    let file = campaign.join(CAMPAIGN);
    loop {
        match fs::read_to_string(&file) {
            Ok(text) => {
                let first: RunFile =
                    serde_json::from_str(&text).with_context(|| file.display().to_string())?;
                return Ok(differences(&first, run));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => write_first(campaign, run)?,
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        }
    }
}

/// Writes the file unless it is there: a link is made whole or not at all, and only by one, also where several
/// hosts share the folder.
fn write_first(campaign: &Path, run: &RunFile) -> anyhow::Result<()> {
    let own = match run.shard {
        Some(shard) => format!("{CAMPAIGN}.{}-{}", shard.shard, shard.attempt),
        None => format!("{CAMPAIGN}.next"),
    };
    let (own, file) = (campaign.join(own), campaign.join(CAMPAIGN));
    let text = terminal::json(serde_json::to_string_pretty(run)?) + "\n";
    let linked = fs::write(&own, text).and_then(|()| match fs::hard_link(&own, &file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let _ = fs::remove_file(&own);
    linked.with_context(|| format!("{} cannot be written", file.display()))
}
