//! Own work under every variant that runs in one process: the same answers as a sequential run's, and the
//! same words for what goes wrong.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use benches::availability::is_refused;
use manyways::io::{AsyncReadExt, AsyncWriteExt};
use manyways::serde::Deserialize;
use manyways::{Address, Io, NoParams, Own, OwnError, OwnFunction, OwnWork, Task};
use runner::protocol::{InFlight, Setup, Workload};
use runner::{InProcess, Model};
use workloads::digest::{mix64, of_task};

const TASKS: u64 = 30;

/// A server that sends back eight bytes mixed, on as many connections as come.
fn server() -> SocketAddr {
    static SERVER: OnceLock<SocketAddr> = OnceLock::new();
    *SERVER.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for accepted in listener.incoming() {
                let mut stream = accepted.unwrap();
                thread::spawn(move || {
                    let mut bytes = [0; 8];
                    while stream.read_exact(&mut bytes).is_ok() {
                        let answer = mix64(u64::from_le_bytes(bytes)).to_le_bytes();
                        stream.write_all(&answer).unwrap();
                    }
                });
            }
        });
        address
    })
}

/// What a task does.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(crate = "manyways::serde", rename_all = "kebab-case")]
enum Case {
    /// It waits, asks the server over a kept connection, and computes inline, in a blocking call and in the pool.
    Asks,
    /// One of the tasks panics by itself.
    Panics,
    /// One panics in a computation.
    PanicsInRun,
    /// One panics in a call that blocks.
    PanicsInUnblock,
    /// No lane can be opened.
    IsClosed,
    /// It waits for something that no `Io` knows of.
    WaitsForOthers,
}

#[derive(Deserialize)]
#[serde(crate = "manyways::serde")]
struct Params {
    case: Case,
}

/// Work of any case: of one type, since each is compiled into every variant.
struct Work(Case);

impl OwnWork for Work {
    type Params = Params;
    type Lane<I: Io> = Option<I::Stream>;

    fn new(params: Params) -> Result<Self, OwnError> {
        Ok(Self(params.case))
    }

    async fn open<I: Io>(&self, io: &I) -> Result<Option<I::Stream>, OwnError> {
        match self.0 {
            Case::Asks => Ok(Some(io.connect(&Address::Tcp(server())).await?)),
            Case::IsClosed => Err(OwnError::new("closed on Sundays")),
            _ => Ok(None),
        }
    }

    async fn task<I: Io>(
        &self,
        io: &I,
        lane: &mut Option<I::Stream>,
        task: Task,
    ) -> Result<u64, OwnError> {
        let is_bad = task.index == 11;
        match self.0 {
            Case::Panics => assert!(!is_bad, "a bad task"),
            Case::PanicsInRun => io.run(move || assert!(!is_bad, "a bad task")).await,
            Case::PanicsInUnblock => io.unblock(move || assert!(!is_bad, "a bad task")).await,
            Case::WaitsForOthers => std::future::pending().await,
            Case::Asks | Case::IsClosed => {}
        }
        let Some(stream) = lane else {
            return Ok(0);
        };
        io.sleep(Duration::from_micros(100)).await;
        stream.write_all(&task.seed.to_le_bytes()).await?;
        let mut answer = [0; 8];
        stream.read_exact(&mut answer).await?;
        io.yield_now().await;
        let computed = io
            .run(move || u64::from_le_bytes(answer) ^ task.index)
            .await;
        Ok(io.unblock(move || computed.rotate_left(7)).await)
    }
}

/// A function of the task.
struct Function;

impl OwnFunction for Function {
    type Params = NoParams;

    fn new(_: NoParams) -> Result<Self, OwnError> {
        Ok(Self)
    }

    fn call(&self, seed: u64, index: u64) -> Result<u64, OwnError> {
        Ok(seed.wrapping_add(index))
    }
}

fn setup(params: &str) -> Setup {
    let text = format!("{{\"package\": \"/own\", \"params\": {{{params}}}}}");
    benches::setup(&Workload {
        work: Some(serde_json::from_str(&text).unwrap()),
        ..benches::workload("own", TASKS, InFlight::Lanes(4), Vec::new())
    })
}

fn of(case: &str) -> Setup {
    setup(&format!("\"case\": \"{case}\""))
}

/// Every variant that runs here, with tasks of this work.
fn variants() -> Vec<&'static dyn Model<Own<Work>>> {
    let all = [
        threads::variants(),
        coroutines::variants(),
        async_tokio::variants(),
        async_smol::variants(),
        async_std_legacy::variants(),
        async_compio::variants(),
    ];
    let mut variants = all.concat();
    variants.retain(|model| !is_refused(*model));
    variants
}

fn answers<O: OwnWork>(model: &dyn Model<Own<O>>, setup: &Setup, expected: impl Fn(Task) -> u64) {
    let mut session = InProcess::start(model, setup).unwrap();
    let recorded = session.run().unwrap();
    let tasks = (0..TASKS).map(|index| of_task([expected(Task::new(1, index))]));
    let right: Vec<u64> = tasks.collect();
    assert_eq!(recorded.tasks, right, "{}", model.name());
}

fn fails(model: &dyn Model<Own<Work>>, case: &str, expected: &str) {
    let run = InProcess::start(model, &of(case)).and_then(|mut session| session.run().map(drop));
    let error = run.unwrap_err().to_string();
    assert!(error.contains(expected), "{}: {error}", model.name());
}

#[test]
fn every_variant_gives_the_answers_of_a_sequential_run() {
    for model in variants() {
        answers(model, &of("asks"), |task| {
            (mix64(task.seed) ^ task.index).rotate_left(7)
        });
    }
    let waits_or_computes = [threads::variants::<Own<Function>>(), async_smol::variants()];
    for model in waits_or_computes.concat() {
        answers(model, &setup(""), |task| task.seed.wrapping_add(task.index));
    }
}

#[test]
fn a_panic_has_the_same_words_in_every_variant_wherever_it_happens() {
    for case in ["panics", "panics-in-run", "panics-in-unblock"] {
        for model in variants() {
            fails(model, case, "task 11: panicked: a bad task");
        }
    }
}

#[test]
fn a_lane_that_cannot_be_opened_says_why() {
    for model in variants() {
        let words = "a lane cannot be opened: closed on Sundays";
        fails(model, "is-closed", words);
    }
}

#[test]
fn a_model_that_blocks_refuses_to_wait_for_what_is_not_of_its_io() {
    let blocking = [threads::variants(), coroutines::variants()];
    for model in blocking.concat() {
        let words = "it waits for something that is not of its `Io`";
        fails(model, "waits-for-others", words);
    }
}
