//! The documents of a checkout as a folder of static pages, beside pages that are made elsewhere, such as that of the
//! latest comparison. Links between them are relative, and no page loads anything from elsewhere.
//!
//! `tree` reads the documents, `markdown` renders one, `links` says where each link leads, `build` puts the pages
//! together, and `folder` writes them.

mod build;
mod folder;
mod links;
mod markdown;
mod tree;

pub use build::{ReadyPage, Site, build, to_start};
pub use folder::write;
pub use tree::Tree;
