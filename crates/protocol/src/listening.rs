//! The address on which services listen: this machine's own, unless a job has several hosts.

use std::net::{IpAddr, Ipv4Addr};

/// The variable that names another address than 127.0.0.1. Services have no authentication, so that it ought to be
/// one of a network whose hosts are all trusted.
pub const LISTEN: &str = "MANYWAYS_LISTEN";

/// The address on which services listen, by the text of [`LISTEN`].
///
/// # Errors
/// What is wrong with the text, and what is allowed.
pub fn listening_address(text: Option<&str>) -> Result<IpAddr, String> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(Ipv4Addr::LOCALHOST.into());
    };
    let address: IpAddr = text.parse().map_err(|_| {
        format!("{LISTEN} is {text:?}, and an address of this machine is due, such as 10.0.0.1")
    })?;
    if address.is_unspecified() {
        // Models connect to the address on which a service says that it listens.
        return Err(format!(
            "{LISTEN} is {text}, which no other host can connect to: name one address"
        ));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_local_unless_an_address_is_named() {
        for none in [None, Some("")] {
            assert!(listening_address(none).unwrap().is_loopback());
        }
        let named = listening_address(Some("10.0.0.1")).unwrap();
        assert_eq!(named.to_string(), "10.0.0.1");
        let problem = listening_address(Some("node1")).unwrap_err();
        assert!(problem.contains("\"node1\""), "{problem}");
        let problem = listening_address(Some("0.0.0.0")).unwrap_err();
        assert!(problem.contains("name one address"), "{problem}");
    }
}
