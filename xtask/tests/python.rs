//! The Python peer gives the right answers, and every program that a `model.toml` asks for is offered.

mod common;
mod peer;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use common::{Lab, shown};
use peer::{Program, VARIANTS, digest_of_seeds, has_python, request, runs_with_peer};
use serde_json::json;

#[test]
fn every_workload_is_right_under_every_variant() {
    if !has_python() {
        return;
    }
    let lab = Lab::new(&["good"]);
    // Ten thousand threads under one lock start slowly beside other tests.
    let patience = ["--time-limit", "5m"];
    let arguments = ["compare", "--profile", "smoke", "--model", "python/*"];
    let mut command = lab.xtask(&arguments);
    let output = command
        .args(patience)
        .args(["--reference", "python/sequential"])
        .output()
        .unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let runs = lab.runs();
    for run in &runs {
        let failure = &run["outcome"]["failed"]["failure"];
        let variant = run["variant"].as_str().unwrap();
        // A typed absence: of newer interpreters, of a server, or of a primitive.
        let is_absent = failure["kind"] == "unsupported" || failure["kind"] == "unavailable";
        assert!(failure.is_null() || is_absent, "{variant}: {failure}");
    }
    let ran = |variant: &str| {
        let measured = runs.iter().filter(|run| run["outcome"]["failed"].is_null());
        measured.filter(|run| run["variant"] == variant).count()
    };
    let most = ran("python/sequential");
    for variant in VARIANTS {
        assert!(
            ran(&format!("python/{variant}")) >= most,
            "{variant}: {text}"
        );
    }
}

#[test]
fn kernels_in_plain_python_run_a_stated_part() {
    if !has_python() {
        return;
    }
    let lab = Lab::new(&["good"]);
    let output = lab
        .xtask(&["run", "python/sequential", "primes", "--json"])
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let done: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(done["done"]["tasks"], 80, "a fifth of 400: {lines}");
}

#[test]
fn every_variant_with_units_coordinates_them() {
    if !has_python() {
        return;
    }
    let pulses = pulses().to_string();
    let kinds = [
        json!({"spawn": {}}),
        json!({"ping-pong": {"bytes": 100_000}}),
        json!({"counter": {"increments": 100, "synchronised": true}}),
        json!({"counter": {"increments": 100, "synchronised": false}}),
        json!({"order": {}}),
        json!({"stall": {"period": "1000000ns", "hogs": 1, "hog": "1000000ns"}}),
        json!({"echo": {"think": "1000000ns", "hogs": 1, "hog": "1000000ns"}}),
    ];
    for variant in ["threading", "pool", "asyncio", "multiprocessing"] {
        for kind in &kinds {
            let work = json!({"class": "coordination", "coordination": kind});
            let mut request = request(variant, 12, 3, &work);
            request["setup"]["endpoints"]["pulses"] = json!(pulses);
            let (answer, value, code) = Program::start(&request).finish();
            let told = format!("{variant} {kind}: {value}");
            assert_eq!((answer.as_str(), code), ("done", Some(0)), "{told}");
            assert_eq!(value["digest"], digest_of_seeds(12).as_str(), "{told}");
            let counts = &value["counts"];
            if kind.get("order").is_some() {
                assert!(counts["out-of-order"].as_u64() <= Some(12), "{told}");
            }
            if kind.get("spawn").is_some() {
                let shared = if variant == "multiprocessing" { 0 } else { 12 };
                assert_eq!(counts["seen"], shared, "{told}");
            }
            if kind.get("counter").is_some() {
                assert!(counts["lost"].is_u64(), "{told}");
            }
        }
    }
}

/// Units of a fork server are not our children, and their processor time counts all the same.
#[cfg(target_os = "linux")]
#[test]
fn processor_time_of_units_is_counted_whoever_started_them() {
    if !has_python() {
        return;
    }
    let counter = json!({"counter": {"increments": 200_000, "synchronised": false}});
    let work = json!({"class": "coordination", "coordination": counter});
    let cpu_of = |variant: &str| {
        let (_, value, _) = Program::start(&request(variant, 8, 2, &work)).finish();
        value["cpu_ns"]
            .as_u64()
            .unwrap_or_else(|| panic!("{value}"))
    };
    let (forked, served) = (
        cpu_of("multiprocessing"),
        cpu_of("multiprocessing+forkserver"),
    );
    assert!(served > forked / 2, "{served} ns, and {forked} ns forked");
}

/// RFC 4013, section 3, and what PostgreSQL makes of passwords that it forbids.
#[test]
fn passwords_are_prepared_as_the_server_does() {
    if !has_python() {
        return;
    }
    for (given, prepared) in [
        ("I\\u00adX", "IX"),
        ("user", "user"),
        ("\\u00aa", "a"),
        ("\\u2168", "IX"),
        ("p\\u00a0\\u00fc", "p \\u00fc"),
        // Forbidden, and so left as they are.
        ("\\u0007\\u00aa", "\\u0007\\u00aa"),
        ("\\u0627\\u0031", "\\u0627\\u0031"),
        ("\\u00ad", "\\u00ad"),
    ] {
        let script = format!(
            "from peer.postgres import prepared; assert prepared('{given}') == '{prepared}'"
        );
        assert!(runs_with_peer(&script), "{given}");
    }
}

