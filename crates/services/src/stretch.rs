//! A stretch out of the middle of the bytes that `workloads::content` defines, so that a large
//! content need not be in memory whole.

use workloads::{content, digest};

/// Bytes of one word of content; stretches begin at whole words.
pub(crate) const WORD: u64 = 8;

/// Fills `buffer` with what `content::fill` puts from word `first` on. A stream of `splitmix64`
/// that starts later is the stream of a key that has been stepped so many times.
pub(crate) fn fill_from(key: u64, first: u64, buffer: &mut [u8]) {
    content::fill(key.wrapping_add(first.wrapping_mul(digest::GOLDEN)), buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_laid_together_are_the_whole() {
        let mut whole = [0; 1003];
        content::fill(u64::MAX - 5, &mut whole);
        let mut laid = [0; 1003];
        for (number, stretch) in laid.chunks_mut(24).enumerate() {
            fill_from(u64::MAX - 5, number as u64 * 24 / WORD, stretch);
        }
        assert_eq!(whole, laid);
    }
}
