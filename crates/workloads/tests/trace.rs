//! What lanes record of their tasks, over an `Io` that blocks and over one that awaits. One test, because a process
//! has one recording.

use std::future::{Future, poll_fn};
use std::io::BufRead as _;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use protocol::Happened::{self, Done, PartBegin, PartEnd, Ready, Run};
use protocol::{EVENT_BYTES, Event, TraceHeader, WaitsFor};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Address, Io, Lane, Task, Work, monotonic_ns, trace};

/// Sleeps until a test wakes it.
#[derive(Clone, Default)]
struct Woken(Arc<Mutex<Option<Waker>>>);

impl Io for Woken {
    type Stream = <BlockingIo as Io>::Stream;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        BlockingIo.connect(to).await
    }

    async fn sleep(&self, _: Duration) {
        let mut polls = 0;
        poll_fn(|context| {
            polls += 1;
            *self.0.lock().unwrap() = Some(context.waker().clone());
            match polls {
                1 => Poll::Pending,
                2 => {
                    // A task that wakes itself only yields.
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            }
        })
        .await;
    }

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::spawn(call).join().unwrap()
    }

    async fn yield_now(&self) {}
}

fn work(steps: &str) -> Arc<Work> {
    let text = format!(
        "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 9\nin_flight = 1\nseed = 1\n{steps}"
    );
    let setup = protocol::Setup {
        workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
        endpoints: protocol::Endpoints {
            files: Some(std::env::temp_dir().join("manyways-no-such-folder")),
            ..protocol::Endpoints::default()
        },
        workers: 1,
        in_flight: 1,
        blocking: 1,
        switch_interval_us: 5000,
    };
    Arc::new(Work::new(setup, 1))
}

/// The events of a lane, the oldest first.
fn of_lane(events: &[Event], lane: u32) -> Vec<(Option<u64>, Happened)> {
    let of_lane = events.iter().filter(|event| event.lane == Some(lane));
    of_lane.map(|event| (event.task, event.what)).collect()
}

/// Carries out a task that waits for another thread and then yields, and wakes it twice.
fn wake_through<I: Io>(lane: &mut Lane<I>, task: &Task, asleep: &Woken) {
    let mut context = Context::from_waker(Waker::noop());
    let mut running = pin!(lane.run(task));
    assert!(running.as_mut().poll(&mut context).is_pending());
    let waker = asleep.0.lock().unwrap().take().unwrap();
    // Only the first time is of interest.
    waker.wake_by_ref();
    waker.wake();
    assert!(running.as_mut().poll(&mut context).is_pending());
    assert!(running.as_mut().poll(&mut context).is_ready());
    // Too late to be of interest, also for a task that is done.
    asleep.0.lock().unwrap().take().unwrap().wake();
}

#[test]
fn a_lane_records_what_its_tasks_do() {
    let waits = "[[step]]\nwait = { duration = \"1ms\" }\n";
    trace::prepare(10_000);
    let waiting = work(waits);
    assert!(!waiting.only_waits(), "that way records nothing");
    let mut blocks = run_ready(Lane::open(BlockingIo, &waiting)).unwrap();
    let asleep = Woken::default();
    let awaiting = work(waits);
    let mut awaits = run_ready(Lane::open(asleep.clone(), &awaiting)).unwrap();
    let reading = work("[[step]]\nread-file = { files = 64, bytes = 5000, cache = \"cached\" }\n");
    let mut reads = run_ready(Lane::open(asleep.clone(), &reading)).unwrap();
    run_ready(blocks.run(&Task::new(1, 7))).unwrap();
    trace::look_before();
    trace::begin(monotonic_ns());
    run_ready(blocks.run(&Task::new(1, 9))).unwrap();
    run_ready(blocks.run(&Task::new(1, 0))).unwrap();
    awaits.hand_over(&Task::new(1, 3));
    wake_through(&mut awaits, &Task::new(1, 3), &asleep);
    assert!(
        run_ready(reads.run(&Task::new(1, 4))).is_err(),
        "no such file"
    );
    trace::end(monotonic_ns());
    trace::look_after();
    run_ready(blocks.run(&Task::new(1, 8))).unwrap();
    let file = std::env::temp_dir().join(format!("manyways-trace-{}", std::process::id()));
    trace::write(&file, "a test").unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();

    let mut rest = &bytes[..];
    let mut line = String::new();
    rest.read_line(&mut line).unwrap();
    let header: TraceHeader = serde_json::from_str(&line).unwrap();
    assert_eq!((header.trace, header.lost), (1, 0));
    assert_eq!(header.name, "a test");
    // Behind them come those that recorded nothing, such as the one that waits for the test.
    let recorded: Vec<u32> = header.threads.keys().copied().take(2).collect();
    assert_eq!(recorded, [1, 2], "the test, and the one that reads");
    let used = [1, 2].map(|number| header.cpu_ns[&number]);
    assert!(
        used.iter().all(|ns| *ns > 0),
        "also of one that ended: {used:?}"
    );
    let events: Vec<Event> = rest
        .chunks(EVENT_BYTES)
        .map(|record| {
            let words = std::array::from_fn(|index| {
                u64::from_le_bytes(record[8 * index..8 * index + 8].try_into().unwrap())
            });
            Event::of_words(words).unwrap()
        })
        .collect();
    assert_eq!(events.len() as u64, header.events);
    let ends = events.iter().filter(|event| event.lane.is_none());
    let ends: Vec<_> = ends.map(|event| event.what).collect();
    assert_eq!(ends, [Happened::Begin, Happened::End]);
    let wait = Happened::Wait(WaitsFor::Timer);
    let of_task = |task, what: &[Happened]| -> Vec<_> {
        what.iter().map(|what| (Some(task), *what)).collect()
    };
    assert_eq!(of_lane(&events, 0), of_task(0, &[Run, wait, Run, Done]));
    let awaited = [Ready, Run, wait, Ready, Run, Ready, Run, Done];
    assert_eq!(of_lane(&events, 1), of_task(3, &awaited));
    // The parts are of another thread, whose events come later in the file.
    let read = [Run, Done, PartBegin, PartEnd];
    assert_eq!(of_lane(&events, 2), of_task(4, &read));
    let threads: Vec<u32> = events.iter().map(|event| event.thread).collect();
    assert!(threads.ends_with(&[2, 2]), "{threads:?}");
}
