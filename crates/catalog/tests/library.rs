//! The library of a step is found beside the workload's file before anything runs.

use std::fs;
use std::path::PathBuf;

use catalog::{CatalogueError, Chosen, NoCalibration, Workspace, workloads};
use protocol::Step;
use tempfile::TempDir;

const FILE: &str = "name = \"mine\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
    [[step]]\ncall = { library = \"./libwork.so\", function = \"mix\", kind = \"compute\" }\n";

fn chosen(folder: &TempDir) -> Result<Chosen, CatalogueError> {
    let workspace = Workspace {
        root: PathBuf::from("/nowhere"),
        target: PathBuf::from("/nowhere"),
        results: PathBuf::from("/nowhere"),
        more_models: Vec::new(),
    };
    let path = folder.path().join("mine.toml");
    fs::write(&path, FILE).unwrap();
    let typed = path.to_string_lossy();
    workloads::choose_one(&workspace, &typed, &NoCalibration)
}

#[test]
fn its_path_is_absolute_and_one_that_is_missing_has_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let problem = chosen(&folder).unwrap_err().to_string();
    assert!(
        problem.contains("mine.toml:8:20: ./libwork.so: No such file"),
        "{problem}"
    );
    let library = folder.path().join("libwork.so");
    fs::write(&library, "").unwrap();
    let workload = chosen(&folder).unwrap().workload;
    let Step::Call(call) = &workload.steps[0] else {
        panic!("{workload:?}");
    };
    assert_eq!(call.library, fs::canonicalize(library).unwrap());
}
