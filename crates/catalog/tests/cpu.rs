//! CPU times become sizes before anything sees the workload, by a calibration that is asked once for each.

use std::fs;
use std::path::Path;
use std::time::Duration;

use catalog::{Calibration, CalibrationError, CatalogueError, Chosen, Workspace, workloads};
use protocol::{Kernel, Step};

/// A machine on which a unit of every kernel takes a microsecond.
struct Micro;

impl Calibration for Micro {
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
        let size = u64::try_from(time.as_micros()).unwrap();
        match kernel {
            Kernel::Primes => Err(CalibrationError::Failed("no such program".to_owned())),
            _ if size > kernel.max_size() => {
                Err(CalibrationError::Impossible("too long".to_owned()))
            }
            _ => Ok(size),
        }
    }
}

const STEP: &str = "compute = { kernel = \"sha256\", cpu = \"1ms\" }";

fn workload(folder: &Path, step: &str) -> String {
    let path = folder.join("mine.toml");
    let head =
        "name = \"mine\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n";
    fs::write(&path, format!("{head}[[step]]\n{step}\n")).unwrap();
    path.display().to_string()
}

fn chosen(step: &str, params: &str) -> Result<Chosen, CatalogueError> {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace {
        root: folder.path().to_owned(),
        target: folder.path().join("target"),
        results: folder.path().join("target/compare"),
        more_models: Vec::new(),
    };
    let typed = workload(folder.path(), step) + params;
    workloads::choose_one(&workspace, &typed, &Micro)
}

fn sizes(chosen: &Chosen) -> Vec<u64> {
    let steps = chosen.workload.steps.iter();
    let sizes = steps.filter_map(|step| match step {
        Step::Compute(compute) => Some(compute.size),
        _ => None,
    });
    sizes.collect()
}

fn problem(step: &str, params: &str) -> String {
    chosen(step, params).unwrap_err().to_string()
}

#[test]
fn a_file_and_a_parameter_can_ask_for_a_cpu_time() {
    let file = chosen(STEP, "").unwrap();
    assert_eq!((sizes(&file), file.cpu.len()), (vec![1000], 1));
    let both = format!("{STEP}\n[[step]]\ncompute = {{ kernel = \"sha256\", size = 7 }}");
    assert_eq!(sizes(&chosen(&both, "").unwrap()), [1000, 7]);
    // The parameter sets all steps, and the file's own time is not asked for any more.
    let all = chosen(&both, "[cpu=2ms]").unwrap();
    assert_eq!((sizes(&all), all.cpu.len()), (vec![2000, 2000], 2));
    assert_eq!(all.workload.name, "mine-cpu-2ms");
    let param = &all.cell.as_ref().unwrap().params[0];
    assert_eq!(param.number(&all.workload), Some(2e6));
}

#[test]
fn a_size_takes_the_place_of_a_cpu_time() {
    let sized = chosen(STEP, "[size=1KiB]").unwrap();
    assert_eq!((sizes(&sized), sized.cpu.len()), (vec![1024], 0));
    let other = chosen(STEP, "[tasks=5]").unwrap();
    assert_eq!((sizes(&other), other.cpu.len()), (vec![1000], 1));
}

#[test]
fn a_bare_number_is_no_cpu_time() {
    let bare = problem(STEP, "[cpu=5]");
    assert!(
        bare.contains("cpu=5: `5` is no CPU time: `cpu` takes a whole number with its unit"),
        "{bare}"
    );
    assert!(
        bare.ends_with("such as 1ms; `size` takes the kernel's units"),
        "{bare}"
    );
    assert!(problem(STEP, "[cpu=1MiB]").contains("`1MiB` is no CPU time"));
    let both = problem(STEP, "[cpu=1ms,size=5]");
    assert!(both.contains("both say how much is computed"), "{both}");
    let none = problem("wait = { duration = \"1ms\" }", "[cpu=1ms]");
    assert!(none.contains("mine has nothing that cpu sets"), "{none}");
}

#[test]
fn a_time_that_cannot_be_had_is_told_with_its_place() {
    let matmul = "compute = { kernel = \"matmul\", cpu = \"5ms\" }";
    let too_long = problem(matmul, "");
    assert!(too_long.ends_with("mine.toml:8:38: too long"), "{too_long}");
    assert!(problem(matmul, "[cpu=6ms]").ends_with("cpu=6ms: too long"));
    let primes = chosen("compute = { kernel = \"primes\", cpu = \"1ms\" }", "");
    assert!(matches!(primes, Err(CatalogueError::NotCalibrated { .. })));
}

#[test]
fn the_catalogue_says_sizes() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace {
        root: folder.path().to_owned(),
        target: folder.path().join("target"),
        results: folder.path().join("target/compare"),
        more_models: Vec::new(),
    };
    let catalogue = folder.path().join("crates/workloads/catalog");
    fs::create_dir_all(&catalogue).unwrap();
    workload(&catalogue, STEP);
    let problem = workloads::of_catalogue(&workspace, "mine").unwrap_err();
    assert!(
        problem.to_string().contains("allowed is `size`"),
        "{problem}"
    );
}
