//! A run of the model `mpi` in an allocation of several nodes: `mpirun` finds them by itself, and the run is believed,
//! although most of its processor time was used where its tool sees no process.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::fleet::{Fleet, wait_until};
use crate::{Lab, shown};

/// Tasks of some milliseconds each, for four ranks.
const WORKLOAD: &str = "name = \"hashes\"\nabout = \"sums\"\nclass = \"cpu\"\ntasks = 200\nin_flight = 4\nseed = 3\n\
                        [[step]]\ncompute = { kernel = \"sha256\", size = \"2MiB\" }\n";

/// Runs it; says so where there is no Open MPI.
pub(crate) fn are_on_the_nodes_of_an_allocation(lab: &Lab, fleet: &Fleet) {
    if !has_mpi() {
        let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
        assert!(
            !required.contains("mpi"),
            "no Open MPI for ranks in an allocation"
        );
        eprintln!("unavailable: no mpicc and mpirun of Open MPI are on the PATH");
        return;
    }
    lab.write("hashes.toml", WORKLOAD);
    // What builds the model may take longer than a node is waited for.
    let output = lab.xtask(&[
        "run",
        "mpi/farm",
        "./hashes.toml",
        "--workers",
        "1",
        "--tasks",
        "4",
    ]);
    assert!(output.status.success(), "{}", shown(&output));
    let (said, code) = (lab.path("ranks.out"), lab.path("ranks.code"));
    lab.write("ranks.sh", &script(lab, &code));
    let mut submitting = fleet.command("sbatch");
    submitting.args(["--nodes=3", "--ntasks-per-node=2", "--output"]);
    let submitted = submitting
        .arg(&said)
        .arg(lab.path("ranks.sh"))
        .output()
        .unwrap();
    assert!(submitted.status.success(), "{}", shown(&submitted));
    wait_until("the run in the allocation", || code.exists());
    let text = fs::read_to_string(said).unwrap();
    assert_eq!(fs::read_to_string(code).unwrap(), "0\n", "{text}");
    // Five ranks, two on a node.
    assert!(
        text.contains("\"elsewhere\":{\"hosts\":2,\"processors\":"),
        "{text}"
    );
}

/// A run whose exit code is in a file at the end, which is made whole by a rename.
fn script(lab: &Lab, code: &Path) -> String {
    format!(
        "#!/bin/sh\ncd '{folder}'\n\
         '{tool}' run mpi/farm ./hashes.toml --workers 4 --time-limit 1m --json --results '{folder}/results'\n\
         echo $? > '{code}.next' && mv '{code}.next' '{code}'\n",
        folder = lab.path("").display(),
        tool = env!("CARGO_BIN_EXE_xtask"),
        code = code.display(),
    )
}

fn has_mpi() -> bool {
    // Without its headers nothing is built.
    let words = [("mpicc", "--showme:version"), ("mpirun", "--version")];
    words.into_iter().all(|(program, word)| {
        let output = Command::new(program).arg(word).output();
        output.is_ok_and(|output| output.status.success())
    })
}
