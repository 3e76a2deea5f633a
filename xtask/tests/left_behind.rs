//! Processes that a program leaves behind are named and ended, however its run ended and also before the first one.

#![cfg(target_os = "linux")]

mod common;

use common::{Lab, shown, wait_until};

#[test]
fn a_process_that_is_left_behind_is_named_and_ended() {
    let left = ["left-child", "left-daemon"];
    let lab = Lab::new(&[&left[..], &["good"]].concat());
    let arguments = ["--model", "foreign/*", "--profile", "smoke"];
    let text = shown(&lab.compare(&arguments).output().unwrap());
    for variant in left {
        assert_eq!(
            lab.failures(&format!("foreign/{variant}")),
            ["left-behind"],
            "{text}"
        );
        let expected =
            format!("foreign/{variant}: left processes: still running 2 s after its end: sh /");
        assert!(text.contains(&expected), "{text}");
    }
    assert!(lab.failures("foreign/good").is_empty(), "{text}");
    // Each program, and what it left.
    assert_eq!(lab.pids().len(), 5, "{text}");
    lab.assert_none_left();
}

#[test]
fn what_a_program_leaves_behind_ends_however_its_run_ended() {
    let ends = [
        ("crash-daemon", "crashed"),
        ("garbage-daemon", "garbage"),
        ("error-daemon", "unsupported"),
        ("hang-daemon", "hung"),
    ];
    let mut variants = ends.map(|(variant, _)| variant).to_vec();
    variants.push("good");
    let lab = Lab::new(&variants);
    let arguments = ["--model", "foreign/*", "--profile", "smoke"];
    let output = lab
        .compare(&arguments)
        .args(["--time-limit", "4s"])
        .output();
    let text = shown(&output.unwrap());
    for (variant, kind) in ends {
        let name = format!("foreign/{variant}");
        assert_eq!(lab.failures(&name), [kind], "{text}");
    }
    assert!(lab.failures("foreign/good").is_empty(), "{text}");
    lab.assert_none_left();
}

#[test]
fn what_is_left_behind_before_the_first_run_is_ended_or_told() {
    let lab = Lab::new(&["good"]);
    let stays = "(setsid sh '{folder}/foreign.sh' --stay '{folder}' >/dev/null 2>&1 </dev/null &)";
    // It has left the group of its program once it has noted its number; before that it ends with the group.
    let noted = "while [ ! -s '{folder}/pids' ]; do sleep 0.01; done";
    // What a build leaves is told: it may be a compiler's cache, which later builds use.
    let builds = format!(
        "name = \"foreign\"\nabout = \"x\"\nclasses = [\"mixed\"]\nbuild = [\"sh\", \"-c\", \"{stays}; {noted}\"]\n\
         run = [\"sh\", \"{{folder}}/foreign.sh\"]\n\
         [[variant]]\nname = \"good\"\nabout = \"\"\ncapacity = \"in-flight\"\n"
    );
    lab.write("models/foreign/model.toml", &builds);
    let arguments = ["--model", "foreign/*", "--profile", "smoke"];
    let text = shown(&lab.compare(&arguments).output().unwrap());
    assert!(text.contains("left running: sh "), "{text}");
    assert!(lab.failures("foreign/good").is_empty(), "{text}");
    // The program of the run, and what was left before it: each leads a group, in which something sleeps.
    wait_until("two processes to be noted", || lab.pids().len() == 2);
    for pid in lab.pids() {
        let _ = std::process::Command::new("kill")
            .args(["-9", "--", &format!("-{pid}")])
            .output();
    }
    // What printing a version leaves is ended.
    let script = std::fs::read_to_string(lab.path("models/foreign/foreign.sh")).unwrap();
    let daemon = stays.replace(
        "{folder}",
        &lab.path("models/foreign").display().to_string(),
    );
    lab.write(
        "models/foreign/foreign.sh",
        script.replacen(
            "echo \"foreign 1.0\"",
            &format!("echo \"foreign 1.0\"; {daemon}"),
            1,
        ),
    );
    lab.write(
        "models/foreign/model.toml",
        builds.replace("build = ", "# build = "),
    );
    let text = shown(&lab.compare(&arguments).output().unwrap());
    assert!(lab.failures("foreign/good").is_empty(), "{text}");
    lab.assert_none_left();
}
