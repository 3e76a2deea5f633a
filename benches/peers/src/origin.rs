//! The HTTP origin that `http-fast` asks, while this program runs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::Result;

/// The program that serves.
const SERVICES: &str = "target/release/services";

/// An origin that serves until it is dropped.
#[derive(Debug)]
pub(crate) struct Origin {
    child: Child,
    /// Its address.
    pub(crate) address: String,
}

impl Origin {
    /// Starts one.
    ///
    /// # Errors
    /// A program that is not built, or that cannot serve.
    pub(crate) fn start() -> Result<Origin> {
        let mut child = Command::new(SERVICES)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{SERVICES}: {error}: `cargo build --release -p services`"))?;
        let request = json!({ "origin": { "port": 0, "parent": std::process::id() } });
        let input = child.stdin.as_mut().ok_or("no standard input")?;
        writeln!(input, "{request}")?;
        let mut answer = String::new();
        let output = child.stdout.take().ok_or("no standard output")?;
        BufReader::new(output).read_line(&mut answer)?;
        let said: Value = serde_json::from_str(&answer)?;
        match said["ready"]["origin"].as_str() {
            Some(address) => Ok(Origin {
                address: address.to_owned(),
                child,
            }),
            None => Err(format!("{SERVICES} said {answer}").into()),
        }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
