//! The command line that repeats one run of a comparison by hand.

use catalog::{Workspace, uses_postgres};
use protocol::DEFAULT_SWITCH_INTERVAL_US;
use results::Placement;

use super::{DEFAULT_TIME_LIMIT, Trial};

/// What to type in the checkout to repeat a run. It is stored with the results, so that `URL` stands for
/// that of a PostgreSQL server, which may hold a password and says where the server is.
pub fn replay(trial: &Trial<'_>, workspace: &Workspace, postgres_url: Option<&str>) -> String {
    let mut words = Vec::new();
    if postgres_url.is_some() && uses_postgres(&trial.chosen.workload) {
        words.push("MANYWAYS_POSTGRES_URL=URL".to_owned());
    }
    words.extend(["cargo", "xtask", "run"].map(str::to_owned));
    words.extend([trial.selected.name(), trial.chosen.typed.clone()]);
    words.extend(["--workers".to_owned(), trial.wanted.workers.to_string()]);
    words.extend(["--tasks".to_owned(), trial.share.tasks.to_string()]);
    if let Some(in_flight) = trial.wanted.in_flight {
        words.extend(["--in-flight".to_owned(), in_flight.to_string()]);
    }
    if trial.wanted.switch_interval_us != DEFAULT_SWITCH_INTERVAL_US {
        let interval = format!("{}us", trial.wanted.switch_interval_us);
        words.extend(["--switch-interval".to_owned(), interval]);
    }
    if trial.limit != DEFAULT_TIME_LIMIT {
        words.extend([
            "--time-limit".to_owned(),
            format!("{}ms", trial.limit.as_millis()),
        ]);
    }
    if trial.placement != Placement::Free {
        words.extend(["--placement", trial.placement.name()].map(str::to_owned));
    }
    for folder in &workspace.more_models {
        words.extend(["--models".to_owned(), folder.display().to_string()]);
    }
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

/// A word as a shell reads it: in quotes, unless all its characters are plain.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Whether a shell reads a character as itself.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./+:=,@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_split_them() {
        assert_eq!(quoted("threads/pool"), "threads/pool");
        assert_eq!(quoted("./my work.toml"), "'./my work.toml'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
