//! A server that is there already: its address and its password, from the URL that names it.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use protocol::{PostgresServer, PostgresUrl};

use super::password;
use crate::error::{Error, Result};

/// How long one address of several may take to accept a connection.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

/// Reads it, finds the password where it has none, and looks up the host's name. Without a table.
pub(super) fn parse(url: &str) -> Result<PostgresServer> {
    let url = PostgresUrl::parse(url).map_err(|error| Error::Usage(error.to_string()))?;
    Ok(PostgresServer {
        address: address(&url).map_err(Error::Usage)?,
        password: password::find(&url)?,
        user: url.user,
        database: url.database,
        table: String::new(),
    })
}

/// `ip:port`, or the path of a socket.
fn address(url: &PostgresUrl) -> std::result::Result<String, String> {
    let (name, port) = (url.host.as_str(), url.port);
    if name.starts_with('/') {
        return Ok(format!("{}/.s.PGSQL.{port}", name.trim_end_matches('/')));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_a_socket_or_of_a_port() {
        let of = |url| PostgresUrl::parse(url).map(|url| address(&url)).unwrap();
        assert_eq!(of("postgres://me@127.0.0.1:1").unwrap(), "127.0.0.1:1");
        assert_eq!(of("postgres://me@[::1]").unwrap(), "[::1]:5432");
        assert_eq!(
            of("postgres://me@%2Frun%2Fpg%2F:7/db").unwrap(),
            "/run/pg/.s.PGSQL.7"
        );
        let unknown = of("postgres://me:secret@no such host/db").unwrap_err();
        assert!(
            unknown.contains("not known") && !unknown.contains("secret"),
            "{unknown}"
        );
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
}
