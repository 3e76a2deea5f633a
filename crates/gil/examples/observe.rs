//! Measures what threads under the lock show to the outside, in the figures by which the lock is
//! compared with CPython's: `cargo run --release -p gil --example observe [ROUNDS]`. Each figure is
//! the median over the rounds. Not measured: whole models, which `cargo xtask compare` runs.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures_util::io::{AsyncReadExt, AsyncWriteExt};
use gil::{GilIo, Interpreter};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::protocol::{Compute, Kernel};
use workloads::{Address, Io, Scratch, Slices};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The argument of the process that sends bytes to be sent back.
const CLIENT: &str = "--client";
/// The pause of the client between two bytes.
const THINK: Duration = Duration::from_millis(1);
/// The length of one measurement.
const LENGTH: Duration = Duration::from_millis(800);

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(CLIENT) => client(),
        rounds => table(rounds.map_or(Ok(10), str::parse)?),
    }
}

fn table(rounds: usize) -> Outcome<()> {
    println!("observable (median of {rounds})                         found   to accept");
    let default = Duration::from_millis(5);
    for threads in [2, 4, 8] {
        row(
            &format!("{threads} CPU threads, speed-up"),
            median_of(rounds, || {
                Ok(hogs(threads, default)?.work / hogs(1, default)?.work)
            })?,
            "0.8 to 1.05",
        );
        row(
            &format!("{threads} CPU threads, owner changes/s"),
            median_of(rounds, || Ok(hogs(threads, default)?.owner_changes))?,
            "179 to 211",
        );
    }
    row(
        "2 CPU threads, CPU ÷ wall",
        median_of(rounds, || Ok(hogs(2, default)?.processors))?,
        "0.98 to 1.02",
    );
    for (micros, accept) in [(100, "(4993)"), (1000, "799 to 937"), (20_000, "49 to 57")] {
        let interval = Duration::from_micros(micros);
        row(
            &format!("owner changes/s at {micros} µs"),
            median_of(rounds, || Ok(hogs(2, interval)?.owner_changes))?,
            accept,
        );
    }
    echoes(rounds)?;
    for (beside, accept) in [(0, ""), (1, "6.0 to 6.4"), (2, "")] {
        row(
            &format!("1 ms tick beside {beside}, p50 ms"),
            median_of(rounds, || ticks(beside))?,
            accept,
        );
    }
    row(
        "release and take again, µs",
        median_of(rounds, || Ok(uncontended()))?,
        "<= 0.1",
    );
    Ok(())
}

/// Measures how a thread under the lock answers another process while other threads compute.
fn echoes(rounds: usize) -> Outcome<()> {
    for (beside, accept) in [
        (0, ["", "", "< 0.2", ""]),
        (1, ["4.0 to 9.3", "", "9.2 to 11", "100 to 180"]),
        (2, ["", "", "40 to 80", ""]),
    ] {
        let mut all = Vec::new();
        for _ in 0..rounds {
            all.push(echo(beside)?);
        }
        for (figure, name) in ["p50 ms", "p90 ms", "p99 ms", "a second"]
            .iter()
            .enumerate()
        {
            let mut values: Vec<f64> = all.iter().map(|round| round[figure]).collect();
            row(
                &format!("echo beside {beside}, {name}"),
                median(&mut values),
                accept[figure],
            );
        }
    }
    Ok(())
}

fn row(name: &str, value: f64, accept: &str) {
    println!("{name:<45} {value:>9.3}   {accept}");
}

