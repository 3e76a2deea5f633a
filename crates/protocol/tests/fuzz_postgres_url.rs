//! URLs of PostgreSQL servers, well formed and damaged: none panics, what is well formed is read back, and
//! no error tells a password.

use proptest::collection::vec;
use proptest::prelude::*;
use protocol::PostgresUrl;

fn config() -> ProptestConfig {
    let cases = std::env::var("MANYWAYS_FUZZ_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(2000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A URL, and what it was made of.
fn good() -> impl Strategy<Value = (String, PostgresUrl)> {
    let text = "[^\\p{C}]{1,12}";
    let password = proptest::option::of(text);
    let host = prop_oneof![
        Just("::1".to_owned()),
        "[a-z]{1,8}(\\.[a-z]{1,3})?",
        "(/[a-z]{1,5}){1,3}"
    ];
    (text, password, host, 1_u16.., text).prop_map(|(user, password, host, port, database)| {
        let shown = password.as_deref().map(encoded);
        let shown = shown.map_or_else(String::new, |shown| format!(":{shown}"));
        let place = if host.contains(':') {
            format!("[{host}]")
        } else {
            encoded(&host)
        };
        let (who, name) = (encoded(&user), encoded(&database));
        let url = format!("postgres://{who}{shown}@{place}:{port}/{name}");
        let parts = PostgresUrl {
            user,
            password,
            host,
            port,
            database,
        };
        (url, parts)
    })
}

/// A URL with pieces cut out, doubled, or put in.
fn damaged() -> impl Strategy<Value = String> {
    let pieces = [
        "%", "@", ":", "/", "?", "&", "=", "[", "]", "%0", "%zz", "%00", "sslmode=", "\u{fc}",
    ];
    let damage = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..3,
    );
    (
        good(),
        vec((damage, prop::sample::select(pieces.to_vec())), 1..6),
    )
        .prop_map(|((url, _), damages)| {
            damages
                .into_iter()
                .fold(url, |url, ((at, end, kind), piece)| {
                    let letters: Vec<char> = url.chars().collect();
                    let (one, other) = (at.index(letters.len() + 1), end.index(letters.len() + 1));
                    let (first, last) = (one.min(other), one.max(other));
                    let kept = if kind == 0 { last } else { first };
                    let middle = if kind == 1 {
                        &letters[first..last]
                    } else {
                        &[]
                    };
                    let mut changed: String = letters[..first].iter().chain(middle).collect();
                    changed.push_str(piece);
                    changed.extend(&letters[kept..]);
                    changed
                })
        })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_good_url_is_read_back((url, parts) in good()) {
        prop_assert_eq!(PostgresUrl::parse(&url), Ok(parts));
    }

    #[test]
    fn a_damaged_url_is_read_or_refused(url in damaged()) {
        let _ = PostgresUrl::parse(&url);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = PostgresUrl::parse(&text);
        let _ = PostgresUrl::parse(&format!("postgres://{text}"));
    }

    /// Behind the user's colon, whatever stands there and however it ends.
    #[test]
    fn no_error_tells_the_password(before in "[%@:/?&=a-z]{0,6}", behind in "[%@:/?&=a-z]{0,12}") {
        let url = format!("postgres://me:{before}SECRET{behind}@h/db?x=1");
        if let Err(error) = PostgresUrl::parse(&url) {
            prop_assert!(!error.to_string().contains("SECRET"), "{}", error);
        }
    }
}
