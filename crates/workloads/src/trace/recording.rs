//! The recording of this process: whether there is one, its events, and the file that they end in.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use protocol::{Event, Happened, TRACE_VERSION, TraceHeader};

use super::buffer::{Buffer, Piece};
use crate::clock::monotonic_ns;

/// Whether events are recorded now. It is all that a run without a trace looks at.
static ON: AtomicBool = AtomicBool::new(false);
static RECORDING: OnceLock<Recording> = OnceLock::new();

thread_local! {
    static PIECE: Cell<Piece> = const { Cell::new(Piece::EMPTY) };
    /// This thread's number; 0 until it has recorded something.
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

/// A lane, and the index of its task; a unit of a workload with coordination may have none.
pub(super) type Of = (u32, Option<u64>);

struct Recording {
    buffer: Buffer,
    /// The names of the threads that have recorded something; their numbers begin with 1.
    threads: Mutex<Vec<String>>,
    lanes: AtomicU32,
}

impl Recording {
    fn threads(&self) -> MutexGuard<'_, Vec<String>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the calling thread.
    fn thread(&self) -> u32 {
        match NUMBER.get() {
            0 => self.count_thread(),
            number => number,
        }
    }

    /// Once in the life of a thread.
    #[cold]
    fn count_thread(&self) -> u32 {
        let name = std::thread::current().name().map(str::to_owned);
        let mut threads = self.threads();
        threads.push(name.unwrap_or_default());
        let number = u32::try_from(threads.len()).unwrap_or(u32::MAX);
        NUMBER.set(number);
        number
    }
}

/// Takes the room for so many events. Lanes that are opened from now on are numbered, and tasks go the way on
/// which they are recorded; nothing is recorded before [`begin`] or [`record_from_now`].
pub fn prepare(events: u64) {
    let events = usize::try_from(events).unwrap_or(usize::MAX);
    let _ = RECORDING.set(Recording {
        buffer: Buffer::new(events),
        threads: Mutex::default(),
        lanes: AtomicU32::new(0),
    });
}

/// Whether this run is to be recorded.
#[must_use]
pub fn is_prepared() -> bool {
    RECORDING.get().is_some()
}

/// Whether events are recorded now.
#[inline]
#[must_use]
pub fn is_on() -> bool {
    ON.load(Relaxed)
}

/// The measured phase begins at this time of [`monotonic_ns`]: records that, and everything that follows. It does
/// nothing where the run is not to be recorded.
pub fn begin(at_ns: u64) {
    if is_prepared() {
        record_from_now();
        record_at(at_ns, None, Happened::Begin);
    }
}

/// The measured phase has ended at this time of [`monotonic_ns`]: nothing more is recorded.
pub fn end(at_ns: u64) {
    if is_on() {
        record_at(at_ns, None, Happened::End);
        stop();
    }
}

/// Records from now on, in a process that knows no measured phase.
pub fn record_from_now() {
    ON.store(true, Relaxed);
}

/// Records no more.
fn stop() {
    ON.store(false, Relaxed);
}

/// The number of a lane that is opened now; 0 where the run is not recorded.
pub(crate) fn number_lane() -> u32 {
    RECORDING
        .get()
        .map_or(0, |recording| recording.lanes.fetch_add(1, Relaxed))
}

/// Records what happens now to a lane and its task.
pub(super) fn record(of: Option<Of>, what: Happened) {
    record_at(monotonic_ns(), of, what);
}

/// Records what happened to a lane and its task.
// Not inlined, for the reason that `exchange` is not.
#[inline(never)]
pub(super) fn record_at(at_ns: u64, of: Option<Of>, what: Happened) {
    if let Some(recording) = RECORDING.get() {
        let event = Event {
            at_ns,
            thread: recording.thread(),
            lane: of.map(|(lane, _)| lane),
            task: of.and_then(|(_, task)| task),
            what,
        };
        PIECE.with(|piece| recording.buffer.put(piece, &event));
    }
}

/// Ends the recording and writes it to a file; nothing where the run was not to be recorded. `name` says what
/// this process is.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, name: &str) -> std::io::Result<()> {
    stop();
    let Some(recording) = RECORDING.get() else {
        return Ok(());
    };
    let events = recording.buffer.events();
    let header = TraceHeader {
        trace: TRACE_VERSION,
        process: std::process::id(),
        name: name.to_owned(),
        threads: (1..)
            .zip(recording.threads().iter().cloned())
            .collect::<BTreeMap<_, _>>(),
        events: events.len() as u64,
        lost: recording.buffer.lost(),
    };
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    serde_json::to_writer(&mut file, &header)?;
    file.write_all(b"\n")?;
    for word in events.iter().flatten() {
        file.write_all(&word.to_le_bytes())?;
    }
    // Dropping the writer would also flush it, but would hide a full disk.
    file.flush()
}
