//! Whether a model's program keeps the run protocol of `docs/FORMAT.md`: a rule at a time, each with what
//! was seen and what is allowed. Authors of models run it, and so do this project's own tests.

mod cases;
mod check;
mod client;
mod lines;
mod origin;
mod outcome;
mod processor_time;
mod rule;
mod rules;
mod served;
mod setting;
mod subject;
mod talk;

pub use check::{Request, run};
pub use setting::MissingDocuments;
