//! Whether this machine lets a variant run at all, so that the checks pass over one that it refuses.

use runner::protocol::InFlight;
use runner::{Error, InProcess, Model};
use workloads::TaskBody;

use crate::{setup, workload};

/// Whether the machine refuses a variant, which is said on standard error.
///
/// # Panics
/// When it does and `MANYWAYS_REQUIRE` names `io_uring`, the one thing that a variant may be refused for.
pub fn is_refused<B: TaskBody>(model: &dyn Model<B>) -> bool {
    let one_task = setup(&workload("availability", 1, InFlight::Lanes(1), vec![]));
    let Err(Error::Unavailable(why)) = InProcess::start(model, &one_task) else {
        return false;
    };
    let required = std::env::var("MANYWAYS_REQUIRE").unwrap_or_default();
    let name = model.name();
    assert!(
        !required.split(',').any(|named| named == "io_uring"),
        "{name} is required: {why}"
    );
    eprintln!("{name} is not checked: {why}");
    true
}
