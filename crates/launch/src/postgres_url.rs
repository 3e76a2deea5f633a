//! The URL of a PostgreSQL server as it is typed, and as it may be shown.

/// Whether a text is the URL of a PostgreSQL server, by its scheme. What else is wrong with it shows
/// when it is connected to.
///
/// # Errors
///
/// A sentence for people that does not quote the text, which may contain a password.
pub fn check_postgres_url(text: &str) -> Result<(), &'static str> {
    let is_one = text.starts_with("postgres://") || text.starts_with("postgresql://");
    if is_one && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err("--postgres takes a URL such as `postgres://user:password@host:port/database`")
    }
}

/// The URL of a server as it may be shown: without its options, and without everything that may be a
/// password, whether or not it is in its place.
pub fn without_password(url: &str) -> String {
    let (scheme, address) = url.split_once("://").unwrap_or(("", url));
    // Options may contain a password too, and one that holds a `?` in its place begins here.
    let without_options = address.split('?').next().unwrap_or_default();
    // The last `@` ends the user and the password: one that is not escaped belongs to the password.
    let (who, place) = match without_options.rsplit_once('@') {
        Some((who, place)) => (who, format!("@{place}")),
        None => (without_options, String::new()),
    };
    let user = who.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_url_and_its_password_is_not_shown() {
        let shown = without_password("postgres://me:p:s@h:1/db");
        assert_eq!(shown, "postgres://me@h:1/db");
        assert_eq!(without_password("postgres://h/db"), "postgres://h/db");
        assert!(check_postgres_url("postgresql://me@h/db").is_ok());
        assert!(check_postgres_url("localhost").is_err());
        assert!(check_postgres_url("postgres://me@h/\n").is_err());
    }

    #[test]
    fn a_password_in_another_place_is_not_shown_either() {
        for (url, shown) in [
            (
                "postgres://me@h/db?sslmode=prefer&password=secret",
                "postgres://me@h/db",
            ),
            ("postgres://me:secret/db", "postgres://me"),
            ("postgres://me:a?secret@h/db", "postgres://me"),
            ("postgres://me:a/secret@h/db", "postgres://me@h/db"),
            ("postgres://me:a@secret/b@h/db", "postgres://me@h/db"),
            ("me:secret@h/db", "://me@h/db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
