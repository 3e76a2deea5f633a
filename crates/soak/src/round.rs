//! One comparison of a soak: started, hit by its kills, resumed until it is complete, and looked over.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use host::processes_below;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use results::Stored;
use tempfile::TempDir;
use terminal::{interrupt, progress};
use verdict::rng::Generator;

use crate::check::{self, ROUNDS};
use crate::end::{self, Left};
use crate::plan::{Kill, Plan, Target};
use crate::rows;
use crate::victim::candidates;

/// Time between two looks at the tool.
const INTERVAL: Duration = Duration::from_millis(5);
/// One call of the tool takes no longer on a machine that does ten other things.
const LIMIT: Duration = Duration::from_secs(600);
/// How long a kill waits for something to hit.
const SEARCH: Duration = Duration::from_secs(10);
/// Calls of the tool without a kill, of which the first is to complete the comparison.
const QUIET_CALLS: usize = 2;

/// The folders of a soak: the temporary directory of everything that it starts, and the results.
#[derive(Debug)]
pub(crate) struct Laboratory {
    program: PathBuf,
    /// Short, because sockets are made in it.
    temporary: TempDir,
    results: TempDir,
}

/// What became of one comparison.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) killed: Vec<Target>,
    pub(crate) calls: u64,
    pub(crate) rows: u64,
    pub(crate) rows_lost: u64,
    pub(crate) left: Left,
    pub(crate) problems: Vec<String>,
}

/// Rows that were there at some moment, and the folder that they were in.
struct Seen {
    folder: PathBuf,
    lines: Vec<String>,
}

impl Laboratory {
    pub(crate) fn new(program: PathBuf, target: &Path) -> anyhow::Result<Laboratory> {
        let temporary = tempfile::Builder::new().prefix("soak").tempdir()?;
        // A PostgreSQL server does not run as root: its user must be able to come here too.
        fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o1777))?;
        fs::create_dir_all(target).with_context(|| target.display().to_string())?;
        let results = tempfile::Builder::new().prefix("soak").tempdir_in(target)?;
        Ok(Laboratory {
            program,
            temporary,
            results,
        })
    }

    /// Keeps the results, to be looked at.
    pub(crate) fn keep(self) -> PathBuf {
        self.results.keep()
    }

    /// Carries out one comparison.
    pub(crate) fn round(&self, number: u64, plan: &Plan) -> anyhow::Result<Outcome> {
        let results = self.results.path().join(number.to_string());
        fs::create_dir_all(&results).with_context(|| results.display().to_string())?;
        let mut round = Round {
            laboratory: self,
            plan,
            results,
            random: Generator::for_stream(plan.seed, u64::MAX),
            kills: plan.kills.clone(),
            seen: Vec::new(),
            outcome: Outcome::default(),
        };
        round.whole()?;
        Ok(round.outcome)
    }
}

struct Round<'a> {
    laboratory: &'a Laboratory,
    plan: &'a Plan,
    results: PathBuf,
    random: Generator,
    /// Those that are still to come.
    kills: Vec<Kill>,
    seen: Vec<Seen>,
    outcome: Outcome,
}

