//! What models share in benches and tests. Here the criterion suite that every model runs: `cargo bench -p threads`, and all of them side by
//! side in `cargo bench -p benches --bench models`. In-process, without services: what is compared
//! with real servers, in fresh processes, with intervals, is `cargo xtask compare`'s.

pub mod conformance;
mod coordination;
mod origin;
mod pulses;

use criterion::{BenchmarkId, Criterion, Throughput};
use runner::protocol::{
    Class, Compute, Endpoints, InFlight, Kernel, Setup, Spread, Step, Wait, Workload,
};
use runner::{InProcess, Model};

/// Every variant of a model on the workloads of the suite. A variant that does not do a workload
/// is passed over with a line that says why.
pub fn suite(criterion: &mut Criterion, model: &str, variants: &[&dyn Model]) {
    for workload in workloads() {
        let mut group = criterion.benchmark_group(&workload.name);
        group.throughput(Throughput::Elements(workload.tasks));
        for variant in variants {
            let name = format!("{model}/{}", variant.name());
            let setup = setup(&workload);
            match InProcess::start(*variant, &setup) {
                Ok(mut session) => {
                    group.bench_function(BenchmarkId::from_parameter(&name), |bencher| {
                        bencher.iter(|| session.run().expect("the suite's work does not fail"));
                    });
                }
                Err(error) => eprintln!("{name} does not run {}: {error}", workload.name),
            }
        }
        group.finish();
    }
}

/// As many workers as cores, and blocking pools as large as the runtimes make them: what those
/// that take such settings from the environment take without it.
#[must_use]
pub fn setup(workload: &Workload) -> Setup {
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let in_flight = workload.in_flight.lanes(workers);
    let endpoints = Endpoints::default();
    Setup {
        workload: workload.clone(),
        endpoints,
        workers,
        in_flight,
        blocking: 500,
        switch_interval_us: 5000,
    }
}

/// The workloads of the suite: tasks without steps, tasks that compute, tasks that wait.
fn workloads() -> [Workload; 3] {
    let compute = Step::Compute(Compute {
        kernel: Kernel::Sha256,
        size: 16 * 1024,
    });
    let wait = Step::Wait(Wait {
        duration: std::time::Duration::from_millis(1),
    });
    [
        workload("suite-noop", 1000, InFlight::Lanes(16), vec![]),
        workload("suite-compute", 200, InFlight::Workers, vec![compute]),
        workload("suite-wait", 16, InFlight::Lanes(16), vec![wait]),
    ]
}

/// A workload of this crate's own.
#[must_use]
pub fn workload(name: &str, tasks: u64, in_flight: InFlight, steps: Vec<Step>) -> Workload {
    let (name, about) = (name.to_owned(), "of the bench suite".to_owned());
    Workload {
        name,
        about,
        class: Class::Mixed,
        tasks,
        in_flight,
        rate: None,
        arrivals: Spread::Uniform,
        seed: 1,
        coordination: None,
        steps,
    }
}
