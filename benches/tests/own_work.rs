//! Own work under every variant that runs in one process: the same answers as a sequential run's, and the
//! same words for what goes wrong.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use benches::availability::is_refused;
use manyways::io::{AsyncReadExt, AsyncWriteExt};
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

/// Waits, asks the server over a kept connection, and computes inline, in a blocking call and in the pool.
struct Asks;

impl OwnWork for Asks {
    type Params = NoParams;
    type Lane<I: Io> = I::Stream;

    fn new(_: NoParams) -> Result<Self, OwnError> {
        Ok(Self)
    }

    async fn open<I: Io>(&self, io: &I) -> Result<I::Stream, OwnError> {
        Ok(io.connect(&Address::Tcp(server())).await?)
    }

    async fn task<I: Io>(
        &self,
        io: &I,
        stream: &mut I::Stream,
        task: Task,
    ) -> Result<u64, OwnError> {
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

/// Panics in one task: by itself, in a computation, or in a call that blocks.
struct Panics<const PLACE: usize>;

impl<const PLACE: usize> OwnWork for Panics<PLACE> {
    type Params = NoParams;
    type Lane<I: Io> = ();

    fn new(_: NoParams) -> Result<Self, OwnError> {
        Ok(Self)
    }

    async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
        Ok(())
    }

    async fn task<I: Io>(&self, io: &I, (): &mut (), task: Task) -> Result<u64, OwnError> {
        let is_bad = task.index == 11;
        match PLACE {
            0 => assert!(!is_bad, "a bad task"),
            1 => io.run(move || assert!(!is_bad, "a bad task")).await,
            _ => io.unblock(move || assert!(!is_bad, "a bad task")).await,
        }
        Ok(0)
    }
}

/// Cannot be opened.
struct Closed;

impl OwnWork for Closed {
    type Params = NoParams;
    type Lane<I: Io> = ();

    fn new(_: NoParams) -> Result<Self, OwnError> {
        Ok(Self)
    }

    async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
        Err(OwnError::new("closed on Sundays"))
    }

    async fn task<I: Io>(&self, _: &I, (): &mut (), _: Task) -> Result<u64, OwnError> {
        Ok(0)
    }
}

/// Waits for something that no `Io` knows of.
struct Foreign;

impl OwnWork for Foreign {
    type Params = NoParams;
    type Lane<I: Io> = ();

    fn new(_: NoParams) -> Result<Self, OwnError> {
        Ok(Self)
    }

    async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
        Ok(())
    }

    async fn task<I: Io>(&self, _: &I, (): &mut (), _: Task) -> Result<u64, OwnError> {
        std::future::pending().await
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

fn setup() -> Setup {
    let own = serde_json::from_str("{\"package\": \"/own\"}").unwrap();
    benches::setup(&Workload {
        work: Some(own),
        ..benches::workload("own", TASKS, InFlight::Lanes(4), Vec::new())
    })
}

/// Every variant that runs here, with tasks of this work.
fn variants<O: OwnWork>() -> Vec<&'static dyn Model<Own<O>>> {
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

fn answers<O: OwnWork>(expected: impl Fn(Task) -> u64) {
    for model in variants::<O>() {
        let mut session = InProcess::start(model, &setup()).unwrap();
        let recorded = session.run().unwrap();
        let tasks = (0..TASKS).map(|index| of_task([expected(Task::new(1, index))]));
        assert_eq!(
            recorded.tasks,
            tasks.collect::<Vec<_>>(),
            "{}",
            model.name()
        );
    }
}

fn fails<O: OwnWork>(model: &dyn Model<Own<O>>, expected: &str) {
    let run = InProcess::start(model, &setup()).and_then(|mut session| session.run().map(drop));
    let error = run.unwrap_err().to_string();
    assert!(error.contains(expected), "{}: {error}", model.name());
}

#[test]
fn every_variant_gives_the_answers_of_a_sequential_run() {
    answers::<Asks>(|task| (mix64(task.seed) ^ task.index).rotate_left(7));
    answers::<Function>(|task| task.seed.wrapping_add(task.index));
}

#[test]
fn a_panic_has_the_same_words_in_every_variant_wherever_it_happens() {
    let words = "task 11: panicked: a bad task";
    for model in variants::<Panics<0>>() {
        fails(model, words);
    }
    for model in variants::<Panics<1>>() {
        fails(model, words);
    }
    for model in variants::<Panics<2>>() {
        fails(model, words);
    }
}

#[test]
fn a_lane_that_cannot_be_opened_says_why() {
    for model in variants::<Closed>() {
        fails(model, "a lane cannot be opened: closed on Sundays");
    }
}

#[test]
fn a_model_that_blocks_refuses_to_wait_for_what_is_not_of_its_io() {
    let blocking = [threads::variants::<Own<Foreign>>(), coroutines::variants()];
    for model in blocking.concat() {
        fails(model, "it waits for something that is not of its `Io`");
    }
}