impl Round<'_> {
    fn whole(&mut self) -> anyhow::Result<()> {
        let most = self.kills.len() + QUIET_CALLS;
        let mut last = None;
        while !self.is_complete() && (self.outcome.calls as usize) < most {
            last = Some(self.call()?);
            self.outcome.calls += 1;
        }
        if !self.is_complete() {
            let how = last.map_or_else(String::new, |status| status.to_string());
            self.problem(format!("not complete; the tool ended with {how}"));
        }
        self.look_over();
        Ok(())
    }

    /// The folder of the comparison, once there is one.
    fn folder(&self) -> Option<PathBuf> {
        fs::canonicalize(self.results.join("latest")).ok()
    }

    fn stored(&self) -> Option<Stored> {
        Stored::read(self.folder()?).ok()
    }

    fn is_complete(&self) -> bool {
        self.stored()
            .is_some_and(|stored| check::is_complete(&stored.run))
    }

    fn problem(&mut self, text: String) {
        self.outcome.problems.push(text);
    }

    /// One call of the tool, to its end: a new comparison, or the rest of the one that there is.
    fn call(&mut self) -> anyhow::Result<ExitStatus> {
        let mut tool = self.start()?;
        let started = Instant::now();
        let mut next_kill = started + self.wait_of_next();
        loop {
            if let Some(status) = tool.try_wait()? {
                self.remember();
                return Ok(status);
            }
            if interrupt::is_requested() || started.elapsed() > LIMIT {
                let _ = kill(pid(tool.id()), Signal::SIGTERM);
                interrupt::check()?;
                self.problem(format!("a call took longer than {} s", LIMIT.as_secs()));
                let _ = tool.kill();
            }
            if Instant::now() >= next_kill && !self.kills.is_empty() {
                let hit = self.hit(tool.id());
                let is_over = hit || next_kill.elapsed() > SEARCH;
                if is_over {
                    self.kills.remove(0);
                    next_kill = Instant::now() + self.wait_of_next();
                }
            }
            progress::tick();
            std::thread::sleep(INTERVAL);
        }
    }

    fn start(&self) -> anyhow::Result<Child> {
        let mut command = Command::new(&self.laboratory.program);
        command.arg("compare");
        match self.stored() {
            Some(stored) => {
                command.arg("--resume").arg(&stored.path);
            }
            None => {
                command.args(self.plan.scenario.arguments);
                if !self.plan.scenario.arguments.contains(&"--profile") {
                    command.args(["--runs", &ROUNDS.to_string()]);
                }
            }
        }
        command.arg("--results").arg(&self.results);
        let log = self.results.join(format!("call-{}", self.outcome.calls));
        let log = File::create(&log).with_context(|| log.display().to_string())?;
        command
            .env("TMPDIR", self.laboratory.temporary.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        command
            .spawn()
            .with_context(|| self.laboratory.program.display().to_string())
    }

    fn wait_of_next(&self) -> Duration {
        self.kills
            .first()
            .map_or(Duration::MAX / 4, |kill| kill.after)
    }

    /// Carries out the next kill; whether there was something to hit.
    fn hit(&mut self, tool: u32) -> bool {
        let Some(Kill { target, .. }) = self.kills.first().copied() else {
            return false;
        };
        let found = candidates(target, tool, &processes_below(tool));
        if found.is_empty() {
            return false;
        }
        let victim = found[self.random.below(found.len() as u64) as usize];
        self.remember();
        let signal = match target {
            Target::ToolPolitely => Signal::SIGTERM,
            _ => Signal::SIGKILL,
        };
        let is_hit = kill(pid(victim), signal).is_ok();
        if is_hit {
            self.outcome.killed.push(target);
        }
        is_hit
    }

    /// Notes the rows that there are now.
    fn remember(&mut self) {
        if let Some(folder) = self.folder() {
            let lines = rows::lines(&folder);
            self.seen.push(Seen { folder, lines });
        }
    }

    /// Looks for what is lost and what is left.
    fn look_over(&mut self) {
        let lost: usize = self
            .seen
            .iter()
            .map(|seen| rows::lost(&seen.lines, &rows::lines(&seen.folder)))
            .sum();
        if lost > 0 {
            self.problem(format!("{lost} rows are lost"));
        }
        self.outcome.rows_lost = lost as u64;
        if let Some(stored) = self.stored() {
            self.outcome.rows = stored.rows.len() as u64;
            let missing = check::missing(&stored);
            let unexplained = check::unexplained(&stored, &self.outcome.killed);
            self.outcome.rows_lost += missing.len() as u64;
            self.outcome.problems.extend(missing);
            self.outcome.problems.extend(unexplained);
        }
        let processes = end::processes();
        let mut left = Left {
            processes: processes.len() as u64,
            ..Left::default()
        };
        let mut paths = Vec::new();
        end::files(self.laboratory.temporary.path(), &mut left, &mut paths);
        end::files(&self.results.join("live"), &mut left, &mut paths);
        self.outcome.left = left;
        let found = processes.into_iter().chain(paths);
        for what in found {
            self.problem(format!("left behind: {what}"));
        }
    }
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap_or(i32::MAX))
}
