//! The scripts that Slurm is given: the shards of one kind of hosts as an array, and what collects them. Pure.

use std::path::Path;

use crate::file::{Campaign, Kind};
use crate::shell::{command, quoted};
use crate::words;

/// The folder of scripts and logs in that of a campaign.
pub(crate) const FOLDER: &str = "slurm";
/// The name of the job that collects.
pub(crate) const COLLECT: &str = "manyways-collect";

/// Where the programs of a campaign are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Programs<'a> {
    /// This tool.
    pub(crate) tool: &'a Path,
    /// What was typed with it for all commands.
    pub(crate) places: &'a [String],
    /// The checkout.
    pub(crate) root: &'a Path,
}

/// The name of the job that has the shards of a kind.
pub(crate) fn job_name(kind: &Kind) -> String {
    format!("manyways-{}", kind.name)
}

/// The name of its script, in the folder of scripts.
pub(crate) fn script_name(kind: &Kind) -> String {
    format!("{}.sh", kind.name)
}

/// The script of the shards of a kind, each a task of an array. The count is written out, since a scheduler that
/// does one index again says that there is one. Which attempt it is comes from the folders: an index that was
/// submitted again begins to count its restarts anew.
pub(crate) fn shards(campaign: &Campaign, kind: &Kind, programs: Programs<'_>) -> String {
    let out = campaign.shards_of(kind).display().to_string();
    let mut words = vec![programs.tool.display().to_string()];
    words.extend(words::shard(
        campaign,
        Some(&campaign.folder),
        kind.shards,
        &out,
    ));
    words.extend_from_slice(programs.places);
    let mut options = vec![
        format!("--job-name={}", job_name(kind)),
        format!("--array=0-{}", kind.shards - 1),
        "--exclusive".to_owned(),
        "--requeue".to_owned(),
        "--open-mode=append".to_owned(),
        format!("--output={FOLDER}/{}-%a.log", kind.name),
    ];
    if kind.is_named {
        options.push(format!("--constraint={}", kind.name));
    }
    options.extend(common(campaign));
    options.extend(
        campaign
            .file
            .slurm
            .time
            .iter()
            .map(|time| format!("--time={time}")),
    );
    let about = format!(
        "The shards of a campaign on hosts of the kind {}.",
        kind.name
    );
    script(&about, &options, &words, programs)
}

/// The script that merges what there is once all shards have ended, however they ended.
pub(crate) fn collect(campaign: &Campaign, programs: Programs<'_>) -> String {
    let mut words = vec![programs.tool.display().to_string()];
    words.extend(["campaign".to_owned(), "collect".to_owned()]);
    words.push(campaign.path.display().to_string());
    words.extend_from_slice(programs.places);
    let mut options = vec![
        format!("--job-name={COLLECT}"),
        "--ntasks=1".to_owned(),
        "--kill-on-invalid-dep=yes".to_owned(),
        format!("--output={FOLDER}/collect.log"),
    ];
    options.extend(common(campaign));
    script(
        "Merges the shards of a campaign.",
        &options,
        &words,
        programs,
    )
}

/// Options that both scripts have. Paths in them are those below the folder of the campaign.
fn common(campaign: &Campaign) -> Vec<String> {
    let slurm = &campaign.file.slurm;
    let partition = slurm
        .partition
        .iter()
        .map(|name| format!("--partition={name}"));
    let account = slurm.account.iter().map(|name| format!("--account={name}"));
    let further = slurm.options.iter().map(|option| option.get_ref().clone());
    std::iter::once(format!("--chdir={}", campaign.folder.display()))
        .chain(partition)
        .chain(account)
        .chain(further)
        .collect()
}

fn script(about: &str, options: &[String], words: &[String], programs: Programs<'_>) -> String {
    let lines: String = options
        .iter()
        .map(|option| format!("#SBATCH {}\n", quoted(option)))
        .collect();
    format!(
        "#!/bin/sh\n# {about} `cargo xtask campaign submit` writes this anew.\n{lines}\
         export MANYWAYS_NODE=\"$SLURMD_NODENAME\"\ncd {} || exit 1\nexec {}\n",
        quoted(&programs.root.display().to_string()),
        command(words, "$SLURM_ARRAY_TASK_ID"),
    )
}

#[cfg(test)]
mod tests {
    use crate::file::tests::{GOOD, campaign};

    use super::*;

    #[test]
    fn scripts_are_an_array_of_shards_and_what_collects_them() {
        let campaign = campaign(GOOD);
        let places = ["--results".to_owned(), "/scratch/r".to_owned()];
        let programs = Programs {
            tool: Path::new("/checkout/target/release/xtask"),
            places: &places,
            root: Path::new("/checkout"),
        };
        insta::assert_snapshot!("shards", shards(&campaign, &campaign.kinds[0], programs));
        insta::assert_snapshot!("collect", collect(&campaign, programs));
    }

    #[test]
    fn hosts_of_any_kind_have_no_constraint() {
        let campaign = campaign("workloads = [\"http\"]\nruns = 12\nseed = 1\nshards = 2\n");
        let programs = Programs {
            tool: Path::new("/x"),
            places: &[],
            root: Path::new("/"),
        };
        let text = shards(&campaign, &campaign.kinds[0], programs);
        assert!(!text.contains("--constraint"), "{text}");
        assert!(text.contains("#SBATCH --array=0-1\n"), "{text}");
    }
}
