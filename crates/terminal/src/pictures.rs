//! Whether pictures made of characters are drawn beside figures, and of which characters.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};

/// When pictures are drawn beside the figures of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// They are drawn on a terminal, where a table leaves room for them.
    Auto,
    /// Everywhere, and below a table that leaves no room.
    Always,
    /// Nowhere.
    Never,
}

/// The characters that pictures are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// Lines, blocks and dots of Unicode.
    Unicode,
    /// ASCII alone.
    Ascii,
}

/// How pictures are drawn beside figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// The characters that they are made of.
    pub charset: Charset,
    /// Whether a picture for which a table leaves no room stands below it, and is not left out.
    pub below: bool,
}

/// Whether pictures are drawn everywhere.
static ALWAYS: AtomicBool = AtomicBool::new(false);
/// Whether pictures are drawn nowhere.
static NEVER: AtomicBool = AtomicBool::new(false);

/// Decides when pictures are drawn, for the whole process; it is [`When::Auto`] before.
pub fn draw_pictures(when: When) {
    ALWAYS.store(when == When::Always, Ordering::Relaxed);
    NEVER.store(when == When::Never, Ordering::Relaxed);
}

/// How tables on standard output have pictures; `None` where they have none.
pub(crate) fn pictures() -> Option<Pictures> {
    let always = ALWAYS.load(Ordering::Relaxed);
    let is_wanted = always || std::io::stdout().is_terminal();
    (is_wanted && !NEVER.load(Ordering::Relaxed)).then(|| Pictures {
        charset: charset(),
        below: always,
    })
}

/// The characters that the locale of this process has: those of Unicode where its encoding is UTF-8.
pub fn charset() -> Charset {
    // The first that is set decides, as POSIX has it (XBD 8.2).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    charset_of(&locale.unwrap_or_default())
}

fn charset_of(locale: &str) -> Charset {
    let encoding = locale.split_once('.').map_or("", |(_, rest)| rest);
    let plain = encoding.to_ascii_lowercase().replace('-', "");
    if plain.starts_with("utf8") {
        Charset::Unicode
    } else {
        Charset::Ascii
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_has_unicode_where_its_encoding_is_utf_8() {
        for locale in ["C.UTF-8", "en_GB.utf8", "de_DE.UTF-8@euro"] {
            assert_eq!(charset_of(locale), Charset::Unicode, "{locale}");
        }
        for locale in ["", "C", "POSIX", "en_GB", "de_DE.ISO-8859-1", "utf8.C"] {
            assert_eq!(charset_of(locale), Charset::Ascii, "{locale}");
        }
    }
}
