//! The content that services serve, computed from seed and index alone: HTTP bodies, table rows,
//! file contents. Whoever knows the index knows what must come back.

use crate::digest::nth;

/// Bytes of the `body` column of every row.
pub const ROW_BYTES: usize = 64;

// Keys of two streams, so that a row and a file of the same number differ. They read "rows" and
// "file" in ASCII.
const ROWS: u64 = 0x726f_7773;
const FILES: u64 = 0x6669_6c65;

/// Fills a buffer with the little-endian words of the stream that starts at `key`.
pub fn fill(key: u64, buffer: &mut [u8]) {
    let mut chunks = buffer.chunks_exact_mut(8);
    let mut word = 0;
    for chunk in &mut chunks {
        chunk.copy_from_slice(&nth(key, word).to_le_bytes());
        word += 1;
    }
    // A length that is no multiple of 8 ends within a word, whose first bytes are used: a longer
    // content of the same key then begins with a shorter one.
    let rest = chunks.into_remainder();
    let last = nth(key, word).to_le_bytes();
    rest.copy_from_slice(&last[..rest.len()]);
}

/// The body of the row with this id (from 1).
#[must_use]
pub fn row(id: u64) -> [u8; ROW_BYTES] {
    let mut body = [0; ROW_BYTES];
    fill(nth(ROWS, id), &mut body);
    body
}

/// The key that [`fill`]s the file with this index (from 0).
#[must_use]
pub const fn file_key(index: u64) -> u64 {
    nth(FILES, index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_buffer_holds_a_prefix() {
        let (mut long, mut short) = ([0; 24], [0; 13]);
        fill(7, &mut long);
        fill(7, &mut short);
        assert_eq!(long[..13], short);
        assert_eq!(long[..8], nth(7, 0).to_le_bytes());
        assert_ne!(row(1), row(2));
    }
}
