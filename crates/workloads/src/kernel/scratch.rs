//! Buffers that live longer than a task.

/// Buffers that kernels and file reads use again from task to task: over 128 kB, a fresh one per
/// task would measure `mmap`.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The buffer for contents.
    pub bytes: Vec<u8>,
    /// The buffer for numbers.
    pub words: Vec<u64>,
}
