//! A digest of a program's files, by which a later build is told from an earlier one. It detects
//! changes, and is no protection against somebody who wants to deceive it.

use std::fs;
use std::path::Path;

/// The digests of those words of a command that name files, relative to `root`; `None` where none
/// does.
pub fn fingerprint(words: &[String], root: &Path) -> Option<String> {
    // An interpreted model's script is a word after its interpreter, so that the first is not enough.
    let digests: Vec<String> = words
        .iter()
        .filter_map(|word| fs::read(root.join(word)).ok())
        .map(|bytes| format!("{:016x}", fnv_1a(&bytes)))
        .collect();
    (!digests.is_empty()).then(|| digests.join("-"))
}

/// FNV-1a with 64 bits (Fowler, Noll and Vo, RFC 9923).
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_specification() {
        assert_eq!(fnv_1a(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn only_words_that_are_files_count() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("program"), "a").unwrap();
        let words = ["sh", "program", "--flag"].map(str::to_owned);
        let digest = fingerprint(&words, folder.path());
        assert_eq!(digest.as_deref(), Some("af63dc4c8601ec8c"));
        assert_eq!(fingerprint(&words[..1], folder.path()), None);
    }
}
