//! The folder of one attempt at a shard. It is made with `mkdir`, which only one can win, and its last file is
//! renamed into place when everything else is there: whatever happens to the host, an attempt is complete or not.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::names::{self, AttemptName};
use crate::plan::Shard;

/// The file that makes an attempt complete.
const DONE: &str = "done";
/// More attempts than a scheduler makes of a shard.
const MOST_ATTEMPTS: u64 = 10_000;

/// The folder of an attempt that is under way.
#[derive(Debug)]
pub struct Attempt {
    path: PathBuf,
    name: AttemptName,
}

/// What a complete attempt consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// Its units, in the order of their numbers.
    pub units: Vec<DoneUnit>,
}

/// A unit of a complete attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoneUnit {
    /// Its number.
    pub unit: u64,
    /// The rows of its `samples.jsonl`.
    pub rows: u64,
}

/// An attempt that lies in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAttempt {
    /// Its folder.
    pub path: PathBuf,
    /// What its name says.
    pub name: AttemptName,
    /// What it consists of; `None` unless it is complete.
    pub done: Option<Done>,
    /// How many of its units have begun.
    pub begun_units: usize,
}

impl Attempt {
    /// Begins one more attempt at a shard in a folder that all shards share, which is made where it is missing.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn begin(campaign: &Path, shard: Shard) -> anyhow::Result<Attempt> {
        fs::create_dir_all(campaign).with_context(|| refusal(campaign))?;
        for attempt in 0..MOST_ATTEMPTS {
            let name = AttemptName { shard, attempt };
            let path = campaign.join(name.to_string());
            // Of several that try, also on other hosts, one makes the folder, and the others find that it is there.
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Attempt { path, name }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| refusal(campaign)),
            }
        }
        anyhow::bail!(
            "{}: there are {MOST_ATTEMPTS} attempts at this shard already",
            campaign.display()
        )
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which attempt it is, from 0.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.name.attempt
    }

    /// The folder of one of its units, which is that of a comparison.
    #[must_use]
    pub fn unit(&self, number: u64) -> PathBuf {
        self.path.join(names::unit(number))
    }

    /// Makes it complete. Nothing may be written to it after this.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(&self, done: &Done) -> anyhow::Result<()> {
        let next = self.path.join("done.next");
        let text = serde_json::to_string(done)? + "\n";
        let written = File::create(&next).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            // After a power cut the name may be there without what was written, unless that is on the disk first.
            file.sync_all()
        });
        written
            .and_then(|()| fs::rename(&next, self.path.join(DONE)))
            .with_context(|| format!("{} cannot be completed", self.path.display()))
    }
}

impl FoundAttempt {
    /// The folder of one of its units.
    #[must_use]
    pub fn unit(&self, number: u64) -> PathBuf {
        self.path.join(names::unit(number))
    }
}

/// Says that a folder cannot keep shards.
fn refusal(campaign: &Path) -> String {
    format!("{}: shards cannot be kept here", campaign.display())
}

/// The attempts in a folder, or the folder itself where it is one, in the order of their names.
///
/// # Errors
/// A folder that cannot be read, or a `done` of another form.
pub fn attempts(folder: &Path) -> anyhow::Result<Vec<FoundAttempt>> {
    if let Some(name) = name_of(folder) {
        return Ok(vec![found(folder.to_owned(), name)?]);
    }
    let mut all = Vec::new();
    for path in paths_in(folder).with_context(|| folder.display().to_string())? {
        if let Some(name) = name_of(&path) {
            all.push(found(path, name)?);
        }
    }
    all.sort_by_key(|attempt| attempt.name);
    Ok(all)
}

fn paths_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

fn name_of(folder: &Path) -> Option<AttemptName> {
    AttemptName::parse(folder.file_name()?.to_str()?)
}

fn found(path: PathBuf, name: AttemptName) -> anyhow::Result<FoundAttempt> {
    let file = path.join(DONE);
    let done = match fs::read_to_string(&file) {
        Ok(text) => {
            let done = serde_json::from_str(&text);
            Some(done.with_context(|| format!("{}: no list of units", file.display()))?)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    };
    let inside = paths_in(&path).with_context(|| path.display().to_string())?;
    Ok(FoundAttempt {
        begun_units: inside.iter().filter(|path| is_unit(path)).count(),
        path,
        name,
        done,
    })
}

fn is_unit(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    name.is_some_and(names::is_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARD: Shard = Shard { index: 1, count: 3 };

    #[test]
    fn attempts_at_a_shard_never_share_a_folder() {
        let campaign = tempfile::tempdir().unwrap();
        let folder = campaign.path().join("new");
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let folder = folder.clone();
                std::thread::spawn(move || Attempt::begin(&folder, SHARD).unwrap().number())
            })
            .collect();
        let mut numbers: Vec<u64> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn an_attempt_is_complete_once_it_is_finished() {
        let campaign = tempfile::tempdir().unwrap();
        let done = Done {
            units: vec![DoneUnit { unit: 4, rows: 20 }],
        };
        let (first, second) = (
            Attempt::begin(campaign.path(), SHARD).unwrap(),
            Attempt::begin(campaign.path(), SHARD).unwrap(),
        );
        fs::create_dir(second.unit(4)).unwrap();
        second.finish(&done).unwrap();
        fs::create_dir(campaign.path().join("something-else")).unwrap();
        let all = attempts(campaign.path()).unwrap();
        let found: Vec<_> = all
            .iter()
            .map(|its| (its.name.attempt, its.begun_units, &its.done))
            .collect();
        assert_eq!(found, [(0, 0, &None), (1, 1, &Some(done))]);
        assert_eq!(attempts(first.path()).unwrap(), all[..1]);
        assert!(second.unit(4).ends_with("shard-1-of-3.attempt-1/unit-0004"));
    }

    #[test]
    fn a_list_of_units_that_is_none_is_named() {
        let campaign = tempfile::tempdir().unwrap();
        let attempt = Attempt::begin(campaign.path(), SHARD).unwrap();
        fs::write(attempt.path().join("done"), "nonsense").unwrap();
        let problem = format!("{:#}", attempts(campaign.path()).unwrap_err());
        assert!(
            problem.contains("attempt-0/done: no list of units"),
            "{problem}"
        );
    }
}
