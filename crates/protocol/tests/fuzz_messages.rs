//! Whatever a line of the run protocol or of a service says: a message that survives being written again,
//! or an error, never a panic.

mod mutation;

use std::fmt::Debug;

use proptest::prelude::*;
use protocol::{Message, Request, ServiceMessage, ServiceRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use mutation::{config, mutated};

/// Requests of every kind of step and of coordination.
const REQUESTS: &[&str] = &[
    r#"{"protocol":1,"variant":"pool","setup":{"workload":{"name":"all","about":"all steps","class":"mixed","tasks":40,"in_flight":2,"seed":18446744073709551557,"rate":"2000/s","arrivals":"poisson","step":[{"wait":{"duration":"5000000ns"}},{"http-get":{"bytes":100,"latency":"0ns","connection":"new"}},{"http-get":{"bytes":0}},{"sqlite-select":{"rows":10,"count":3,"transaction":true}},{"postgres-select":{"rows":10,"wait":"1ns","connection":"keep-alive"}},{"read-file":{"files":64,"bytes":5000,"cache":"cold"}},{"compute":{"kernel":"matmul","size":7}}]},"endpoints":{"origin":"127.0.0.1:40001","sqlite":"/tmp/x","files":null,"postgres":{"address":"/run/x","user":"u","password":"p","database":"d","table":"t"},"pulses":"[::1]:2"},"workers":2,"in_flight":2,"blocking":2,"switch_interval_us":5000},"tasks":4,"hold":true,"digests":"/tmp/d","parent":4711}"#,
    r#"{"protocol":1,"variant":"","setup":{"workload":{"name":"c","about":"","class":"coordination","tasks":1,"in_flight":"workers","seed":0,"coordination":{"stall":{"period":"1000000ns","hogs":1,"hog":"100000ns"}}},"endpoints":{},"workers":1,"in_flight":1,"blocking":1},"tasks":1,"hold":false,"digests":null,"parent":0}"#,
    r#"{"protocol":1,"variant":"x","setup":{"workload":{"name":"c","about":"","class":"coordination","tasks":1,"in_flight":1,"seed":0,"coordination":{"counter":{"increments":100,"synchronised":false}}},"endpoints":{},"workers":1,"in_flight":1,"blocking":1},"tasks":1,"hold":false,"digests":null,"parent":0}"#,
];
/// What a program says.
const MESSAGES: &[&str] = &[
    r#"{"ready":{"protocol":1,"version":"threads 0.1.0","in_flight":2,"start_ns":54205262,"connect_ns":3525997,"warm_up_ns":7509223,"knobs":{"threads":"2"}}}"#,
    r#"{"held":{}}"#,
    r#"{"done":{"tasks":4,"digest":"59aabf17d4019d77","elapsed_ns":10276728,"latency":[[5095423,1],[5111807,2]],"cpu_ns":145103,"switches":{"voluntary":10,"involuntary":0},"vm_hwm_bytes":4231168,"threads":4,"processes":1,"alive_at_once":2,"run_queue_wait_ns":140482,"counts":{"lost":3},"open":{"late_starts":1,"completed_in_time":2,"generator_late":3,"pacing_cpu_ns":4},"shut_down_ns":638923}}"#,
    r#"{"error":{"kind":"unavailable","message":"no such \u0000 thing"}}"#,
];
/// What services are asked, and what they answer.
const SERVICES: &[&str] = &[
    r#"{"origin":{"port":0,"parent":4711}}"#,
    r#"{"files":{"folder":"/tmp","files":512,"bytes":65536,"cache":"cached"}}"#,
    r#"{"postgres":{"rows":100000,"server":"postgres://me@h/d","parent":1}}"#,
    r#"{"ready":{"origin":"127.0.0.1:40001"}}"#,
    r#"{"ready":{"postgres":{"address":"/x","user":"u","database":"d","table":"t"}}}"#,
    r#"{"answered":18446744073709551615}"#,
];

fn seeds() -> Vec<Vec<u8>> {
    let nested = ["[", "{\"done\":", "{\"ready\":{\"knobs\":"].map(|open| open.repeat(300));
    let lines = [REQUESTS, MESSAGES, SERVICES].concat();
    let texts = lines.into_iter().map(str::to_owned).chain(nested);
    texts.map(String::into_bytes).collect()
}

fn survives<T: DeserializeOwned + Serialize + Debug + PartialEq>(line: &[u8]) -> bool {
    let Ok(read) = serde_json::from_slice::<T>(line) else {
        return false;
    };
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<T>(&written).unwrap(), read);
    true
}

/// Whether a line is a message of any kind.
fn check(line: &[u8]) -> bool {
    if let Ok(request) = serde_json::from_slice::<Request>(line) {
        // As a program does with it: the contradictions between fields, and what all steps wait for.
        let workload = request.setup.workload;
        assert!(workload.wait_per_task().as_secs() <= 60 * workload.steps.len() as u64);
        let _ = workload.checked();
    }
    let kinds = [
        survives::<Request>(line),
        survives::<Message>(line),
        survives::<ServiceRequest>(line),
        survives::<ServiceMessage>(line),
    ];
    kinds.contains(&true)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mutated_lines(line in mutated(seeds())) {
        check(&line);
    }
}

#[test]
fn the_lines_that_are_damaged_are_messages() {
    for line in [REQUESTS, MESSAGES, SERVICES].concat() {
        assert!(check(line.as_bytes()), "{line}");
    }
}
