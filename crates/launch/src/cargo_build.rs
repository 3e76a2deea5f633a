//! Builds, and what cargo says of the programs that it built: where they are, so that an older program
//! in the usual place is never run.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use catalog::{Model, Workspace, executables};
use results::{Failure, Kind};
use terminal::progress;

use crate::child::{Child, Waited};
use crate::command::{check, start};
use crate::failure::RunError;
use host::Ledger;

/// The time limit of a build: a cold one of everything takes minutes, so that an hour means it hangs.
const LIMIT: Duration = Duration::from_secs(60 * 60);
/// Time between two looks at what a build printed last.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Makes `cargo build` name the programs that it built on standard output; mistakes stay on standard error.
const MESSAGES: &str = "--message-format=json-render-diagnostics";

/// The usual places of the programs that a build made; `None` where the command is not cargo's, and says
/// nothing of them.
#[derive(Debug)]
pub(crate) struct Programs(Option<Vec<PathBuf>>);

/// Builds by a command in the workspace's root, and shows meanwhile the last line that it printed.
///
/// # Errors
/// [`RunError::Failed`] of [`Kind::Build`] with what was printed to standard error;
/// [`RunError::Interrupted`].
pub(crate) fn build(
    words: &[String],
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<Programs, RunError> {
    let telling = with_messages(words);
    let mut programs = telling.as_ref().map(|_| Vec::new());
    let mut child = start(
        telling.as_deref().unwrap_or(words),
        workspace,
        ledger,
        Kind::Build,
    )?;
    let status = listen(&mut child, &mut |line| {
        if let Some(programs) = &mut programs
            && let Some(program) = executables::executable(line)
        {
            programs.push(executables::learn(&workspace.target, &program));
        }
    });
    check(&mut child, status, words, LIMIT, Kind::Build)?;
    Ok(Programs(programs))
}

impl Programs {
    /// Fails where the model starts a program of cargo's target folder that its build does not make: what
    /// lies there is of an earlier build, or of none.
    pub(crate) fn must_have(&self, model: &Model, workspace: &Workspace) -> Result<(), Failure> {
        let (Some(built), Some(run)) = (&self.0, model.run.first()) else {
            return Ok(());
        };
        let usual = PathBuf::from(model.filled(run, &workspace.target));
        if !usual.starts_with(&workspace.target) || built.contains(&usual) {
            return Ok(());
        }
        let names: Vec<String> = built
            .iter()
            .map(|path| below_target(path, workspace))
            .collect();
        let message = format!(
            "`{}` builds {}, and not {}, which `run` in {} starts",
            model.build.join(" "),
            if names.is_empty() {
                "no program".to_owned()
            } else {
                names.join(", ")
            },
            below_target(&usual, workspace),
            model.file.display()
        );
        Err(Failure::new(Kind::Build, message))
    }
}

/// A path as a `model.toml` writes it: `{target}/release/threads`.
fn below_target(path: &Path, workspace: &Workspace) -> String {
    let below = path.strip_prefix(&workspace.target).unwrap_or(path);
    format!("{{target}}/{}", below.display())
}

/// `cargo build …` with the option that makes it name its programs; `None` for other commands, and where a
/// format is chosen already.
fn with_messages(words: &[String]) -> Option<Vec<String>> {
    let program = Path::new(words.first()?).file_stem()?;
    let command = words.iter().position(|word| word == "build")?;
    let has_format = words
        .iter()
        .any(|word| word.starts_with("--message-format"));
    // Before `build` there may be a toolchain only, such as `+nightly`.
    if program != "cargo" || command > 2 || has_format {
        return None;
    }
    let mut telling = words.to_vec();
    telling.insert(command + 1, MESSAGES.to_owned());
    Some(telling)
}

/// Waits for the end of a build; `heard` gets the lines of its standard output.
fn listen(child: &mut Child<'_>, heard: &mut dyn FnMut(&str)) -> Result<ExitStatus, Waited> {
    let deadline = Instant::now() + LIMIT;
    let mut has_ended = false;
    while Instant::now() < deadline {
        let next_look = Instant::now() + LOOK_INTERVAL;
        match child.line(deadline.min(next_look)) {
            Ok(Some(line)) => heard(&line),
            Ok(None) => break,
            // A process that the build left behind may hold its output open.
            Err(Waited::Late) if has_ended => break,
            Err(Waited::Late) => {
                let printed = child.stderr();
                progress::detail(printed.lines().last().unwrap_or_default().trim());
                has_ended = child.has_exited();
            }
            Err(other) => return Err(other),
        }
    }
    child.exit(deadline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_program_that_the_build_does_not_make_is_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace {
            root: folder.path().to_owned(),
            target: folder.path().join("target"),
            results: folder.path().to_owned(),
            more_models: Vec::new(),
        };
        let usual = workspace.target.join("release/threads");
        let built = Programs(Some(vec![usual]));
        let starting = |run: &str| {
            let model = fixtures::model(&["cargo", "build"], &[run]);
            let failed = built.must_have(&model, &workspace).err();
            failed.map(|failure| failure.message)
        };
        assert_eq!(starting("{target}/release/threads"), None);
        assert_eq!(starting("python3"), None);
        let message = starting("{target}/debug/threads").unwrap();
        assert!(
            message.starts_with(
                "`cargo build` builds {target}/release/threads, and not {target}/debug/threads"
            ),
            "{message}"
        );
        let unknown = Programs(None);
        let model = fixtures::model(&["make"], &["{target}/mine"]);
        assert!(unknown.must_have(&model, &workspace).is_ok());
    }

    #[test]
    fn cargo_is_asked_for_its_programs() {
        let telling = |line: &str| with_messages(&words(line)).map(|words| words.join(" "));
        let expected = format!("cargo build {MESSAGES} --release");
        assert_eq!(telling("cargo build --release"), Some(expected));
        assert!(telling("/usr/bin/cargo +nightly build").is_some());
        for other in [
            "make build",
            "cargo run build-all",
            "cargo xtask a build",
            "cargo build --message-format=short",
        ] {
            assert_eq!(telling(other), None, "{other}");
        }
    }
}
