//! Answers as bytes, a piece at a time: the first piece begins with the head, a large body comes in
//! several, so that nobody waits until all of it has been computed.

use workloads::http::{Refusal, write_answer_head};

use crate::stretch::{WORD, fill_from};

/// Most of a body in one piece: what is smaller is sent by one call.
const PIECE: u64 = 64 * 1024;

/// What is still to be computed of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    key: u64,
    next_word: u64,
    left: u64,
}

impl Answer {
    /// Begins the answer with a body: writes its head and its first piece.
    pub(super) fn body(key: u64, bytes: u64, keep_alive: bool, output: &mut Vec<u8>) -> Self {
        write_answer_head(output, "200 OK", bytes, keep_alive);
        let mut answer = Self {
            key,
            next_word: 0,
            left: bytes,
        };
        answer.next_piece(output);
        answer
    }

    /// The answer to an unknown path, all of it.
    pub(super) fn not_found(keep_alive: bool, output: &mut Vec<u8>) -> Self {
        Self::text("404 Not Found", "no such path\n", keep_alive, output)
    }

    /// The last answer of a connection, all of it.
    pub(super) fn refusal(refusal: Refusal, output: &mut Vec<u8>) -> Self {
        Self::text(refusal.status(), refusal.words(), false, output)
    }

    fn text(status: &str, text: &str, keep_alive: bool, output: &mut Vec<u8>) -> Self {
        write_answer_head(output, status, text.len() as u64, keep_alive);
        output.extend_from_slice(text.as_bytes());
        Self {
            key: 0,
            next_word: 0,
            left: 0,
        }
    }

    /// Whether all of it has been written.
    pub(super) fn is_complete(self) -> bool {
        self.left == 0
    }

    /// Writes the next piece behind what `output` holds.
    pub(super) fn next_piece(&mut self, output: &mut Vec<u8>) {
        let length = self.left.min(PIECE);
        let start = output.len();
        // At most PIECE, which fits.
        output.resize(start + length as usize, 0);
        fill_from(self.key, self.next_word, &mut output[start..]);
        // Only the last piece is shorter than this, and nothing follows it.
        self.next_word += PIECE / WORD;
        self.left -= length;
    }
}

#[cfg(test)]
mod tests {
    use workloads::content;

    use super::*;

    fn whole(bytes: u64) -> (Vec<u8>, usize) {
        let mut output = Vec::new();
        let mut answer = Answer::body(9, bytes, true, &mut output);
        let mut pieces = 1;
        while !answer.is_complete() {
            answer.next_piece(&mut output);
            pieces += 1;
        }
        (output, pieces)
    }

    #[test]
    fn pieces_make_up_the_content_of_the_key() {
        for (bytes, expected_pieces) in [(0, 1), (5, 1), (PIECE, 1), (PIECE + 1, 2), (300_001, 5)] {
            let (output, pieces) = whole(bytes);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
            let mut expected = vec![0; bytes as usize];
            content::fill(9, &mut expected);
            assert!(output.starts_with(head.as_bytes()));
            assert!(output[head.len()..] == expected, "{bytes} bytes");
            assert_eq!(pieces, expected_pieces, "{bytes} bytes");
        }
    }

    #[test]
    fn a_refusal_says_why_and_that_it_is_the_last() {
        let mut output = Vec::new();
        assert!(Answer::refusal(Refusal::Bad("why"), &mut output).is_complete());
        let expected =
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\nConnection: close\r\n\r\nwhy";
        assert_eq!(String::from_utf8(output).unwrap(), expected);
    }
}
