//! What a child prints: whole lines of bounded length ([`Lines`]), or the first and the last part of a
//! text ([`Excerpt`]). Reading never blocks.

use std::io::{ErrorKind, Read};

use terminal::counted;

/// The longest line that is read. The longest message of the protocol is far shorter.
const MOST_BYTES_OF_A_LINE: usize = 16 << 20;
/// The most reads at a time, of [`CHUNK`] bytes each. A full pipe (64 KiB by default) is taken in many times
/// over, and a stream that never pauses holds nobody up.
const MOST_READS: usize = 64;
const CHUNK: usize = 16 * 1024;

/// Lines of a stream that does not block.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: Option<R>,
    buffer: Vec<u8>,
    /// Bytes at the beginning of the buffer whose lines were taken. They are removed when more is read:
    /// removing each line by itself would move the whole buffer for each.
    taken: usize,
    /// Where the search for the next end of a line goes on. What lies between `taken` and this has none.
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
            taken: 0,
            searched: 0,
        }
    }

    /// Lines of nothing.
    pub(super) fn ended() -> Self {
        Self {
            source: None,
            buffer: Vec::new(),
            taken: 0,
            searched: 0,
        }
    }

    /// The stream, until its end.
    pub(super) fn source(&self) -> Option<&R> {
        self.source.as_ref()
    }

    /// Whether the stream has not ended, and the buffer can take more of it.
    pub(super) fn has_room(&self) -> bool {
        self.source.is_some() && self.buffer.len() - self.taken < MOST_BYTES_OF_A_LINE
    }

    /// The next line without its end; at the end of the stream also an unfinished one.
    pub(super) fn take(&mut self) -> Result<Option<String>, TooLong> {
        let end = self.buffer[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n');
        if let Some(end) = end.map(|end| self.searched + end) {
            let line = self.text_until(end);
            self.taken = end + 1;
            self.searched = self.taken;
            return Ok(Some(line));
        }
        // The next search begins here; else a line that comes in small pieces takes quadratic time.
        self.searched = self.buffer.len();
        if self.buffer.len() - self.taken >= MOST_BYTES_OF_A_LINE {
            return Err(TooLong);
        }
        if self.source.is_none() && self.taken < self.buffer.len() {
            let line = self.text_until(self.buffer.len());
            self.discard();
            return Ok(Some(line));
        }
        Ok(None)
    }

    fn text_until(&self, end: usize) -> String {
        String::from_utf8_lossy(&self.buffer[self.taken..end]).into_owned()
    }

    /// Takes in what is there now, in a bounded number of reads. A full buffer takes no more, and the
    /// writer has to wait.
    pub(super) fn fill(&mut self) {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.searched -= self.taken;
            self.taken = 0;
        }
        for _ in 0..MOST_READS {
            if !self.has_room() {
                break;
            }
            let mut chunk = [0; CHUNK];
            match read_some(&mut self.source, &mut chunk) {
                0 => break,
                read => self.buffer.extend_from_slice(&chunk[..read]),
            }
        }
    }

    /// Forgets everything that was taken in.
    pub(super) fn discard(&mut self) {
        self.buffer.clear();
        self.taken = 0;
        self.searched = 0;
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

    /// An excerpt of nothing.
    pub(super) fn ended() -> Self {
        Self {
            source: None,
            head: Vec::new(),
            tail: Vec::new(),
            left_out: 0,
            most: 0,
        }
    }

    pub(super) fn source(&self) -> Option<&R> {
        self.source.as_ref()
    }

    /// Takes in what is there now, in a bounded number of reads.
    pub(super) fn fill(&mut self) {
        for _ in 0..MOST_READS {
            let mut chunk = [0; CHUNK];
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
        while lines.has_room() {
            assert_eq!(lines.take(), Ok(None));
            lines.fill();
        }
        assert_eq!(lines.take(), Err(TooLong));
        lines.discard();
        assert!(lines.has_room());
        assert_eq!(lines.take(), Ok(None));
    }

    #[test]
    fn lines_of_an_endless_stream_are_taken_without_moving_the_others() {
        let mut lines = Lines::new(std::io::repeat(b'\n'));
        for _ in 0..3 {
            lines.fill();
            let read = lines.buffer.len();
            assert_eq!(read, MOST_READS * CHUNK);
            for number in 1..=read {
                assert_eq!(lines.take().unwrap().as_deref(), Some(""));
                assert_eq!((lines.taken, lines.buffer.len()), (number, read));
            }
            assert_eq!(lines.take(), Ok(None));
        }
    }

    #[test]
    fn a_line_in_two_pieces_is_whole_where_others_came_before_it() {
        let pieces = (&b"a\nbe"[..]).chain(&b"ta\ngam"[..]);
        let mut lines = Lines::new(pieces);
        lines.fill();
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.extend(lines.take().unwrap());
            lines.fill();
        }
        assert_eq!(taken, ["a", "beta", "gam"]);
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
