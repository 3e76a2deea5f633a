//! The password of a server that is there already, where its URL has none: as libpq, from `PGPASSWORD`, or
//! from the file that `PGPASSFILE` names, else `~/.pgpass`.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use protocol::PostgresUrl;

use super::guarded;
use crate::error::{Error, Result};

/// Bytes of a password file that are read.
const LONGEST_FILE: u64 = 1 << 20;
/// Folders of sockets that a file may call `localhost`, because servers have them by default.
const USUAL_SOCKETS: [&str; 3] = ["/tmp", "/run/postgresql", "/var/run/postgresql"];

/// The password, if there is one anywhere.
pub(super) fn find(url: &PostgresUrl) -> Result<Option<String>> {
    if url.password.is_some() {
        return Ok(url.password.clone());
    }
    match std::env::var("PGPASSWORD") {
        Ok(password) if !password.is_empty() => Ok(Some(password)),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::Usage("PGPASSWORD is not UTF-8".to_owned()))
        }
        _ => file().map_or(Ok(None), |path| in_file(&path, url)),
    }
}

fn file() -> Option<PathBuf> {
    let named = std::env::var_os("PGPASSFILE").filter(|path| !path.is_empty());
    named.map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME").filter(|path| !path.is_empty())?;
        Some(Path::new(&home).join(".pgpass"))
    })
}

fn in_file(path: &Path, url: &PostgresUrl) -> Result<Option<String>> {
    let file = match guarded::open_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(Error::path("open the password file", path))?,
    };
    let text = guarded::beginning(&file, LONGEST_FILE)
        .map_err(Error::path("read the password file", path))?;
    let password = text.lines().find_map(|line| matching(line, url));
    let mode = file.metadata().map_or(0, |file| file.mode());
    if password.is_some() && mode & 0o077 != 0 {
        // libpq passes it over with a warning, which would end in a refusal that says less.
        let shown = path.display();
        return Err(Error::Usage(format!(
            "others can read the password file {shown}, so that it is not used: `chmod 600 {shown}`"
        )));
    }
    Ok(password)
}

/// The password of a line `host:port:database:user:password`, where it is for this server. `*` stands for
/// anything, and a backslash before a colon or a backslash takes its meaning away.
fn matching(line: &str, url: &PostgresUrl) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let host = if USUAL_SOCKETS.contains(&url.host.as_str()) {
        "localhost"
    } else {
        &url.host
    };
    let mut rest = line;
    for expected in [host, &url.port.to_string(), &url.database, &url.user] {
        let end = end_of_field(rest)?;
        let field = &rest[..end];
        if field != "*" && unescaped(field) != expected {
            return None;
        }
        rest = &rest[end + 1..];
    }
    Some(unescaped(rest)).filter(|password| !password.is_empty())
}

/// Where the first colon stands that has no backslash before it.
fn end_of_field(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b':' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        // A backslash at the very end stands for itself.
        plain.push(match letter {
            '\\' => letters.next().unwrap_or('\\'),
            other => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use proptest::prelude::*;

    use super::*;
    use crate::fuzz;

    fn url(text: &str) -> PostgresUrl {
        PostgresUrl::parse(text).unwrap()
    }

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let server = url("postgres://me@db.example:7/data");
        let of = |line: &str| matching(line, &server);
        assert_eq!(of("db.example:7:data:me:secret").as_deref(), Some("secret"));
        assert_eq!(of("*:*:*:*:a\\:b\\\\c:d").as_deref(), Some("a:b\\c:d"));
        for other in [
            "",
            "#*:*:*:*:secret",
            "*:*:*:*",
            "*:*:*:*:",
            "db.example:5432:data:me:secret",
            "db.example:7:data:you:secret",
            "db.example:7:dat:me:secret",
            "*.example:7:data:me:secret",
        ] {
            assert_eq!(of(other), None, "{other:?}");
        }
        let escaped = url("postgres://a%3Ab@[::1]/c%5C");
        let line = "\\:\\:1:5432:c\\\\:a\\:b:secret";
        assert_eq!(matching(line, &escaped).as_deref(), Some("secret"));
        let socket = url("postgres://me@%2Ftmp/db");
        assert!(matching("localhost:5432:db:me:secret", &socket).is_some());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_only_where_it_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        let (here, there) = (url("postgres://me@here/db"), url("postgres://me@there/db"));
        assert_eq!(in_file(&path, &here).unwrap(), None);
        fs::write(
            &path,
            "# mine\nhere:*:*:*:first\n*:*:db:you:other\nhere:*:*:*:second\n",
        )
        .unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        assert_eq!(in_file(&path, &there).unwrap(), None);
        let error = in_file(&path, &here).unwrap_err().to_string();
        assert!(
            error.contains("chmod 600") && !error.contains("first"),
            "{error}"
        );
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(in_file(&path, &here).unwrap().as_deref(), Some("first"));
        let endless = in_file("/dev/zero".as_ref(), &here)
            .unwrap_err()
            .to_string();
        assert!(endless.contains("not a regular file"), "{endless}");
    }

    proptest! {
        #![proptest_config(fuzz::config())]

        #[test]
        fn what_is_escaped_is_found_again(user in "[:\\\\a-z]{1,6}", password in "[:\\\\a-z]{1,9}") {
            let escaped = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
            let server = PostgresUrl { user: user.clone(), ..url("postgres://me@h/db") };
            let line = format!("*:*:*:{}:{}", escaped(&user), escaped(&password));
            prop_assert_eq!(matching(&line, &server), Some(password));
        }

        #[test]
        fn any_line_is_read(line in "[:*\\\\#a-z\u{fc}]{0,40}") {
            let _ = matching(&line, &url("postgres://me@h/db"));
        }
    }
}
