//! The file of a campaign as people write it: TOML, and for every mistake its line and what is allowed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use protocol::{FileError, plain_words};
use terminal::Usage;

use crate::check;
use crate::fields::File;

/// The name of the file in the folder of a campaign, where the folder is named.
const NAME: &str = "campaign.toml";

/// A campaign: its file, and the folder that everything of it lies in.
#[derive(Debug)]
pub(crate) struct Campaign {
    /// The folder of the file, absolute.
    pub(crate) folder: PathBuf,
    /// The file, absolute.
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) kinds: Vec<Kind>,
}

/// Hosts that are alike, and how many shards they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its name, which is also that of its folder.
    pub(crate) name: String,
    /// Whether its name tells the scheduler which hosts it is of; else any will do.
    pub(crate) is_named: bool,
    pub(crate) shards: u64,
}

impl Campaign {
    /// The campaign of a file, or of the folder that it lies in.
    ///
    /// # Errors
    /// A file that cannot be read, or one that is no campaign.
    pub(crate) fn read(named: &Path) -> anyhow::Result<Campaign> {
        let path = if named.is_dir() {
            named.join(NAME)
        } else {
            named.to_owned()
        };
        let read = fs::canonicalize(&path).and_then(|path| Ok((fs::read_to_string(&path)?, path)));
        let (text, path) = read
            .map_err(|error| Usage::error(format!("{}: no campaign: {error}", path.display())))?;
        let file = parse(&text, named).map_err(Usage::error)?;
        Ok(Campaign {
            folder: path.parent().context("a file is in a folder")?.to_owned(),
            kinds: kinds(&file),
            path,
            file,
        })
    }

    /// The folder of the shards of a kind.
    pub(crate) fn shards_of(&self, kind: &Kind) -> PathBuf {
        self.folder.join(&kind.name)
    }

    /// The folder of the merged shards of a kind.
    pub(crate) fn merged(&self, kind: &Kind) -> PathBuf {
        self.folder.join("merged").join(&kind.name)
    }
}

/// Reads the text of a campaign; `named` is the name that is shown.
fn parse(text: &str, named: &Path) -> Result<File, FileError> {
    let read: Result<File, _> = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        (offset, plain_words(error.message()))
    });
    read.and_then(|file| check::check(&file).map(|()| file))
        .map_err(|(offset, problem)| {
            FileError::at_offset(&named.display().to_string(), text, offset, problem)
        })
}

/// The kinds of hosts; the one kind without a name is called `hosts`.
fn kinds(file: &File) -> Vec<Kind> {
    let unnamed = file.shards.iter().map(|shards| Kind {
        name: "hosts".to_owned(),
        is_named: false,
        shards: *shards.get_ref(),
    });
    let named = file.hosts.iter().map(|hosts| Kind {
        name: hosts.get_ref().kind.get_ref().clone(),
        is_named: true,
        shards: *hosts.get_ref().shards.get_ref(),
    });
    unnamed.chain(named).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A campaign on two kinds of hosts.
    pub(crate) const GOOD: &str = "workloads = [\"http\", \"sha256\"]\nmodels = [\"threads/*\"]\nruns = 48\nseed = 7\n\
        levels = [\"in_flight=1,16\"]\n[[hosts]]\nkind = \"epyc\"\nshards = 4\n[[hosts]]\nkind = \"arm\"\nshards = 2\n\
        [slurm]\npartition = \"lab\"\ntime = \"2:00:00\"\naccount = \"physics\"\n";

    /// The campaign of a text, in a folder that need not exist.
    pub(crate) fn campaign(text: &str) -> Campaign {
        let file = parse(text, Path::new("campaign.toml")).unwrap();
        Campaign {
            folder: PathBuf::from("/shared/night one"),
            path: PathBuf::from("/shared/night one/campaign.toml"),
            kinds: kinds(&file),
            file,
        }
    }

    #[test]
    fn kinds_of_hosts_are_named_or_there_is_one() {
        let names: Vec<String> = campaign(GOOD).kinds.into_iter().map(|k| k.name).collect();
        assert_eq!(names, ["epyc", "arm"]);
        let one = "workloads = [\"http\"]\nruns = 12\nseed = 1\nshards = 2\n";
        let kind = Kind {
            name: "hosts".to_owned(),
            is_named: false,
            shards: 2,
        };
        assert_eq!(campaign(one).kinds, [kind]);
    }

    /// A part of a good campaign, what stands in its place, and what is said of that.
    const MISTAKES: [(&str, &str, &str); 16] = [
        (
            "seed = 7",
            "sede = 7",
            "4:1: unknown field `sede`, expected one of",
        ),
        ("seed = 7\n", "", "missing field `seed`"),
        (
            "runs = 48",
            "runs = 5",
            "3:8: a host needs at least 6 rounds",
        ),
        (
            "runs = 48",
            "runs = 48\nruns_per_unit = 3",
            "4:17: allowed is 6 to 48",
        ),
        (
            "runs = 48",
            "runs = 48\nruns_per_unit = 60",
            "4:17: allowed is 6 to 48",
        ),
        (
            "seed = 7",
            "seed = 7\nshards = 2",
            "5:10: `shards` is for hosts of one kind",
        ),
        (
            "\"arm\"",
            "\"epyc\"",
            "10:8: the kind `epyc` is there twice",
        ),
        (
            "\"arm\"",
            "\"../x\"",
            "10:8: `../x`: a kind is 1 to 40 letters, digits, dashes, dots or `_`",
        ),
        (
            "\"arm\"",
            "\"merged\"",
            "10:8: `merged` has another meaning",
        ),
        (
            "shards = 2",
            "shards = 0",
            "11:10: a kind has at least one shard",
        ),
        ("shards = 2", "shards = \"2\"", "11:10: "),
        ("\"sha256\"", "\"http\"", "1:22: `http` is there twice"),
        ("in_flight=1,16", "in_flight", "5:11: "),
        (
            "seed = 7",
            "seed = 7\nprofile = \"smoke\"",
            "5:11: unknown variant `smoke`, expected one of `quick`",
        ),
        (
            "account = \"physics\"",
            "options = [\"--array=0-3\"]",
            "15:12: `--array=0-3`: the campaign sets this itself",
        ),
        (
            "account = \"physics\"",
            "options = [\"qos\"]",
            "15:12: `qos`: an option of sbatch begins with `--`",
        ),
    ];

    #[test]
    fn mistakes_have_their_line_and_say_what_is_allowed() {
        for (from, to, expected) in MISTAKES {
            let text = GOOD.replacen(from, to, 1);
            let problem = parse(&text, Path::new("c.toml")).unwrap_err().to_string();
            assert!(problem.contains(expected), "{to}: {problem}");
        }
        let none = "workloads = [\"http\"]\nruns = 12\nseed = 1\n";
        let problem = parse(none, Path::new("c.toml")).unwrap_err().to_string();
        assert!(problem.contains("`shards = 4`"), "{problem}");
    }
}
