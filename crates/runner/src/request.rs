//! The request of one run: read from its line of JSON, checked, and matched with the variant that
//! it names.

use protocol::{MAX_IN_FLIGHT, Request, Setup, VERSION};
use workloads::TaskBody;

use crate::error::{Error, Result};
use crate::model::Model;

/// Most threads and processes that a request may ask for.
const MOST_UNITS: u64 = 100_000;

/// Reads a request; the request, and the variant that it asks for.
///
/// # Errors
/// When the line is no request, speaks another version of the protocol, names a variant that is not
/// among `models`, has a number out of range, or a workload that tasks of `B` cannot do.
pub fn read_request<'a, B: TaskBody>(
    line: &str,
    models: &[&'a dyn Model<B>],
) -> Result<(Request, &'a dyn Model<B>)> {
    let request = checked_request(line)?;
    B::can_do(&request.setup.workload).map_err(|why| Error::Usage(why.to_owned()))?;
    let wanted = &request.variant;
    if let Some(model) = models.iter().find(|model| model.name() == wanted) {
        return Ok((request, *model));
    }
    let names: Vec<_> = models.iter().map(|model| model.name()).collect();
    Err(Error::Usage(format!(
        "no variant {wanted:?}: there are {}",
        names.join(", ")
    )))
}

/// Reads a request and checks what holds for every program.
// Apart, so that the reading is compiled once and not for every kind of work.
fn checked_request(line: &str) -> Result<Request> {
    let request: Request = serde_json::from_str(line)
        .map_err(|error| Error::Usage(format!("the request cannot be read: {error}")))?;
    if request.protocol != VERSION {
        let theirs = request.protocol;
        return Err(Error::Usage(format!(
            "protocol {theirs}: this program speaks {VERSION}"
        )));
    }
    check_numbers(&request)?;
    let workload = request.setup.workload.clone().checked();
    workload.map_err(Error::Usage)?;
    Ok(request)
}

/// Checks the numbers that their types alone do not limit.
fn check_numbers(request: &Request) -> Result<()> {
    let Setup {
        workload,
        workers,
        in_flight,
        blocking,
        ..
    } = &request.setup;
    // A request can be typed by hand. One digit too many should be an error here, not thousands of
    // threads later.
    for (name, number, most) in [
        ("tasks", request.tasks, workload.tasks),
        ("workers", *workers, MOST_UNITS),
        ("in_flight", *in_flight, MAX_IN_FLIGHT),
        ("blocking", *blocking, MOST_UNITS),
    ] {
        if !(1..=most).contains(&number) {
            return Err(Error::Usage(format!(
                "{name} is {number}: allowed are 1 to {most}"
            )));
        }
    }
    Ok(())
}
