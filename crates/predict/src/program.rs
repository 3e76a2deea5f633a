//! What one task does, as segments that a simulation or a bound can count: computation, requests with their latency,
//! timers, blocking calls.

use protocol::{Compute, Connection, HttpGet, Kernel, PostgresSelect, Step, Workload};

use crate::kind::{Kind, Language};
use crate::lines::far_part;
use crate::parameters::{Own, Parameters, Query, Shared};
use crate::points::POOL;
use crate::segment::{Segment, Service};
use crate::sqlite::Connections;

/// Bytes of the calibrated small GET: bytes beyond these cost more.
pub(crate) const SMALL_BYTES: u64 = 256;

/// The segments of a task of a workload under a variant with this many lanes.
///
/// A GET is split in two: half of what it costs is spent before it is sent, and half, with the bytes of the answer, after. An
/// executor hands a blocking call over, and pays half before and half after.
pub(crate) fn segments(
    parameters: &Parameters,
    variant: &str,
    kind: Kind,
    workload: &Workload,
    lanes: u64,
) -> Vec<Segment> {
    let Some(own) = parameters.own.get(variant) else {
        return Vec::new();
    };
    let all_connections = connections(workload, lanes);
    let mut all = Vec::new();
    let mut pending = own.task;
    for step in &workload.steps {
        match step {
            Step::HttpGet(get) => {
                let shared = &parameters.shared;
                let (before, after) = client_of_get(shared, own, get, lanes);
                all.push(Segment::Compute(pending + before));
                if get.connection == Connection::New {
                    all.push(Segment::Accept(accept(shared, lanes)));
                }
                all.push(request_to_origin(shared, get));
                pending = after;
            }
            Step::PostgresSelect(select) => {
                all.push(Segment::Compute(pending + own.query / 2.0));
                all.push(request_to_backend(&parameters.shared.query, select, lanes));
                pending = own.query / 2.0;
            }
            Step::Compute(compute) => match kind.language {
                Language::Rust => pending += parameters.kernels.cost(compute),
                Language::Python => pending += own.kernels.cost(compute),
                Language::PythonInTurns => {
                    all.push(Segment::Compute(pending));
                    all.extend(in_turns(compute, own.kernels.cost(compute)));
                    pending = 0.0;
                }
            },
            Step::Wait(wait) => {
                all.push(Segment::Compute(pending + own.timer / 2.0));
                all.push(Segment::Timer {
                    time: wait.duration.as_secs_f64(),
                    grain: kind.timers.grain(),
                    slack: own.slack,
                });
                pending = own.timer / 2.0;
            }
            Step::Block(block) => {
                let half = if kind.hands_over() {
                    own.handed_over(lanes) / 2.0
                } else {
                    own.timer / 2.0
                };
                let sleep = sleeper(parameters, own, kind);
                all.push(Segment::Compute(pending + half));
                all.extend(stop(
                    kind,
                    block.duration.as_secs_f64() + sleep.slack,
                    sleep.timer,
                ));
                pending = half;
            }
            other => {
                let cost = blocking_cost(own, other, all_connections);
                if kind.hands_over() {
                    all.push(Segment::Compute(pending + own.handed_over(lanes) / 2.0));
                    all.push(Segment::Block(cost));
                    pending = own.handed_over(lanes) / 2.0;
                } else {
                    pending += cost;
                }
            }
        }
    }
    all.push(Segment::Compute(pending));
    all
}

/// What a GET costs its client before it is sent, and after. A new connection is made before it, and closed after it.
fn client_of_get(shared: &Shared, own: &Own, get: &HttpGet, lanes: u64) -> (f64, f64) {
    let connect = match get.connection {
        Connection::KeepAlive => 0.0,
        Connection::New => own.connect + shared.connect_far * far_part(lanes),
    };
    let half = (own.get + connect) / 2.0;
    (half, half + own.byte * more_bytes(get))
}

/// Accepting a new connection, and closing it.
fn accept(shared: &Shared, lanes: u64) -> f64 {
    shared.accept + shared.accept_far * far_part(lanes)
}

fn request_to_origin(shared: &Shared, get: &HttpGet) -> Segment {
    let latency = get.latency.as_secs_f64();
    let answer = shared.answer + shared.byte * more_bytes(get);
    // Where nothing is waited for the origin answers as it reads.
    let at_once = if latency > 0.0 { 0.0 } else { answer };
    Segment::Request {
        to: Service::Origin,
        latency,
        request: shared.request + at_once,
        answer,
    }
}

