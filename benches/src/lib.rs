//! The checks that every model must pass, and the criterion suite that every model runs: one model
//! by `cargo bench -p threads`, all of them side by side by `cargo bench -p benches --bench
//! models`. The suite runs in one process and without services; `cargo xtask compare` is the
//! comparison with real servers, fresh processes and confidence intervals.

pub mod availability;
pub mod conformance;
mod coordination;
mod origin;
mod pulses;
pub mod traces;

use criterion::{BenchmarkId, Criterion, Throughput};
use runner::protocol::{
    Class, Compute, Endpoints, InFlight, Kernel, Setup, Spread, Step, Wait, Workload,
};
use runner::{InProcess, Model};

/// Runs every variant of a model on the workloads of the suite. A variant that does not do a
/// workload is skipped with a line on standard error that says why.
pub fn suite(criterion: &mut Criterion, model: &str, variants: &[&dyn Model]) {
    for workload in workloads() {
        let mut group = criterion.benchmark_group(&workload.name);
        group.throughput(Throughput::Elements(workload.tasks));
        for variant in variants {
            let name = format!("{model}/{}", variant.name());
            match InProcess::start(*variant, &setup(&workload)) {
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

/// A setup with as many workers as cores.
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
        // The default of async-std and smol, which take this setting from the environment only, so
        // that they run here without any variable set.
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

/// A workload for benches and tests.
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
        serve: None,
        work: None,
        steps,
    }
}
