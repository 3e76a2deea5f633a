//! What a child prints: whole lines of bounded length ([`Lines`]), or the first and the last part of a
//! text ([`Excerpt`]). Reading never blocks.

use std::io::{ErrorKind, Read};

use terminal::counted;

/// The longest line that is read. The longest message of the protocol is far shorter.
const MOST_BYTES_OF_A_LINE: usize = 16 << 20;

/// Lines of a stream that does not block.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: Option<R>,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are known to hold no end of line.
    searched: usize,
}

/// A line was too long to be a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl<R: Read> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source: Some(source),
            buffer: Vec::new(),
            searched: 0,
        }
    }

    /// The stream, until its end.
    pub(super) fn source(&self) -> Option<&R> {
        self.source.as_ref()
    }

    /// The next line without its end; at the end of the stream also an unfinished one.
    pub(super) fn take(&mut self) -> Result<Option<String>, TooLong> {
        let end = self.buffer[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n');
        if let Some(end) = end.map(|end| self.searched + end) {
            let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
            self.buffer.drain(..=end);
            self.searched = 0;
            return Ok(Some(line));
        }
        // The next search begins here; else a line that comes in small pieces takes quadratic time.
        self.searched = self.buffer.len();
        if self.buffer.len() >= MOST_BYTES_OF_A_LINE {
            return Err(TooLong);
        }
        if self.source.is_none() && !self.buffer.is_empty() {
            self.searched = 0;
            let rest = std::mem::take(&mut self.buffer);
            return Ok(Some(String::from_utf8_lossy(&rest).into_owned()));
        }
        Ok(None)
    }

    /// Takes in what is there now. A full buffer takes no more, and the writer has to wait.
    pub(super) fn fill(&mut self) {
        while self.buffer.len() < MOST_BYTES_OF_A_LINE && self.source.is_some() {
            let mut chunk = [0; 16 * 1024];
            match read_some(&mut self.source, &mut chunk) {
                0 => break,
                read => self.buffer.extend_from_slice(&chunk[..read]),
            }
        }
    }
}

/// The first and the last part of what a stream says: some programs say at once why they end, others say
/// it last.
#[derive(Debug)]
pub(super) struct Excerpt<R> {
    source: Option<R>,
    head: Vec<u8>,
    tail: Vec<u8>,
    /// Bytes that were between the two.
    left_out: u64,
    /// The most bytes of each part.
    most: usize,
}

impl<R: Read> Excerpt<R> {
    /// An excerpt of `most` bytes.
    pub(super) fn new(source: R, most: usize) -> Self {
        Self {
            source: Some(source),
            head: Vec::new(),
            tail: Vec::new(),
            left_out: 0,
            most: most / 2,
        }
    }

    pub(super) fn source(&self) -> Option<&R> {
        self.source.as_ref()
    }

    /// Takes in what is there now; a bounded number of reads, so that a stream that never pauses
    /// holds nobody up.
    pub(super) fn fill(&mut self) {
        // 64 reads of 16 KiB take in a full pipe (64 KiB by default) many times over.
        for _ in 0..64 {
            let mut chunk = [0; 16 * 1024];
            let read = read_some(&mut self.source, &mut chunk);
            self.keep(&chunk[..read]);
            if read == 0 {
                break;
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self.most.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend_from_slice(rest);
        // Cutting only at twice the size moves each byte at most once on average.
        if self.tail.len() > 2 * self.most {
            self.cut();
        }
    }

    /// Drops what is in neither part.
    fn cut(&mut self) {
        let beyond = self.tail.len().saturating_sub(self.most);
        self.tail.drain(..beyond);
        self.left_out += beyond as u64;
    }

    /// Both parts, with a line between them where something is left out.
    pub(super) fn text(&mut self) -> String {
        self.cut();
        let (head, tail) = (
            String::from_utf8_lossy(&self.head),
            String::from_utf8_lossy(&self.tail),
        );
        let text = match self.left_out {
            0 => format!("{head}{tail}"),
            bytes => format!("{head}\n[{} left out]\n{tail}", counted(bytes, "byte")),
        };
        text.trim_end().to_owned()
    }
}

/// Reads once; 0 where nothing is there, and the source is gone at its end.
fn read_some<R: Read>(source: &mut Option<R>, chunk: &mut [u8]) -> usize {
    loop {
        let Some(reader) = source else { return 0 };
        match reader.read(chunk) {
            Ok(0) => *source = None,
            Ok(read) => return read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return 0,
            Err(_) => *source = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(text);
        lines.fill();
        std::iter::from_fn(|| lines.take().unwrap()).collect()
    }

    #[test]
    fn lines_are_whole_and_the_last_may_be_unfinished() {
        assert_eq!(all(b"one\ntwo\nthr"), ["one", "two", "thr"]);
        assert_eq!(all(b"one\n\n"), ["one", ""]);
        assert_eq!(all(b"\xff\n"), ["\u{fffd}"]);
        assert!(all(b"").is_empty());
    }

    #[test]
    fn a_line_without_end_is_cut_off() {
        let mut lines = Lines::new(std::io::repeat(b'x'));
        lines.fill();
        assert_eq!(lines.take(), Err(TooLong));
    }

    #[test]
    fn an_excerpt_keeps_the_beginning_and_the_end() {
        let mut excerpt = Excerpt::new(&b"0123456789\n"[..], 8);
        excerpt.fill();
        assert_eq!(excerpt.text(), "0123\n[3 bytes left out]\n789");
        let mut short = Excerpt::new(&b"01234567"[..], 8);
        short.fill();
        assert_eq!(short.text(), "01234567");
        let mut endless = Excerpt::new(std::io::repeat(b'x'), 4);
        endless.fill();
        assert!(endless.text().ends_with("bytes left out]\nxx"));
    }
}
