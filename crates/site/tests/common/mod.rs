//! The site of this checkout, with a page that is made elsewhere.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::path::PathBuf;

use site::{ReadyPage, Site, Tree, build};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    PathBuf::from(package).join("../..")
}

/// The site of the documents as they are.
pub(crate) fn made() -> Site {
    let tree = Tree::read(&root()).unwrap();
    let html = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>c</title></head>\
        <body><main><h1>c</h1></main></body></html>\n";
    let ready = ReadyPage {
        file: "comparison.html".to_owned(),
        title: "Latest comparison".to_owned(),
        html: html.to_owned(),
    };
    let site = build(&tree, &[ready]).unwrap();
    assert!(site.problems.is_empty(), "{}", site.problems.join("\n"));
    site
}
