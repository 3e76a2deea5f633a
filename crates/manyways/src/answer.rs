//! What tasks answered in a sequential run.

/// What a task answered: its digest, or its error in words.
pub(crate) type Answer = Result<u64, String>;

/// The indices of tasks, and what each answered.
pub(crate) type Answers = Vec<(u64, Answer)>;