fn more_bytes(get: &HttpGet) -> f64 {
    get.bytes.saturating_sub(SMALL_BYTES) as f64
}

/// Each lane has a connection of its own, and so a process of the server. That sleeps for whole milliseconds: `pg_sleep` rounds up
/// (`src/backend/utils/adt/misc.c`).
fn request_to_backend(query: &Query, select: &PostgresSelect, lanes: u64) -> Segment {
    Segment::Request {
        to: Service::Backend,
        latency: select.wait.as_micros().div_ceil(1000) as f64 / 1e3,
        request: query.cost(lanes),
        answer: query.sleep,
    }
}

/// The default switch interval of CPython, in seconds.
const SWITCH_INTERVAL: f64 = 5e-3;

/// A kernel under Python's lock: turns of the switch interval, after each of which all others that are ready have theirs. One that
/// works without the lock is like a call that blocks.
fn in_turns(compute: &Compute, cost: f64) -> Vec<Segment> {
    if compute.kernel == Kernel::Sha256 {
        return vec![Segment::Block(cost)];
    }
    let turns = (cost / SWITCH_INTERVAL).ceil().max(1.0);
    vec![Segment::Compute(cost / turns); turns as usize]
}

/// Whose thread sleeps in a call: timers of a model that blocks are sleeps of its threads, and a thread for such calls is like one of the
/// pool's.
fn sleeper<'p>(parameters: &'p Parameters, own: &'p Own, kind: Kind) -> &'p Own {
    if kind.hands_over() {
        parameters.own.get(POOL).unwrap_or(own)
    } else {
        own
    }
}

/// A call that stops its thread: where it is handed over, a thread for such calls is woken for it, and wakes again at its end.
fn stop(kind: Kind, time: f64, timer: f64) -> Vec<Segment> {
    let stop = Segment::Stop { time };
    if kind.hands_over() {
        vec![
            Segment::Block(timer / 2.0),
            stop,
            Segment::Block(timer / 2.0),
        ]
    } else {
        vec![stop]
    }
}

/// Each lane has a connection of its own.
fn connections(workload: &Workload, lanes: u64) -> Connections {
    let of_task = workload.steps.iter().map(|step| match step {
        Step::SqliteSelect(select) => select.count,
        _ => 0,
    });
    let selects = of_task.sum::<u64>() as f64 * workload.tasks as f64;
    Connections {
        count: lanes,
        selects: selects / lanes.max(1) as f64,
        take_turns: workload.steps.iter().any(is_wait),
    }
}

/// Whether a lane waits in a step, so that others have their turn.
pub(crate) fn is_wait(step: &Step) -> bool {
    matches!(
        step,
        Step::HttpGet(_) | Step::PostgresSelect(_) | Step::Wait(_) | Step::Block(_)
    )
}

