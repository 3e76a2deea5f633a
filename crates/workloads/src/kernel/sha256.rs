//! SHA-256 of a task's key followed by a fixed pattern: computation by a library, out of the
//! first-level cache.

use sha2::Digest;

use super::scratch::Scratch;
use crate::content;

/// Fills the pattern; see [`content::fill`].
pub(crate) const PATTERN_KEY: u64 = 0x7368_6132_3536;
/// Bytes of the pattern, which repeats, and of one slice.
const PATTERN: usize = 16 * 1024;
/// The size in bytes that makes a hash a call that needs no interpreter lock: CPython's `hashlib`
/// lets go of its own for as many or more (`HASHLIB_GIL_MINSIZE`).
const NATIVE_FROM: u64 = 2048;

#[derive(Debug)]
pub(super) struct Sha256 {
    hasher: sha2::Sha256,
    left: u64,
}

impl Sha256 {
    pub(super) fn new(size: u64, seed: u64) -> Self {
        let mut hasher = sha2::Sha256::new();
        hasher.update(seed.to_le_bytes());
        Self { hasher, left: size }
    }

    pub(super) const fn is_one_native_call(&self) -> bool {
        self.left >= NATIVE_FROM
    }

    pub(super) fn advance(&mut self, scratch: &mut Scratch) -> Option<u64> {
        let here = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(PATTERN);
        self.hasher.update(&pattern_in(scratch)[..here]);
        self.left -= here as u64;
        if self.left > 0 {
            return None;
        }
        let hash = std::mem::take(&mut self.hasher).finalize();
        Some(
            hash.iter()
                .take(8)
                .rev()
                .fold(0, |value, byte| value << 8 | u64::from(*byte)),
        )
    }
}

/// The pattern, made once per scratch and recognised by its first word.
fn pattern_in(scratch: &mut Scratch) -> &[u8] {
    // Other kernels and file reads use the same buffer, so its length alone proves nothing. To fill
    // it for every task would cost as much as hashing it.
    let first = crate::digest::nth(PATTERN_KEY, 0).to_le_bytes();
    if scratch.bytes.len() != PATTERN || scratch.bytes[..8] != first {
        scratch.bytes.resize(PATTERN, 0);
        content::fill(PATTERN_KEY, &mut scratch.bytes);
    }
    &scratch.bytes
}
