//! What Slurm says of the jobs of a campaign. Pure.

use std::path::Path;

/// How `squeue` is asked to write a line for each task of an array: job, index, state, name, folder.
pub(crate) const FORMAT: &str = "%F|%K|%t|%j|%Z";

/// What is known of the jobs that have not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// The tasks of this campaign.
    Known(Vec<Task>),
    /// Why nobody can tell.
    Unknown(String),
}

/// A task that waits or runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    /// The number of its job, which all tasks of an array share.
    pub(crate) job: String,
    /// Its index in the array; `None` for a job that is no array.
    pub(crate) index: Option<u64>,
    pub(crate) name: String,
    pub(crate) runs: bool,
}

/// The tasks of the campaign in this folder, among others that bear the same names.
pub(crate) fn tasks(lines: &str, folder: &Path) -> Vec<Task> {
    let mut all = Vec::new();
    for line in lines.lines() {
        let fields: Vec<&str> = line.trim().splitn(5, '|').collect();
        if let [job, index, state, name, its_folder] = fields[..]
            && Path::new(its_folder) == folder
        {
            all.push(Task {
                job: job.to_owned(),
                index: index.parse().ok(),
                name: name.to_owned(),
                // Every state but "pending" is that of a task on a host: starting, running, held there, or ending.
                runs: state != "PD",
            });
        }
    }
    all
}

impl Queue {
    /// The task of a shard, by the name of the job of its kind. One that runs comes before one that waits.
    pub(crate) fn task(&self, name: &str, index: u64) -> Option<&Task> {
        let Queue::Known(tasks) = self else {
            return None;
        };
        let its = tasks
            .iter()
            .filter(|task| task.name == name && task.index == Some(index));
        its.max_by_key(|task| task.runs)
    }

    /// The jobs of shards that have not ended, each once.
    pub(crate) fn jobs_of(&self, names: &[String]) -> Vec<String> {
        let Queue::Known(tasks) = self else {
            return Vec::new();
        };
        let its = tasks.iter().filter(|task| names.contains(&task.name));
        let mut jobs: Vec<String> = its.map(|task| task.job.clone()).collect();
        jobs.sort();
        jobs.dedup();
        jobs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_those_of_this_campaign() {
        let lines = "12|0|R|manyways-epyc|/c\n12|3|PD|manyways-epyc|/c\n12|3|CG|manyways-epyc|/c\n\
                     13|1|R|manyways-epyc|/other\n14|N/A|PD|manyways-collect|/c\nnonsense\n";
        let queue = Queue::Known(tasks(lines, Path::new("/c")));
        assert!(queue.task("manyways-epyc", 0).unwrap().runs);
        assert!(queue.task("manyways-epyc", 3).unwrap().runs);
        assert_eq!(queue.task("manyways-epyc", 1), None);
        assert_eq!(queue.task("manyways-arm", 0), None);
        assert_eq!(queue.jobs_of(&["manyways-epyc".to_owned()]), ["12"]);
        assert_eq!(Queue::Unknown(String::new()).task("manyways-epyc", 0), None);
    }
}