/// What a blocking call costs; steps without a rule cost nothing, and are refused before.
fn blocking_cost(own: &Own, step: &Step, connections: Connections) -> f64 {
    match step {
        Step::SqliteSelect(select) => own.sqlite.cost(select.count, connections),
        Step::ReadFile(read) => own.file.at(read.bytes as f64),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{Curve, Kernels};

    /// A variant whose kernels cost 1 ns for each unit, at this workload.
    fn of(variant: &str, steps: Vec<Step>) -> Vec<Segment> {
        let kind = Kind::of(variant).unwrap();
        let curve = Curve::through(&[[1e3, 1e-6], [1e6, 1e-3]]).unwrap();
        let kernels = Kernels(
            [Kernel::SumSquares, Kernel::Sha256]
                .map(|kernel| (kernel, curve.clone()))
                .into(),
        );
        let own = Own {
            task: 0.0,
            slack: 1e-4,
            timer: 2e-6,
            // 4 µs with the eight lanes below.
            hand_over: 3e-6,
            hand_over_to_many: 64e-6,
            connect: 6e-6,
            kernels: kernels.clone(),
            ..Own::start(kind)
        };
        let parameters = Parameters {
            shared: Shared {
                accept: 7e-6,
                ..Shared::start()
            },
            kernels,
            own: [variant, POOL]
                .map(|name| (name.to_owned(), own.clone()))
                .into(),
            misfit: 0.0,
        };
        let mut workload = crate::points::workloads().swap_remove(0);
        workload.steps = steps;
        let found = segments(&parameters, variant, kind, &workload, 8);
        found.into_iter().map(rounded).collect()
    }

    /// A segment whose costs are whole picoseconds: they come from logarithms.
    fn rounded(segment: Segment) -> Segment {
        let whole = |seconds: f64| (seconds * 1e12).round() / 1e12;
        match segment {
            Segment::Compute(cost) => Segment::Compute(whole(cost)),
            Segment::Block(cost) => Segment::Block(whole(cost)),
            other => other,
        }
    }

    fn compute(kernel: Kernel, size: u64) -> Step {
        Step::Compute(Compute { kernel, size })
    }

    #[test]
    fn a_timer_is_set_and_ended_and_has_the_grain_of_its_variant() {
        let wait = protocol::Wait {
            duration: std::time::Duration::from_millis(5),
        };
        let found = of("async-tokio/current-thread", vec![Step::Wait(wait)]);
        assert_eq!(
            found,
            [
                Segment::Compute(1e-6),
                Segment::Timer {
                    time: 5e-3,
                    grain: 1e-3,
                    slack: 1e-4
                },
                Segment::Compute(1e-6),
            ]
        );
    }

    #[test]
    fn a_new_connection_costs_its_client_and_the_origin_and_a_query_a_process_of_the_server() {
        let get = |connection| {
            let get = HttpGet {
                bytes: SMALL_BYTES,
                latency: std::time::Duration::ZERO,
                connection,
            };
            of("threads/pool", vec![Step::HttpGet(get)])
        };
        let [kept, new] = [Connection::KeepAlive, Connection::New].map(get);
        let [Segment::Compute(before), asked, _] = kept[..] else {
            panic!("{kept:?}");
        };
        let [
            Segment::Compute(before_new),
            Segment::Accept(accepted),
            asked_new,
            _,
        ] = new[..]
        else {
            panic!("{new:?}");
        };
        assert_eq!(asked, asked_new);
        let [client, origin] = [before_new - before, accepted].map(|cost| cost * 1e6);
        assert!(
            (client - 3.0).abs() < 1e-6 && (origin - 7.0).abs() < 1e-6,
            "{client} {origin}"
        );
        let select = PostgresSelect {
            rows: 1000,
            wait: std::time::Duration::from_micros(4100),
            connection: Connection::KeepAlive,
        };
        let query = of("threads/pool", vec![Step::PostgresSelect(select)]);
        // Eight lanes have three doublings.
        assert_eq!(
            query[1],
            Segment::Request {
                to: Service::Backend,
                latency: 5e-3,
                request: 20e-6 + 3.0 * 3e-6,
                answer: 10e-6,
            }
        );
    }

    #[test]
    fn a_call_that_stops_its_thread_is_handed_over_where_calls_are() {
        let block = protocol::Block {
            duration: std::time::Duration::from_millis(5),
        };
        let stop = Segment::Stop { time: 5e-3 + 1e-4 };
        // A sleep of a thread is set and ended, as a timer is.
        let (set, woken) = (Segment::Compute(1e-6), Segment::Block(1e-6));
        let here = of("threads/pool", vec![Step::Block(block.clone())]);
        assert_eq!(here, [set, stop, set]);
        let handed = of("async-tokio/per-core", vec![Step::Block(block)]);
        let half = Segment::Compute(2e-6);
        assert_eq!(handed, [half, woken, stop, woken, half]);
    }

    #[test]
    fn python_computes_in_turns_and_hashes_without_its_lock() {
        let twelve_ms = compute(Kernel::SumSquares, 12_000_000);
        let turn = Segment::Compute(4e-3);
        let ends = Segment::Compute(0.0);
        assert_eq!(
            of("python/pool", vec![twelve_ms.clone()]),
            [ends, turn, turn, turn, ends]
        );
        assert_eq!(
            of("python/asyncio", vec![twelve_ms.clone()]),
            [Segment::Compute(12e-3)]
        );
        assert_eq!(
            of("threads/pool", vec![twelve_ms]),
            [Segment::Compute(12e-3)]
        );
        let hash = of("python/pool", vec![compute(Kernel::Sha256, 1_000_000)]);
        assert_eq!(hash, [ends, Segment::Block(1e-3), ends]);
    }
}
