//! A Slurm controller and nodes on this one machine. Each node is a network, UTS, PID and IPC namespace of its own, with
//! a name and an address: killing its first process takes the whole node, as a power cut does. As root, without an
//! init system. Everything is ended when it goes out of scope.

use std::fs::{self, File, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(90);
/// The first three parts of all addresses, which are seen in the namespaces alone.
const NET: &str = "10.77.0";

/// A fleet that runs.
pub(crate) struct Fleet {
    folder: PathBuf,
    /// What the names of its namespaces begin with, which are seen on the whole machine.
    tag: String,
    nodes: Vec<Option<Child>>,
    munged: Option<Child>,
    controller: Option<Child>,
}

impl Fleet {
    /// Starts a controller and so many nodes, with all their files in this folder.
    pub(crate) fn start(folder: &Path, nodes: usize) -> Fleet {
        let mut fleet = Fleet {
            folder: folder.to_owned(),
            tag: format!("mw{}", std::process::id()),
            nodes: Vec::new(),
            munged: None,
            controller: None,
        };
        fleet.write_files(nodes);
        fleet.connect(nodes);
        fleet.start_munged();
        fleet.start_controller();
        fleet.nodes.resize_with(nodes, || None);
        for node in 1..=nodes {
            fleet.start_node(node);
        }
        let names = format!("mw[1-{nodes}]");
        wait_until("all nodes to be idle", || {
            let states = fleet.text(&[
                "sinfo",
                "--noheader",
                "--nodes",
                &names,
                "--Node",
                "-o",
                "%t",
            ]);
            states.lines().filter(|state| *state == "idle").count() == nodes
        });
        fleet
    }

    /// A command on the machine of the controller.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.namespace("ctl")));
        command.arg(program.as_ref());
        command.env("SLURM_CONF", self.path("slurm.conf"));
        command
    }

    /// What a command there prints.
    pub(crate) fn text(&self, words: &[&str]) -> String {
        let output = self.command(words[0]).args(&words[1..]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The node that runs a task of an array.
    pub(crate) fn node_of(&self, index: u64) -> Option<usize> {
        let lines = self.text(&["squeue", "--noheader", "--array", "-o", "%K %t %N"]);
        let begin = format!("{index} R mw");
        lines
            .lines()
            .find_map(|line| line.trim().strip_prefix(&begin)?.parse().ok())
    }

    /// Takes a node away at once, with everything that runs on it.
    pub(crate) fn crash(&mut self, node: usize) {
        if let Some(mut child) = self.nodes[node - 1].take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts a node.
    pub(crate) fn start_node(&mut self, node: usize) {
        let name = format!("mw{node}");
        fs::create_dir_all(self.path(&format!("spool/{name}"))).unwrap();
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--net={}", self.namespace(&node.to_string())))
            .args([
                "unshare",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "--uts",
                "--ipc",
            ])
            .args([
                "sh",
                "-c",
                "hostname \"$1\" && exec slurmd -D -N \"$1\" -f \"$2\"",
                "sh",
                &name,
            ])
            .arg(self.path("slurm.conf"));
        self.nodes[node - 1] = Some(self.spawn(command, &name));
    }

    /// Cuts the cable of a node, or puts it back in.
    pub(crate) fn link(&self, node: usize, state: &str) {
        let port = self.port(node);
        let output = self
            .command("ip")
            .args(["link", "set", &port, state])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// Kills the controller, and starts it again from what it has on disk.
    pub(crate) fn restart_controller(&mut self) {
        if let Some(mut child) = self.controller.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        self.start_controller();
    }

    /// Lets nodes take jobs again that the controller had given up.
    pub(crate) fn resume(&self) {
        let names = format!("nodename=mw[1-{}]", self.nodes.len());
        self.text(&["scontrol", "update", &names, "state=resume"]);
    }

    /// What the daemons wrote, for messages of failed tests.
    pub(crate) fn logs(&self) -> String {
        ends_of_files(&self.path("log"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn namespace(&self, of: &str) -> String {
        format!("/run/netns/{}-{of}", self.tag)
    }

    /// The name of a node's port at the bridge; fifteen characters at the most.
    fn port(&self, node: usize) -> String {
        format!("{}p{node}", self.tag)
    }

    fn write_files(&self, nodes: usize) {
        for name in ["log", "munge", "run", "spool", "state"] {
            fs::create_dir_all(self.path(name)).unwrap();
        }
        // munged wants its socket where everybody may get, and its key where nobody else may.
        set_mode(&self.folder, 0o755);
        set_mode(&self.path("run"), 0o755);
        set_mode(&self.path("munge"), 0o700);
        let mut key = [0; 128];
        File::open("/dev/urandom")
            .unwrap()
            .read_exact(&mut key)
            .unwrap();
        fs::write(self.path("munge/key"), key).unwrap();
        set_mode(&self.path("munge/key"), 0o400);
        fs::write(self.path("cgroup.conf"), "").unwrap();
        let folder = self.folder.display().to_string();
        let mut conf = include_str!("slurm.conf")
            .replace("FOLDER", &folder)
            .replace("NET", NET);
        for node in 1..=nodes {
            conf += &format!(
                "NodeName=mw{node} NodeAddr={NET}.{node} CPUs=2 RealMemory=1000 Feature=lab State=UNKNOWN\n"
            );
        }
        conf += "PartitionName=lab Nodes=ALL Default=YES OverSubscribe=EXCLUSIVE MaxTime=INFINITE State=UP\n";
        fs::write(self.path("slurm.conf"), conf).unwrap();
    }

    /// A bridge in the controller's namespace, and a cable from it to each node.
    fn connect(&self, nodes: usize) {
        let control = format!("{}-ctl", self.tag);
        run(&format!("ip netns add {control}"));
        let inside = format!("ip -n {control}");
        run(&format!("{inside} link set lo up"));
        run(&format!("{inside} link add br0 type bridge"));
        run(&format!("{inside} addr add {NET}.254/24 dev br0"));
        run(&format!("{inside} link set br0 up"));
        for node in 1..=nodes {
            let (name, port) = (format!("{}-{node}", self.tag), self.port(node));
            run(&format!("ip netns add {name}"));
            run(&format!(
                "ip link add {port} netns {control} type veth peer name eth0 netns {name}"
            ));
            run(&format!("{inside} link set {port} master br0 up"));
            run(&format!("ip -n {name} link set lo up"));
            run(&format!("ip -n {name} addr add {NET}.{node}/24 dev eth0"));
            run(&format!("ip -n {name} link set eth0 up"));
        }
    }

    fn start_munged(&mut self) {
        let mut command = Command::new("munged");
        command.arg("--foreground");
        for (flag, file) in [
            ("--socket", "run/munge.socket"),
            ("--key-file", "munge/key"),
            ("--pid-file", "run/munge.pid"),
            ("--log-file", "munge/log"),
            ("--seed-file", "munge/seed"),
        ] {
            command.arg(format!("{flag}={}", self.path(file).display()));
        }
        self.munged = Some(self.spawn(command, "munged"));
        let socket = self.path("run/munge.socket");
        wait_until("munged", || socket.exists());
    }

    fn start_controller(&mut self) {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--net={}", self.namespace("ctl")))
            .args(["unshare", "--uts", "sh", "-c"])
            .arg("hostname mwctl && exec slurmctld -D -f \"$1\"")
            .arg("sh")
            .arg(self.path("slurm.conf"));
        self.controller = Some(self.spawn(command, "slurmctld"));
        wait_until("the controller to answer", || {
            let ping = self.command("scontrol").arg("ping").output();
            ping.is_ok_and(|output| output.status.success())
        });
    }

    fn spawn(&self, mut command: Command, name: &str) -> Child {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.path(&format!("log/{name}.out")))
            .unwrap();
        command
            .env("SLURM_CONF", self.path("slurm.conf"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let nodes = self.nodes.iter_mut().map(Option::take);
        let all = nodes.chain([self.controller.take(), self.munged.take()]);
        for mut child in all.flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let names = (1..=self.nodes.len()).map(|node| node.to_string());
        for name in names.chain(["ctl".to_owned()]) {
            let _ = Command::new("ip")
                .args(["netns", "del", &format!("{}-{name}", self.tag)])
                .output();
        }
    }
}

/// The ends of the files in a folder, for messages of failed tests.
pub(crate) fn ends_of_files(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let text = fs::read(entry.path()).unwrap_or_default();
        let end = text.len().saturating_sub(3000);
        let shown = String::from_utf8_lossy(&text[end..]).into_owned();
        all += &format!("== {}\n{shown}\n", entry.path().display());
    }
    all
}

/// The processes that name a folder, and the namespaces of this test: nothing once a fleet has ended.
pub(crate) fn leftovers(folder: &Path) -> Vec<String> {
    let processes = Command::new("ps")
        .args(["-e", "-o", "pid=,args="])
        .output()
        .unwrap();
    let spaces = Command::new("ip").args(["netns", "list"]).output().unwrap();
    let named = lines_with(&processes, &folder.display().to_string());
    named
        .into_iter()
        .chain(lines_with(&spaces, &format!("mw{}-", std::process::id())))
        .collect()
}

fn lines_with(output: &Output, word: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter(|line| line.contains(word));
    lines.map(str::to_owned).collect()
}

/// Patience instead of a fixed sleep.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(100));
    }
}

fn run(typed: &str) {
    let words: Vec<&str> = typed.split(' ').collect();
    let output = Command::new(words[0]).args(&words[1..]).output().unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{typed}: {problem}");
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}
