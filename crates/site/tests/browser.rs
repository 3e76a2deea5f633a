//! The pages of the site in a browser: what they load, what the console says, and whether they are accessible.
//! `cargo xtask test` runs these where it finds a browser.

#[path = "../../page/tests/chromium/mod.rs"]
mod chromium;
mod common;

use std::path::PathBuf;

use chromium::{Browser, DARK, LIGHT};
use common::{made, root};
use tempfile::TempDir;

/// The site in a folder, and its pages but for the one that is made up.
fn written() -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let site = made();
    site::write(folder.path(), &site.files).unwrap();
    let pages = site
        .files
        .keys()
        .filter(|path| path.ends_with(".html") && *path != "comparison.html")
        .map(|path| folder.path().join(path))
        .collect();
    (folder, pages)
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_requested_from_elsewhere_and_the_console_stays_empty() {
    let (folder, pages) = written();
    let mut browser = Browser::start();
    let own = format!("file://{}/", folder.path().display());
    for page in pages {
        for opened in [LIGHT, DARK] {
            browser.open(&page, opened);
            for request in browser.events_of("Network.requestWillBeSent") {
                let url = request["request"]["url"].as_str().unwrap();
                assert!(url.starts_with(&own), "{page:?}: {url}");
            }
            browser.has_told_nothing(&page);
            let missing =
                "Array.from(document.images).filter(one => one.naturalWidth === 0).length";
            assert_eq!(browser.value(missing), 0, "{page:?} shows every image");
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_wider_than_a_telephone() {
    let (_folder, pages) = written();
    let mut browser = Browser::start();
    for page in pages {
        browser.open(&page, LIGHT);
        browser.fits_a_telephone(&page);
    }
}

#[test]
#[ignore = "needs a browser and axe-core, which `npm ci` installs in crates/page/tests/browser"]
fn axe_core_finds_nothing() {
    let file = root().join("crates/page/tests/browser/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(file).unwrap();
    let (_folder, pages) = written();
    let mut browser = Browser::start();
    for page in pages {
        for opened in [LIGHT, DARK] {
            browser.open(&page, opened);
            browser.is_accessible(&axe, &page);
        }
    }
}
