//! The program `services`: one request line in, one answer line out. All of it is in the library.

use std::process::ExitCode;

use services::program;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (None, _) => program::run().into(),
        (Some(only), None) if only == "--version" => {
            println!("services {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        (Some(only), None) if only == "--sweep" => {
            println!("{}", services::sweep());
            ExitCode::SUCCESS
        }
        (Some(only), None) if only == "--check-postgres" => checked(),
        _ => {
            eprintln!(
                "usage: services [--version | --sweep | --check-postgres], with one JSON request on \
                 standard input"
            );
            protocol::RunnerExit::Usage.into()
        }
    }
}

/// Whether a PostgreSQL server could be run here, in words for people.
fn checked() -> ExitCode {
    match services::check_postgres() {
        Ok(how) => {
            println!("{how}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            protocol::RunnerExit::Failed.into()
        }
    }
}
