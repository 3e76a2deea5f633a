//! A function of the user's in a shared library, called by the C ABI, with the state of one lane. It is the
//! only unsafe code of this crate.
//!
//! That it is sound rests on what `docs/OWN-WORK.md` asks of the library: its functions have the signatures
//! of [`Function`], [`Open`] and [`Close`]; they may be called on several threads at once, each with the
//! state of another lane, and a lane's state on one thread after the other; and they write to nothing that
//! is not theirs, besides one number through `value`. Whoever names the library in a workload file runs its
//! code, as whoever names a package of own work does. What it breaks ends the process of one run.
#![expect(
    unsafe_code,
    reason = "a library that is loaded at run time has no types that a compiler could check"
)]

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;

use libloading::Library;
use protocol::Call;

/// `int32_t mix(void *lane, uint64_t seed, uint64_t index, uint64_t *value)`.
// "unwind", because an exception of C++ that leaves a function is then a defined end of the process.
type Function = unsafe extern "C-unwind" fn(*mut c_void, u64, u64, *mut u64) -> i32;
/// `int32_t mix_open(void **lane)`.
type Open = unsafe extern "C-unwind" fn(*mut *mut c_void) -> i32;
/// `void mix_close(void *lane)`.
type Close = unsafe extern "C-unwind" fn(*mut c_void);

/// A function, and what it keeps for one lane.
#[derive(Debug)]
pub(crate) struct Called {
    /// Its library and its name, for messages.
    shown: Box<str>,
    function: Function,
    close: Option<Close>,
    lane: *mut c_void,
}

// SAFETY: the library's functions can be called with a lane's state on any thread, by one at a time: the
// state is reached only through `&mut self` and on drop.
unsafe impl Send for Called {}

impl Called {
    /// Loads the library of a step, unless the process has it, and opens the state of a lane.
    ///
    /// # Errors
    /// The library cannot be loaded, has no such function, or cannot open a lane; the message says which.
    pub(crate) fn open(call: &Call) -> Result<Self, String> {
        let Call {
            library, function, ..
        } = call;
        let shown = library.display();
        // SAFETY: this runs the library's initialisers, which are the user's: see above.
        let loaded = unsafe { Library::new(library) }
            .map_err(|error| format!("{shown} cannot be loaded: {}", in_words(&error)))?;
        // Never unloaded: a run that was given up leaves threads behind that may be within its code.
        let kept = ManuallyDrop::new(loaded);
        // SAFETY: the symbol has this type, or the library breaks what is asked of it.
        let symbol = unsafe { kept.get::<Function>(function) }.map_err(|error| {
            let why = in_words(&error);
            format!("{shown} has no function `{function}`: {why}")
        })?;
        // SAFETY: as above.
        let open = unsafe { kept.get::<Open>(format!("{function}_open")) }.ok();
        // SAFETY: as above.
        let close = unsafe { kept.get::<Close>(format!("{function}_close")) }.ok();
        let mut lane = ptr::null_mut();
        if let Some(opens) = open {
            // SAFETY: it writes one address to `lane`, which outlives the call.
            let answer = unsafe { opens(&raw mut lane) };
            if answer != 0 {
                return Err(format!("{function}_open of {shown} returned {answer}"));
            }
        }
        Ok(Self {
            shown: format!("{function} of {shown}").into(),
            function: *symbol,
            close: close.map(|symbol| *symbol),
            lane,
        })
    }

    /// Calls the function; its value.
    ///
    /// # Errors
    /// The function returned something other than 0; the message says what.
    pub(crate) fn call(&mut self, seed: u64, index: u64) -> Result<u64, String> {
        let mut value = 0;
        // SAFETY: `value` outlives the call, and nobody else uses this lane's state meanwhile.
        let answer = unsafe { (self.function)(self.lane, seed, index, &raw mut value) };
        match answer {
            0 => Ok(value),
            other => Err(format!("{} returned {other}", self.shown)),
        }
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        if let Some(close) = self.close {
            // SAFETY: the state is that of this lane, and is not used again.
            unsafe { close(self.lane) };
        }
    }
}

/// What the system says of a library, with its cause.
fn in_words(error: &libloading::Error) -> String {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
    }
    text
}
