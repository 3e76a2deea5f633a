//! Standard input: the request, the orders, and the end of this program when it is closed. One
//! thread reads it; while the model runs, that thread is blocked in the call and uses no processor.

use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use protocol::{ORDER_GO, RunnerExit};

/// The lines of standard input, as one thread reads them.
pub(crate) struct Input {
    lines: Mutex<Receiver<String>>,
    over: Arc<AtomicBool>,
}

impl Input {
    /// Starts the thread that reads.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        std::thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || {
                read_lines(&sender);
                // Whoever started this program has gone or wants it to stop. It must not go on
                // using the machine, whatever the model is doing, so nothing is shut down in order.
                if !is_over.load(Relaxed) {
                    std::process::exit(RunnerExit::Closed as i32);
                }
            })?;
        Ok(Self {
            lines: Mutex::new(receiver),
            over,
        })
    }

    /// The next line; the program ends if there is none.
    pub(crate) fn line(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .recv()
            .unwrap_or_else(|_| std::process::exit(RunnerExit::Closed as i32))
    }

    /// Waits for the order to go on.
    pub(crate) fn wait_for_go(&self) -> Result<(), String> {
        match self.line().trim() {
            ORDER_GO => Ok(()),
            other => Err(format!("expected the line \"{ORDER_GO}\", got {other:?}")),
        }
    }

    /// Lets the program outlive its input from now on, because its result is known.
    pub(crate) fn end(&self) {
        self.over.store(true, Relaxed);
    }
}

fn read_lines(to: &Sender<String>) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if to.send(line).is_err() {
            return;
        }
    }
}
