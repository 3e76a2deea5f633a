//! `postgres://user:password@host:port/database`: where a server is that is there already. What
//! libpq allows beside that and this program cannot do is refused, not passed over.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use protocol::PostgresServer;

use crate::error::{Error, Result};

const PORT: u16 = 5432;
/// How long one address of several may take to accept a connection.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

/// Reads it, and looks up the host's name. Without a table.
pub(super) fn parse(url: &str) -> Result<PostgresServer> {
    read(url).map_err(|problem| {
        // The URL may hold a password: only the problem is told.
        Error::Usage(format!(
            "{problem}: expected is postgres://user:password@host:port/database"
        ))
    })
}

fn read(url: &str) -> std::result::Result<PostgresServer, String> {
    let behind_scheme = ["postgres://", "postgresql://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
        .ok_or("the server's URL does not begin with postgres://")?;
    refuse_split_password(behind_scheme)?;
    let (location, options) = behind_scheme.split_once('?').unwrap_or((behind_scheme, ""));
    refuse_options(options)?;
    let (authority, database) = location.split_once('/').unwrap_or((location, ""));
    let (who, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = match who.split_once(':') {
        Some((user, password)) => (user, Some(decoded(password)?)),
        None => (who, None),
    };
    let user = decoded(user)?;
    if user.is_empty() {
        return Err("the server's URL names no user".to_owned());
    }
    let database = match database {
        "" => user.clone(),
        name => decoded(name)?,
    };
    Ok(PostgresServer {
        address: address(place)?,
        user,
        password: password.filter(|password| !password.is_empty()),
        database,
        table: String::new(),
    })
}

/// A password ends at the last `@`: where the host would seem to begin, or to end, before that, parts
/// of the password would be taken for something that may be told.
fn refuse_split_password(rest: &str) -> std::result::Result<(), String> {
    let behind = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
    if behind.contains('@') {
        return Err(
            "the server's URL has a / or a ? before its last @: in a password they are %2F and \
             %3F, and an @ anywhere but before the host is %40"
                .to_owned(),
        );
    }
    Ok(())
}

/// Encryption is not spoken; where it may be left out, it is.
fn refuse_options(options: &str) -> std::result::Result<(), String> {
    let known = ["sslmode=disable", "sslmode=allow", "sslmode=prefer"];
    let mut options = options.split('&').filter(|option| !option.is_empty());
    match options.find(|option| !known.contains(option)) {
        Some(option) => {
            let name = option.split('=').next().unwrap_or_default();
            // What does not look like a name may be anything, a part of a password too.
            let is_name = |letter: u8| letter.is_ascii_lowercase() || letter == b'_';
            Err(if !name.is_empty() && name.bytes().all(is_name) {
                format!("the option `{name}` of the server's URL is not supported")
            } else {
                // What is no name may be a part of a password, which is told nowhere.
                "an option of the server's URL is not supported".to_owned()
            })
        }
        None => Ok(()),
    }
}

/// `ip:port`, or the path of a socket where the host is a folder (`%2Fvar%2Frun%2Fpostgresql`).
fn address(place: &str) -> std::result::Result<String, String> {
    let (host, port) = match place.rsplit_once(':') {
        // The colons of an IPv6 address stand within brackets.
        Some((host, port)) if !port.contains(']') => {
            let number = port
                .parse()
                .map_err(|_| "the port of the server's URL is no port")?;
            (host, number)
        }
        _ => (place, PORT),
    };
    let host = decoded(host)?;
    if host.starts_with('/') {
        return Ok(format!("{}/.s.PGSQL.{port}", host.trim_end_matches('/')));
    }
    let name = match host.trim_start_matches('[').trim_end_matches(']') {
        "" => "localhost",
        bare => bare,
    };
    let addresses: Vec<SocketAddr> = (name, port)
        .to_socket_addrs()
        .map_err(|error| format!("the host {name:?} is not known ({error})"))?
        .collect();
    let one = reachable(&addresses).ok_or_else(|| format!("the host {name:?} has no address"))?;
    Ok(one.to_string())
}

/// The first address where somebody listens: a name often has one for each version of IP, and a
/// server one of them. Where nobody does it is the first, whose error is then told.
fn reachable(addresses: &[SocketAddr]) -> Option<SocketAddr> {
    match addresses {
        // Nothing to choose: connecting is tried where its error is told.
        [only] => Some(*only),
        _ => addresses
            .iter()
            .find(|address| TcpStream::connect_timeout(address, TIME_TO_ANSWER).is_ok())
            .or(addresses.first())
            .copied(),
    }
}

/// `%2F` is a slash.
fn decoded(text: &str) -> std::result::Result<String, String> {
    percent_decoded(text).ok_or_else(|| {
        "the server's URL has a % without two hexadecimal digits, or no UTF-8".to_owned()
    })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        // `from_str_radix` alone would take a sign for a digit.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let server = read("postgres://me:p%40s:s@127.0.0.1:6000/my%20db?sslmode=prefer").unwrap();
        assert_eq!(server.address, "127.0.0.1:6000");
        assert_eq!(server.user, "me");
        assert_eq!(server.password.as_deref(), Some("p@s:s"));
        assert_eq!(server.database, "my db");
        let server = read("postgresql://me@[::1]").unwrap();
        assert_eq!(
            (server.address.as_str(), server.database.as_str()),
            ("[::1]:5432", "me")
        );
        assert_eq!(server.password, None);
        let server = read("postgres://me@%2Frun%2Fpg:7/db").unwrap();
        assert_eq!(server.address, "/run/pg/.s.PGSQL.7");
    }

    #[test]
    fn of_several_addresses_it_is_the_first_that_answers() {
        let listen = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (open, closed) = (listen(), listen());
        let (open_at, closed_at) = (open.local_addr().unwrap(), closed.local_addr().unwrap());
        drop(closed);
        assert_eq!(reachable(&[closed_at, open_at]), Some(open_at));
        assert_eq!(reachable(&[closed_at, closed_at]), Some(closed_at));
        assert_eq!(reachable(&[closed_at]), Some(closed_at));
        assert_eq!(reachable(&[]), None);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_the_password() {
        for (url, why) in [
            ("mysql://me:secret@h/db", "begin with"),
            ("postgres://:secret@127.0.0.1/db", "no user"),
            ("postgres://me:secret@127.0.0.1:x/db", "no port"),
            ("postgres://me:secret@127.0.0.1:70000/db", "no port"),
            ("postgres://me:secret%2@127.0.0.1/db", "hexadecimal"),
            ("postgres://me:secret%+1@127.0.0.1/db", "hexadecimal"),
            ("postgres://me:secret%ff@127.0.0.1/db", "UTF-8"),
            (
                "postgres://me:secret@127.0.0.1/db?sslmode=require",
                "`sslmode`",
            ),
            ("postgres://me:secret@no such host/db", "not known"),
            ("postgres://me:a?secret@127.0.0.1/db", "%3F"),
            ("postgres://me:a/secret@127.0.0.1/db", "%2F"),
            ("postgres://me:a@secret/b@127.0.0.1/db", "before its last @"),
            ("postgres://me:a@127.0.0.1/db?Secret-secret", "an option of"),
            ("postgres://me@127.0.0.1/db?password=secret", "`password`"),
        ] {
            let error = parse(url).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
