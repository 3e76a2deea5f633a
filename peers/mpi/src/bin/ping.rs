//! The twin of `ping-pong`: messages to another rank and back, by hand on rsmpi, without a seam and without a task.
//! `mpirun -np 2 ping [BYTES] [MESSAGES]` prints the mean and percentiles of the time of one round trip.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use mpi::traits::{Communicator as _, Destination as _, Source as _};

/// Round trips that are not timed.
const WARM_UP: usize = 100;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let (Ok(bytes), Ok(messages)) = (
        numbers.next().unwrap_or(Ok(8)),
        numbers.next().unwrap_or(Ok(5000)),
    ) else {
        eprintln!(
            "mpirun -np 2 ping [BYTES] [MESSAGES]: two whole numbers, 8 and 5000 where they are absent"
        );
        return ExitCode::from(2);
    };
    let Some(universe) = mpi::initialize() else {
        return ExitCode::FAILURE;
    };
    let world = universe.world();
    if world.size() != 2 || messages == 0 {
        eprintln!("ping needs two ranks and a message: mpirun -np 2 ping [BYTES] [MESSAGES]");
        return ExitCode::from(2);
    }
    let other = world.process_at_rank(1 - world.rank());
    let mut message = vec![0_u8; bytes];
    let mut times = Vec::with_capacity(messages);
    for _ in 0..WARM_UP + messages {
        if world.rank() == 1 {
            other.receive_into(&mut message[..]);
            other.send(&message[..]);
        } else {
            let start = Instant::now();
            other.send(&message[..]);
            other.receive_into(&mut message[..]);
            times.push(start.elapsed());
        }
    }
    if world.rank() == 0 {
        let mut timed = times.split_off(WARM_UP);
        let mean = timed.iter().sum::<Duration>() / messages.try_into().unwrap_or(u32::MAX);
        timed.sort_unstable();
        println!(
            "{bytes} B there and back, {messages} times: mean {mean:?}, p50 {:?}, p90 {:?}, p99 {:?}",
            percentile(&timed, 50),
            percentile(&timed, 90),
            percentile(&timed, 99)
        );
    }
    ExitCode::SUCCESS
}

/// A percentile of times that ascend, of which there is at least one.
fn percentile(ascending: &[Duration], percent: usize) -> Duration {
    ascending[(ascending.len() - 1) * percent / 100]
}
