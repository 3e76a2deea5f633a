//! A campaign of many shards: merging takes the memory of one workload, whatever there is in all.

use std::fs;
use std::path::Path;

use crate::common::{Lab, shown};
use crate::{merge, script, shard};

/// How many hosts measured every workload.
const HOSTS: u64 = 4;
/// How many workloads there are.
const WORKLOADS: u64 = 25;

#[test]
fn many_shards_are_merged_row_by_row() {
    let lab = Lab::new(&[]);
    let first = shard(&lab, 0, 1, &script("alpha", 1.05), &["sum", "--runs", "12"]);
    assert_eq!(first.status.code(), Some(0), "{}", shown(&first));
    let all = multiply(&lab, HOSTS, WORKLOADS);
    let merged = merge(&lab, &["many", "--out", "merged"]);
    assert_eq!(merged.status.code(), Some(0), "{}", shown(&merged));
    let rows = fs::read_to_string(lab.path("merged/samples.jsonl")).unwrap();
    assert_eq!(rows.lines().count() as u64, all);
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(lab.path("merged/run.json")).unwrap()).unwrap();
    assert_eq!(
        run["statistics"].as_array().unwrap().len() as u64,
        WORKLOADS
    );
    assert_eq!(
        run["merged"]["hosts"].as_array().unwrap().len() as u64,
        HOSTS
    );
    let last = run["merged"]["units"].as_array().unwrap().last().unwrap();
    let blocks = rows
        .lines()
        .filter(|line| line.starts_with("{\"block\""))
        .count();
    assert!(last["last_block"].as_u64().unwrap() >= blocks as u64);
}

/// Makes a campaign of so many shards, of one unit each, from a measured unit; returns the number of rows.
fn multiply(lab: &Lab, hosts: u64, workloads: u64) -> u64 {
    let unit = lab.path("campaign/shard-0-of-1.attempt-0/unit-0000");
    let run = fs::read_to_string(unit.join("run.json")).unwrap();
    let samples = fs::read_to_string(unit.join("samples.jsonl")).unwrap();
    let rows = samples.lines().count() as u64;
    let shards = hosts * workloads;
    for number in 0..shards {
        let (workload, host) = (number / hosts, number % hosts);
        let name = format!("sum-{workload:03}");
        let attempt = lab.path(&format!("many/shard-{number}-of-{shards}.attempt-0"));
        let folder = attempt.join(format!("unit-{number:04}"));
        fs::create_dir_all(&folder).unwrap();
        let mut own: serde_json::Value =
            serde_json::from_str(&run.replace("\"sum\"", &format!("\"{name}\""))).unwrap();
        own["shard"]["shard"] = number.into();
        own["shard"]["shards"] = shards.into();
        own["shard"]["unit"] = number.into();
        own["host"]["node"] = format!("host-{host}").into();
        own["host"]["boot_id"] = format!("boot-{host}").into();
        write(&folder, "run.json", &own.to_string());
        let its_rows = samples.replace("\"sum\"", &format!("\"{name}\""));
        write(&folder, "samples.jsonl", &its_rows);
        let done = format!("{{\"units\": [{{\"unit\": {number}, \"rows\": {rows}}}]}}\n");
        write(&attempt, "done", &done);
    }
    shards * rows
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}
