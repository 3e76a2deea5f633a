//! What is stored of a PostgreSQL server that is not ours: neither who connects to it nor where it is.

use protocol::PostgresUrl;

/// `local server` or `remote server`, and a check by which a comparison that is continued notices another
/// one. It has 16 bits: too few to find out which server it is.
pub fn stored_server(url: &str) -> String {
    // A URL that cannot be read was refused before; what connects to it says so.
    let Ok(url) = PostgresUrl::parse(url) else {
        return "unreadable URL".to_owned();
    };
    let place = if url.is_local() { "local" } else { "remote" };
    let who = format!("{}\n{}\n{}\n{}", url.user, url.host, url.port, url.database);
    format!("{place} server, check {:04x}", check(who.as_bytes()))
}

/// FNV-1a of 32 bits, folded to 16 by exclusive or (http://www.isthe.com/chongo/tech/comp/fnv/).
fn check(bytes: &[u8]) -> u32 {
    let hash = bytes.iter().fold(2_166_136_261, |hash: u32, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    (hash >> 16) ^ (hash & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_apart_and_not_told() {
        // FNV's own example: the 32 bits of "foobar" are bf9cf968.
        assert_eq!(check(b"foobar"), 0xbf9c ^ 0xf968);
        let stored = stored_server("postgres://me:secret@db.example:7/data");
        assert!(stored.starts_with("remote server, check "), "{stored}");
        for part in ["me:", "secret", "example", "data"] {
            assert!(!stored.contains(part), "{stored}");
        }
        assert_eq!(
            stored,
            stored_server("postgres://me:other@db.example:7/data")
        );
        assert_ne!(stored, stored_server("postgres://me@db.example:8/data"));
        assert!(stored_server("postgres://me@%2Frun/db").starts_with("local server, "));
    }
}
