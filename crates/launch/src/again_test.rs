//! Runs during which a service is killed. The service and the model are shell scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use catalog::{NoCalibration, Registry, Workspace, workloads};
use results::{Failure, Kind, Placement, Share};
use schedule::Wanted;

use crate::bench::Bench;
use crate::fixtures::alone;
use crate::trial::{DEFAULT_TIME_LIMIT, Trial};
use host::Ledger;
use host::adopt_orphans;

/// A service that answers questions with the requests that an honest run makes: none, 2 of the warm-up, and 4.
/// It does not start as often as the file `ends` has lines.
const SERVICE: &str = "#!/bin/sh
read -r request
echo $$ >>ROOT/services
if [ -s ROOT/ends ]; then
    sed -i 1d ROOT/ends
    exit 1
fi
echo '{\"ready\":{\"origin\":\"127.0.0.1:9\"}}'
for count in 0 2 6; do
    read -r question || exit 0
    echo \"{\\\"answered\\\":$count}\"
done
read -r question
";

/// A model that kills the service as often as the file `kills` has lines, one a run.
const MODEL: &str = r#"
read -r request
echo '{"ready":{"protocol":1,"version":"1","in_flight":2,"start_ns":1,"connect_ns":1,"warm_up_ns":1,"knobs":{}}}'
read -r go
if [ -s ROOT/kills ]; then
    sed -i 1d ROOT/kills
    kill -KILL "$(tail -n 1 ROOT/services)"
    echo "connection reset" >&2
    exit 1
fi
sleep 0.005
echo '{"done":{"tasks":4,"digest":"00","elapsed_ns":4000000,"latency":[[1000000,4]],"cpu_ns":1,"switches":{"voluntary":0,"involuntary":0},"vm_hwm_bytes":null,"threads":1,"processes":1,"alive_at_once":null,"shut_down_ns":1}}'
"#;

const WORKLOAD: &str = "name = \"w\"\nabout = \"x\"\nclass = \"io\"\ntasks = 4\nin_flight = 2\nseed = 1\n\
    [[step]]\nhttp-get = { bytes = 1, latency = \"0ms\", connection = \"keep-alive\" }\n";

fn workspace(root: &Path) -> Workspace {
    let workspace = Workspace {
        root: root.to_owned(),
        target: root.to_owned(),
        results: root.join("results"),
        more_models: vec![root.join("models")],
    };
    let service = workspace.program("services");
    let folder = root.join("models/m");
    fs::create_dir_all(service.parent().unwrap()).unwrap();
    fs::create_dir_all(&folder).unwrap();
    let shown = root.display().to_string();
    fs::write(&service, SERVICE.replace("ROOT", &shown)).unwrap();
    fs::set_permissions(&service, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("m.sh"), MODEL.replace("ROOT", &shown)).unwrap();
    let toml = "name = \"m\"\nabout = \"x\"\nclasses = []\nrun = [\"sh\", \"{folder}/m.sh\"]\n\
        [[variant]]\nname = \"v\"\nabout = \"x\"\ncapacity = 2\n";
    fs::write(folder.join("model.toml"), toml).unwrap();
    fs::write(root.join("w.toml"), WORKLOAD).unwrap();
    workspace
}

/// Runs the model once while the service does not start so many times, and while it kills the service so many
/// times; also how many services were started.
fn outcome(ends: usize, kills: usize) -> (Result<(), Failure>, usize) {
    let _alone = alone();
    adopt_orphans();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let workspace = workspace(root);
    for (name, times) in [("ends", ends), ("kills", kills)] {
        fs::write(root.join(name), "once\n".repeat(times)).unwrap();
    }
    let selected = Registry::find(&workspace).exactly("m/v").unwrap();
    let typed = root.join("w.toml").display().to_string();
    let chosen = workloads::choose_one(&workspace, &typed, &NoCalibration).unwrap();
    let trial = Trial {
        selected: &selected,
        chosen: &chosen,
        wanted: Wanted {
            workers: 1,
            in_flight: None,
            most_lanes: Some(2),
            switch_interval_us: 5000,
        },
        share: Share {
            tasks: 4,
            in_flight: 2,
        },
        limit: DEFAULT_TIME_LIMIT,
        placement: Placement::Free,
        padding: 0,
        hold: false,
        digests: None,
        trace: None,
    };
    let ledger = Ledger::open(&workspace.results).unwrap();
    let mut bench = Bench::new(&workspace, &ledger, None);
    let run = bench.judged_run(&trial, "00");
    let outcome = match run {
        Ok(run) => run.judgement,
        Err(error) => Err(error.into_row().unwrap()),
    };
    let services = fs::read_to_string(root.join("services")).unwrap();
    (outcome, services.lines().count())
}

#[test]
fn a_run_is_done_again_once_the_service_that_was_killed_is_back() {
    assert_eq!(outcome(0, 0), (Ok(()), 1));
    assert_eq!(outcome(0, 1), (Ok(()), 2));
}

#[test]
fn a_service_that_is_killed_twice_in_a_row_is_at_fault() {
    let (outcome, services) = outcome(0, 2);
    assert_eq!(services, 2);
    let failure = outcome.unwrap_err();
    assert_eq!(failure.kind, Kind::Service);
    assert!(
        failure.message.starts_with(
            "it ended during the run, twice in a row: the HTTP origin: `services` was ended by signal 9 \
             (SIGKILL)"
        ),
        "{failure}"
    );
}

#[test]
fn a_service_that_does_not_start_is_started_once_more() {
    assert_eq!(outcome(1, 0), (Ok(()), 2));
    let (outcome, services) = outcome(2, 0);
    assert_eq!(services, 2);
    let failure = outcome.unwrap_err();
    assert_eq!(failure.kind, Kind::Service);
    assert_eq!(failure.message, "`services` ended with exit code 1");
}
