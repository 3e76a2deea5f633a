//! Standard input: the request, the orders, and the end of everything when it is closed. One
//! thread reads, and sleeps in that call while the model runs.

use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use protocol::{ORDER_GO, RunnerExit};

/// The lines of standard input, and what to do at their end.
pub(crate) struct Input {
    lines: Mutex<Receiver<String>>,
    over: Arc<AtomicBool>,
}

impl Input {
    /// Starts to read.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let read = move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
            // Whoever started this program is gone, or wants it to go: at once, whatever runs.
            if !is_over.load(Relaxed) {
                std::process::exit(RunnerExit::Closed as i32);
            }
        };
        std::thread::Builder::new()
            .name("input".to_owned())
            .spawn(read)?;
        Ok(Self {
            lines: Mutex::new(receiver),
            over,
        })
    }

    /// The next line; the program ends where there is none.
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

    /// From now on the end of input means nothing.
    pub(crate) fn end(&self) {
        self.over.store(true, Relaxed);
    }
}
