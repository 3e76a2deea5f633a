//! `postgres://user:password@host:port/database`: where a PostgreSQL server is that is there already.
//! What libpq allows beside that and Manyways cannot do is refused, not passed over.

use std::fmt;
use std::net::IpAddr;

const PORT: u16 = 5432;

/// A URL that was read. Names are not looked up.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    /// Who connects.
    pub user: String,
    /// The password, where the URL has one.
    pub password: Option<String>,
    /// A name, an IP address without brackets, or the folder of a Unix socket, which begins with `/`.
    pub host: String,
    /// The TCP port; also in the name of a Unix socket.
    pub port: u16,
    /// The database.
    pub database: String,
}

/// Why a URL is refused. It quotes no part of the URL that could be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}: expected is postgres://user:password@host:port/database")]
pub struct PostgresUrlError(String);

impl PostgresUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it, in words for people, without any part that could be a password.
    pub fn parse(url: &str) -> Result<Self, PostgresUrlError> {
        read(url).map_err(PostgresUrlError)
    }

    /// Whether the server is on this machine, as far as the URL tells.
    pub fn is_local(&self) -> bool {
        self.host.starts_with('/')
            || self.host == "localhost"
            || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }
}

/// Hides the password: what is printed for people may be kept by anybody.
impl fmt::Debug for PostgresUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("PostgresUrl")
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "hidden"))
            .field("host", &self.host)
            .field("port", &self.port)
            .field("database", &self.database)
            .finish()
    }
}

fn read(url: &str) -> Result<PostgresUrl, String> {
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
    let (host, port) = host_and_port(place)?;
    Ok(PostgresUrl {
        user,
        password: password.filter(|password| !password.is_empty()),
        host,
        port,
        database,
    })
}

/// A password ends at the last `@`: where the host would seem to begin, or to end, before that, parts
/// of the password would be taken for something that may be told.
fn refuse_split_password(rest: &str) -> Result<(), String> {
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

/// The one option that can be kept: nothing is encrypted, and no other way of saying so is taken for a
/// wish that was granted.
const NOT_ENCRYPTED: &str = "sslmode=disable";

fn refuse_options(options: &str) -> Result<(), String> {
    let refused = options
        .split('&')
        .find(|option| !option.is_empty() && *option != NOT_ENCRYPTED);
    let Some(option) = refused else {
        return Ok(());
    };
    let name = option.split('=').next().unwrap_or_default();
    // What does not look like a name may be anything, a part of a password too.
    Err(match name {
        "sslmode" => format!(
            "TLS is not supported, connections are not encrypted: of sslmode only `{NOT_ENCRYPTED}` \
             can be kept"
        ),
        name if !name.is_empty() && name.bytes().all(is_of_name) => {
            format!("the option `{name}` of the server's URL is not supported")
        }
        _ => "an option of the server's URL is not supported".to_owned(),
    })
}

fn is_of_name(letter: u8) -> bool {
    letter.is_ascii_lowercase() || letter == b'_'
}

fn host_and_port(place: &str) -> Result<(String, u16), String> {
    let (host, port) = match place.rsplit_once(':') {
        // The colons of an IPv6 address stand within brackets.
        Some((host, port)) if !port.contains(']') => {
            let is_number = port.bytes().all(|digit| digit.is_ascii_digit());
            let number = port.parse().ok().filter(|&port| is_number && port != 0);
            let refusal = "the port of the server's URL is none: allowed are 1 to 65535";
            (host, number.ok_or(refusal)?)
        }
        _ => (place, PORT),
    };
    let host = decoded(host)?;
    Ok(match host.trim_start_matches('[').trim_end_matches(']') {
        "" => ("localhost".to_owned(), port),
        bare => (bare.to_owned(), port),
    })
}

/// `%2F` is a slash.
fn decoded(text: &str) -> Result<String, String> {
    let decoded = percent_decoded(text).ok_or_else(|| {
        "the server's URL has a % without two hexadecimal digits, or no UTF-8".to_owned()
    })?;
    if decoded.chars().any(char::is_control) {
        return Err("the server's URL has a control character".to_owned());
    }
    Ok(decoded)
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
        let url = "postgres://me:p%40s:s@127.0.0.1:6000/my%20db?sslmode=disable";
        let server = PostgresUrl {
            user: "me".to_owned(),
            password: Some("p@s:s".to_owned()),
            host: "127.0.0.1".to_owned(),
            port: 6000,
            database: "my db".to_owned(),
        };
        assert_eq!(read(url), Ok(server.clone()));
        assert!(!format!("{server:?}").contains("p@s:s"));
        let server = read("postgresql://me@[::1]").unwrap();
        assert_eq!(server.host, "::1");
        assert_eq!((server.port, server.database.as_str()), (5432, "me"));
        assert_eq!(server.password, None);
        let server = read("postgres://me:@%2Frun%2Fpg:7/db").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("/run/pg", 7));
        assert_eq!(server.password, None);
        assert_eq!(read("postgres://me@").unwrap().host, "localhost");
    }

    #[test]
    fn a_server_is_local_or_not() {
        for (host, is_local) in [
            ("", true),
            ("localhost", true),
            ("127.0.0.2:1", true),
            ("[::1]", true),
            ("%2Frun", true),
            ("db.example", false),
            ("10.0.0.1", false),
            ("[2001:db8::1]:1", false),
        ] {
            let url = PostgresUrl::parse(&format!("postgres://me@{host}/db")).unwrap();
            assert_eq!(url.is_local(), is_local, "{host}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_the_password() {
        for (url, why) in [
            ("mysql://me:secret@h/db", "begin with"),
            ("postgres://:secret@127.0.0.1/db", "no user"),
            ("postgres://me:secret@127.0.0.1:x/db", "1 to 65535"),
            ("postgres://me:secret@127.0.0.1:0/db", "1 to 65535"),
            ("postgres://me:secret@127.0.0.1:+1/db", "1 to 65535"),
            ("postgres://me:secret@127.0.0.1:70000/db", "1 to 65535"),
            ("postgres://me:secret%2@127.0.0.1/db", "hexadecimal"),
            ("postgres://me:secret%+1@127.0.0.1/db", "hexadecimal"),
            ("postgres://me:secret%ff@127.0.0.1/db", "UTF-8"),
            ("postgres://me:secret@h/db?sslmode=require", "TLS is not"),
            ("postgres://me:secret@h/db?sslmode=prefer", "TLS is not"),
            ("postgres://me:a?secret@127.0.0.1/db", "%3F"),
            ("postgres://me:a/secret@127.0.0.1/db", "%2F"),
            ("postgres://me:a@secret/b@127.0.0.1/db", "before its last @"),
            ("postgres://me:a@127.0.0.1/db?Secret-secret", "an option of"),
            ("postgres://me@127.0.0.1/db?password=secret", "`password`"),
            ("postgres://me%00x:secret@h/db", "control character"),
            ("postgres://me:secret%00@h/db", "control character"),
            ("postgres://me:secret@h\n/db", "control character"),
        ] {
            let error = PostgresUrl::parse(url).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
