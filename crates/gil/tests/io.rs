//! The seam under the lock: the same answers as without it, and the lock held by who computes only.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::io::{AsyncReadExt, AsyncWriteExt};
use gil::{GilIo, Interpreter};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::protocol::{Compute, Kernel};
use workloads::{Address, Io, Scratch, Slices};

/// Waits in calls only: where the lock were kept in one of them the other thread would wait for ever.
const NEVER: Duration = Duration::from_secs(1_000_000);

fn gil_io() -> (Interpreter, GilIo<BlockingIo>) {
    let interpreter = Interpreter::new(NEVER);
    (interpreter.clone(), GilIo::new(BlockingIo, interpreter))
}

/// Carries this out on two threads that are attached, at the same time.
fn twice<F: Future<Output = ()>>(interpreter: &Interpreter, unit: impl Fn(usize) -> F + Sync) {
    std::thread::scope(|scope| {
        for number in 0..2 {
            let unit = &unit;
            scope.spawn(move || {
                let _attached = interpreter.attach();
                run_ready(unit(number));
            });
        }
    });
}

#[test]
fn kernels_give_the_same_answers() {
    let (interpreter, io) = gil_io();
    twice(&interpreter, |_| async {
        let mut scratch = Scratch::default();
        for kernel in Kernel::ALL {
            let compute = Compute { kernel, size: 50 };
            let plain = Slices::new(&compute, 3).finish(&mut scratch);
            let value = io.compute(Slices::new(&compute, 3), &mut scratch).await;
            assert_eq!(value, plain, "{kernel:?}");
        }
    });
}

#[test]
fn a_thread_that_is_not_attached_computes_attached() {
    let (interpreter, io) = gil_io();
    let compute = Compute {
        kernel: Kernel::SumSquares,
        size: 10_000,
    };
    run_ready(io.compute(Slices::new(&compute, 1), &mut Scratch::default()));
    assert_eq!(interpreter.owner_changes(), 1);
}

#[test]
fn other_computation_is_made_under_the_lock_too() {
    let (interpreter, io) = gil_io();
    assert_eq!(run_ready(io.run(|| 5)), 5);
    assert_eq!(interpreter.owner_changes(), 1);
}

#[test]
fn a_long_hash_is_made_without_the_lock() {
    let (interpreter, io) = gil_io();
    let compute = Compute {
        kernel: Kernel::Sha256,
        size: 4096,
    };
    // On a thread that is not attached, so that it ends only if it does not ask for the lock.
    let _attached = interpreter.attach();
    std::thread::spawn(move || {
        run_ready(io.compute(Slices::new(&compute, 1), &mut Scratch::default()))
    })
    .join()
    .unwrap();
}

#[test]
fn two_threads_meet_over_a_connection() {
    let (interpreter, io) = gil_io();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let listener = Arc::new(listener);
    twice(&interpreter, |number| {
        let (io, listener) = (io.clone(), Arc::clone(&listener));
        async move {
            if number == 0 {
                let echo = move || {
                    use std::io::{Read, Write};
                    let (mut stream, _) = listener.accept().unwrap();
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    stream.write_all(&byte).unwrap();
                };
                return io.unblock(echo).await;
            }
            let mut stream = io.connect(&Address::Tcp(address)).await.unwrap();
            stream.write_all(&[9]).await.unwrap();
            let mut byte = [0];
            stream.read_exact(&mut byte).await.unwrap();
            assert_eq!(byte, [9]);
            stream.close().await.unwrap();
            io.sleep(Duration::from_millis(1)).await;
            io.yield_now().await;
        }
    });
}
