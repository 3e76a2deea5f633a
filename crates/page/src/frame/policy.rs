//! The content security policy of a page: nothing is loaded, and no script runs but the page's own.

use sha2::{Digest as _, Sha256};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The policy of a page with this script, and with images from these sources.
pub(super) fn policy(script: &str, images: &str) -> String {
    let hash = base64(&Sha256::digest(script.as_bytes()));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; script-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'"
    )
}

/// Bytes in base64 as RFC 4648 has it.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let [first, second, third] =
            [0, 1, 2].map(|at| u32::from(three.get(at).copied().unwrap_or(0)));
        let group = first << 16 | second << 8 | third;
        for place in 0..4 {
            if place > three.len() {
                text.push('=');
            } else {
                let digit = group >> (18 - 6 * place) & 0x3f;
                text.push(char::from(ALPHABET[digit as usize]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let found = ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes()));
        assert_eq!(found, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn the_hash_is_that_of_the_script() {
        // echo -n 'x' | openssl dgst -sha256 -binary | base64
        let expected = "'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='";
        let found = policy("x", "data:");
        assert!(found.contains(expected), "{found}");
    }
}