/// Measures in this many rounds; the median.
fn median_of(rounds: usize, measure: impl Fn() -> Outcome<f64>) -> Outcome<f64> {
    let mut values = (0..rounds)
        .map(|_| measure())
        .collect::<Outcome<Vec<f64>>>()?;
    Ok(median(&mut values))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs `body` beside this many threads that compute; its result, and the number of kernels that
/// they computed.
fn beside<T>(
    io: &GilIo<BlockingIo>,
    interpreter: &Interpreter,
    threads: u64,
    body: impl FnOnce() -> T,
) -> (T, u64) {
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let value = std::thread::scope(|scope| {
        for seed in 0..threads {
            let (stop, done) = (&stop, &done);
            scope.spawn(move || {
                let _attached = interpreter.attach();
                let compute = Compute {
                    kernel: Kernel::SumSquares,
                    size: 50_000,
                };
                while !stop.load(Relaxed) {
                    run_ready(io.compute(Slices::new(&compute, seed), &mut Scratch::default()));
                    done.fetch_add(1, Relaxed);
                }
            });
        }
        let value = body();
        stop.store(true, Relaxed);
        value
    });
    (value, done.into_inner())
}

/// An interpreter with this switch interval, and the blocking `Io` under its lock.
fn under(interval: Duration) -> (Interpreter, GilIo<BlockingIo>) {
    let interpreter = Interpreter::new(interval);
    (interpreter.clone(), GilIo::new(BlockingIo, interpreter))
}

/// What threads that compute show.
struct Hogs {
    /// Kernels computed a second.
    work: f64,
    /// Changes of the lock's owner a second.
    owner_changes: f64,
    /// Processors used: processor time divided by elapsed time.
    processors: f64,
}

/// Measures this many threads that compute under one lock.
fn hogs(threads: u64, interval: Duration) -> Outcome<Hogs> {
    let (interpreter, io) = under(interval);
    let (cpu, start) = (spent()?, Instant::now());
    let ((), done) = beside(&io, &interpreter, threads, || std::thread::sleep(LENGTH));
    let seconds = start.elapsed().as_secs_f64();
    Ok(Hogs {
        work: done as f64 / seconds,
        owner_changes: interpreter.owner_changes() as f64 / seconds,
        processors: (spent()? - cpu) / seconds,
    })
}

/// Processor time of this process in seconds, including that of threads that have ended.
fn spent() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program stands in parentheses and may itself contain spaces, so fields are
    // counted from the last parenthesis on. The 12th and 13th are user and system time, in ticks of
    // which Linux shows 100 a second.
    let ticks: f64 = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}

/// The latency of echoes by a thread under the lock (p50, p90 and p99 in milliseconds), and echoes
/// a second.
fn echo(threads: u64) -> Outcome<[f64; 4]> {
    let (interpreter, io) = under(Duration::from_millis(5));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut client = std::process::Command::new(std::env::current_exe()?)
        .arg(CLIENT)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let (answered, _) = beside(&io, &interpreter, threads, || -> Outcome<String> {
        // The client listens on this port instead, so that the connection is made by the `Io` under
        // the lock.
        drop(listener);
        let mut input = client.stdin.take().ok_or("no input")?;
        writeln!(input, "{address}")?;
        let mut output = client.stdout.take().ok_or("no output")?;
        let mut ready = [0];
        output.read_exact(&mut ready)?;
        let _attached = interpreter.attach();
        run_ready(async {
            let mut stream = io.connect(&Address::Tcp(address)).await?;
            let mut byte = [0];
            while stream.read(&mut byte).await? == 1 {
                stream.write_all(&byte).await?;
            }
            Ok::<_, std::io::Error>(())
        })?;
        let mut text = String::new();
        output.read_to_string(&mut text)?;
        client.wait()?;
        Ok(text)
    });
    let figures = answered?
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<Vec<f64>, _>>()?;
    figures
        .try_into()
        .map_err(|_| "the client said something else".into())
}

/// The other process: it sends a byte, waits for it to come back, pauses, and begins again.
fn client() -> Outcome<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let listener = TcpListener::bind(line.trim().parse::<SocketAddr>()?)?;
    println!("r");
    let (mut stream, _): (TcpStream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let (start, mut took, mut byte) = (Instant::now(), Vec::new(), [7]);
    // Longer than the other measurements, because beside two threads an echo takes tens of
    // milliseconds.
    while start.elapsed() < 2 * LENGTH {
        std::thread::sleep(THINK);
        let sent = Instant::now();
        stream.write_all(&byte)?;
        stream.read_exact(&mut byte)?;
        took.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    let rate = took.len() as f64 / start.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    let [p50, p90, p99] =
        [0.5, 0.9, 0.99].map(|share| took[((took.len() - 1) as f64 * share) as usize]);
    println!("{p50} {p90} {p99} {rate}");
    Ok(())
}

/// The median length of a sleep of 1 ms under the lock, in milliseconds.
fn ticks(threads: u64) -> Outcome<f64> {
    let (interpreter, io) = under(Duration::from_millis(5));
    let (mut took, _) = beside(&io, &interpreter, threads, || {
        let _attached = interpreter.attach();
        let (start, mut took) = (Instant::now(), Vec::new());
        while start.elapsed() < LENGTH {
            let before = Instant::now();
            run_ready(io.sleep(THINK));
            took.push(before.elapsed().as_secs_f64() * 1e3);
        }
        took
    });
    Ok(median(&mut took))
}

/// The cost of releasing the lock and taking it again when nobody else wants it, in microseconds.
fn uncontended() -> f64 {
    let interpreter = Interpreter::new(Duration::from_millis(5));
    let _attached = interpreter.attach();
    let start = Instant::now();
    for _ in 0..100_000 {
        interpreter.detach(|| ());
    }
    start.elapsed().as_secs_f64() * 1e6 / 1e5
}
