//! The site of this checkout, with a page that is made elsewhere.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::path::PathBuf;

use page::Prose;
use site::{ReadyPage, Site, Tree, build, to_start};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    PathBuf::from(package).join("../..")
}

/// The site of the documents as they are.
pub(crate) fn made() -> Site {
    let tree = Tree::read(&root()).unwrap();
    let html = page::prose(&Prose {
        title: "c",
        links: &[to_start()],
        body: "<h1>c</h1>",
        around: &[],
    });
    let ready = ReadyPage {
        file: "comparison.html".to_owned(),
        title: "Latest comparison".to_owned(),
        html: html.unwrap(),
    };
    let site = build(&tree, &[ready]).unwrap();
    assert!(site.problems.is_empty(), "{}", site.problems.join("\n"));
    site
}
