//! Standard input: the request, the orders, and the end of this program when it is closed. One
//! thread reads it; while the model runs, that thread is blocked in the call and uses no processor.

use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use async_channel::{Receiver, Sender, unbounded};
use protocol::{ORDER_GO, RunnerExit};

/// The lines of standard input, as one thread reads them.
#[derive(Debug)]
pub struct Input {
    lines: Receiver<String>,
    over: Arc<AtomicBool>,
}

/// The next line of standard input, for a model that goes on until it comes.
#[derive(Debug)]
pub struct NextLine {
    lines: Receiver<String>,
}

impl NextLine {
    /// Waits for the line, and blocks this thread; the program ends if there is none.
    #[must_use]
    pub fn wait(self) -> String {
        self.lines.recv_blocking().unwrap_or_else(|_| end_closed())
    }

    /// Waits for the line without a thread; the program ends if there is none.
    pub async fn arrive(self) -> String {
        self.lines.recv().await.unwrap_or_else(|_| end_closed())
    }
}

impl Input {
    /// Starts the thread that reads.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start() -> std::io::Result<Self> {
        let (sender, receiver) = unbounded();
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
            lines: receiver,
            over,
        })
    }

    /// The next line; the program ends if there is none.
    pub fn line(&self) -> String {
        self.lines.recv_blocking().unwrap_or_else(|_| end_closed())
    }

    /// The next line, for whoever does something until it comes.
    #[must_use]
    pub fn next_line(&self) -> NextLine {
        let lines = self.lines.clone();
        NextLine { lines }
    }

    /// Waits for the order to go on.
    ///
    /// # Errors
    /// That another line came.
    pub fn wait_for_go(&self) -> Result<(), String> {
        expect(&self.line(), ORDER_GO)
    }

    /// Lets the program outlive its input from now on, because its result is known.
    pub fn end(&self) {
        self.over.store(true, Relaxed);
    }

    /// Waits until standard input is closed, after [`Self::end`]; what is still written there is nothing to us.
    pub fn wait_for_end(&self) {
        while self.lines.recv_blocking().is_ok() {}
    }
}

/// Holds a line against the one that was due.
pub(crate) fn expect(line: &str, order: &str) -> Result<(), String> {
    match line.trim() {
        same if same == order => Ok(()),
        other => Err(format!("expected the line \"{order}\", got {other:?}")),
    }
}

fn end_closed() -> ! {
    std::process::exit(RunnerExit::Closed as i32)
}

fn read_lines(to: &Sender<String>) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if to.send_blocking(line).is_err() {
            return;
        }
    }
}
