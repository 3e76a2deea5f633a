//! A PostgreSQL server that the tool made for itself, and a client of it: what the tests of its ends
//! share. The tool that keeps it runs a model that never ends.

#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::common::{Lab, wait_until};

/// A laboratory with a workload of selects in which the server sleeps for so long.
pub(crate) fn lab(in_flight: u64, wait: &str) -> Lab {
    let lab = Lab::new(&["good", "stubborn"]);
    let workload = format!(
        "name = \"selects\"\nabout = \"selects\"\nclass = \"io\"\ntasks = 1000\n\
         in_flight = {in_flight}\nseed = 1\n[[step]]\n\
         postgres-select = {{ rows = 100, wait = \"{wait}\" }}\n"
    );
    lab.write("selects.toml", &workload);
    lab
}

/// A tool that has come to a run which never ends, with a server of its own.
pub(crate) struct Cluster {
    pub(crate) tool: Child,
    pub(crate) data: PathBuf,
    // The last to go.
    lab: Lab,
}

impl Cluster {
    /// `None` where the machine has no server program; says so.
    pub(crate) fn start() -> Option<Cluster> {
        let lab = lab(2, "0ms");
        let mut tool = endless(&lab, &[]);
        let data = cluster_of(tool.id()).filter(|_| is_running(tool.id()));
        let Some(data) = data else {
            let was_running = is_running(tool.id());
            interrupt(&mut tool);
            assert!(!was_running, "no folder of a cluster, though a model runs");
            not_tested(&fs::read_to_string(lab.path("stderr")).unwrap());
            return None;
        };
        Some(Cluster { tool, data, lab })
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.data.with_file_name(".s.PGSQL.5432")
    }

    /// For a tool that is to use it as a server which is there.
    pub(crate) fn url(&self) -> String {
        let folder = self.data.parent().unwrap().display().to_string();
        format!(
            "postgres://manyways@{}/postgres",
            folder.replace('/', "%2F")
        )
    }

    /// What its tool has said.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.lab.path("stderr")).unwrap()
    }

    pub(crate) fn session(&self) -> Session {
        Session::open(&self.socket())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        interrupt(&mut self.tool);
    }
}

/// Ends a tool together with all that it started. It may have ended before.
fn interrupt(tool: &mut Child) {
    let _ = Command::new("kill")
        .args(["-INT", &tool.id().to_string()])
        .stderr(Stdio::null())
        .status();
    let _ = tool.wait();
}

/// Why nothing was tested, which is an error where a server is required.
pub(crate) fn not_tested(text: &str) {
    assert!(text.contains("unavailable: no PostgreSQL"), "{text}");
    let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
    assert!(!required.contains("postgres"), "{text}");
    eprintln!("not tested: {text}");
}

/// The tool with the model that never ends, once that runs or the tool has ended.
pub(crate) fn endless(lab: &Lab, arguments: &[&str]) -> Child {
    let mut command = lab.xtask(&["run", "foreign/stubborn", "./selects.toml"]);
    command.args(["--time-limit", "1h"]).args(arguments);
    let stderr = fs::File::create(lab.path("stderr")).unwrap();
    let tool = command.stdout(Stdio::null()).stderr(stderr).spawn();
    let tool = tool.unwrap();
    wait_until("the model to run, or the end of the tool", || {
        !is_running(tool.id()) || lab.path("models/foreign/stubborn").exists()
    });
    tool
}

pub(crate) fn signal(name: &str, pid: u32) {
    let mut kill = Command::new("kill");
    let sent = kill.args([name, &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

pub(crate) fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.trim_start().to_owned());
    state.is_some_and(|state| !state.starts_with('Z'))
}

fn children_of(pid: &str) -> Vec<String> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// The data folder of the cluster whose service this tool has started.
pub(crate) fn cluster_of(tool: u32) -> Option<PathBuf> {
    let services = children_of(&tool.to_string());
    // Where the server runs as another user, its folder may be elsewhere than those of this one.
    [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()]
        .iter()
        .filter_map(|place| fs::read_dir(place).ok())
        .flat_map(Iterator::flatten)
        .find(|entry| {
            let name = entry.file_name();
            let service = name.to_str().and_then(service_of);
            service.is_some_and(|pid| services.iter().any(|service| service == pid))
        })
        .map(|entry| entry.path().join("data"))
}

/// The process of a service, out of the name of its cluster's folder.
pub(crate) fn service_of(folder: &str) -> Option<&str> {
    folder.strip_prefix("manyways-pg-")?.split('-').next()
}

pub(crate) fn postmaster(data: &Path) -> Option<String> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    Some(text.lines().next()?.to_owned())
}

/// Whether a backend is in the middle of a select: its title says so.
pub(crate) fn selects(data: &Path) -> bool {
    let backends = postmaster(data).map(|pid| children_of(&pid));
    backends.unwrap_or_default().iter().any(|pid| {
        let title = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&title).contains("[local] SELECT")
    })
}

/// A connection to a server that trusts us, for what a model would not ask.
pub(crate) struct Session {
    stream: UnixStream,
}

impl Session {
    fn open(socket: &Path) -> Session {
        let mut session = Session {
            stream: UnixStream::connect(socket).unwrap(),
        };
        session.send(b"", b"\0\x03\0\0user\0manyways\0database\0postgres\0\0");
        session.until_ready();
        session
    }

    /// Carries out commands; gives the first value of the last row.
    pub(crate) fn query(&mut self, text: &str) -> Option<String> {
        self.send(b"Q", format!("{text}\0").as_bytes());
        self.until_ready()
    }

    fn send(&mut self, kind: &[u8], body: &[u8]) {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        let message = [kind, &length, body].concat();
        self.stream.write_all(&message).unwrap();
    }

    fn until_ready(&mut self) -> Option<String> {
        let mut value = None;
        loop {
            let mut head = [0; 5];
            self.stream.read_exact(&mut head).unwrap();
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let mut body = vec![0; length as usize - 4];
            self.stream.read_exact(&mut body).unwrap();
            match head[0] {
                b'Z' => return value,
                // After the number of columns and the value's length.
                b'D' => value = Some(String::from_utf8_lossy(&body[6..]).into_owned()),
                b'E' => panic!("{}", String::from_utf8_lossy(&body)),
                _ => {}
            }
        }
    }
}