#[test]
fn tasks_of_an_event_loop_take_turns_in_order_and_lose_nothing() {
    if !has_python() {
        return;
    }
    for (kind, count) in [
        (json!({"order": {}}), "out-of-order"),
        (
            json!({"counter": {"increments": 1000, "synchronised": false}}),
            "lost",
        ),
    ] {
        let work = json!({"class": "coordination", "coordination": kind});
        let (_, value, _) = Program::start(&request("asyncio", 40, 4, &work)).finish();
        assert_eq!(value["counts"][count], 0, "{value}");
    }
}

#[test]
fn waiting_tasks_are_alive_at_once_and_held_there() {
    if !has_python() {
        return;
    }
    let work = json!({"step": [{"wait": {"duration": "1000000ns"}}]});
    for variant in ["threading", "pool", "asyncio", "asyncio+threads"] {
        let mut request = request(variant, 30, 10, &work);
        request["hold"] = json!(true);
        let mut program = Program::start(&request);
        let mut kinds = Vec::new();
        let done = loop {
            let (kind, value) = program.message();
            kinds.push(kind);
            match kinds.last().map(String::as_str) {
                Some("done") => break value,
                _ => program.send("go"),
            }
        };
        assert_eq!(kinds, ["ready", "held", "held", "done"], "{variant}");
        assert_eq!(done["alive_at_once"], 10, "{variant}");
        assert_eq!(done["digest"], digest_of_seeds(30).as_str(), "{variant}");
    }
}

#[test]
fn every_program_that_a_model_asks_for_is_offered() {
    let lab = Lab::new(&["good"]);
    lab.add_model("mine", &["good"]);
    let model = std::fs::read_to_string(lab.path("models/mine/model.toml")).unwrap();
    let under = model.replace(
        "run = [\"sh\"",
        "programs = \"mine3*\"\ninstall = \"apt-get install mine\"\nrun = [\"{program}\"",
    );
    lab.write("models/mine/model.toml", &under);
    let smoke = ["--profile", "smoke", "--model", "mine*"];
    let output = lab.compare(&smoke).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert_eq!(lab.failures("mine"), ["unavailable"], "{text}");
    assert!(
        text.contains("no program `mine3*` is on the PATH: apt-get install mine"),
        "{text}"
    );

    for (name, text) in [
        ("mine3", "exec sh \"$@\""),
        ("mine3.9", "exec sh \"$@\" # of old"),
        ("mine3-config", "exit 1"),
        (
            "mine3.7",
            "echo 'nothing of that name is installed' >&2; exit 127",
        ),
    ] {
        let path = lab.write(&format!("bin/{name}"), format!("#!/bin/sh\n{text}\n"));
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).unwrap();
    }
    let path = std::env::var_os("PATH").unwrap();
    let folders = [lab.path("bin")]
        .into_iter()
        .chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).unwrap();
    let listed = shown(&lab.xtask(&["list"]).env("PATH", &path).output().unwrap());
    for name in ["mine/good", "mine-3.9/good"] {
        assert!(listed.contains(name), "{listed}");
    }
    assert!(!listed.contains("config"), "{listed}");
    let output = lab.compare(&smoke).env("PATH", &path).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(lab.failures("mine/good").is_empty(), "{text}");
    assert!(lab.failures("mine-3.9/good").is_empty(), "{text}");
    assert_eq!(lab.failures("mine-3.7/good"), ["start"], "{text}");
    assert!(
        text.contains("| nothing of that name is installed"),
        "{text}"
    );
}

/// A pulse service of the test's own, as docs/FORMAT.md describes it.
fn pulses() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            std::thread::spawn(move || pulse(client));
        }
    });
    address
}

fn pulse(mut client: TcpStream) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new(client.try_clone()?).read_line(&mut line)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let count: u64 = words[2].parse().unwrap();
    for _ in 0..count {
        if words[0] == "heartbeat" {
            // Due at the beginning of the clock: how late it is does not matter here.
            client.write_all(&1_u64.to_le_bytes())?;
        } else {
            client.write_all(&[7])?;
            client.read_exact(&mut [0])?;
        }
    }
    if words[0] == "echo" {
        for _ in 0..count {
            client.write_all(&5_u64.to_le_bytes())?;
        }
    }
    Ok(())
}

/// The first of several readings costs more than those that follow, and any of them may be interrupted.
#[test]
fn the_price_of_a_reading_is_the_middle_one() {
    if !has_python() {
        return;
    }
    let script = "from peer.meters import Usage, price_of_reading
price = price_of_reading([Usage(cpu_ns, switches) for cpu_ns, switches in ((0, 0), (500, 9), (700, 11), (890, 13))])
assert (price.cpu_ns, price.voluntary) == (200, 2), price.as_tuple()";
    assert!(runs_with_peer(script));
}
