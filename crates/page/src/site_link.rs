//! Links from a page to others of the same site.

use serde::Serialize;

/// A link to another page.
#[derive(Clone, Debug, Serialize)]
pub struct SiteLink {
    /// What it says.
    pub text: String,
    /// Where it leads, relative to the page that it is on.
    pub href: String,
    /// Whether it leads to the page that it is on.
    pub is_here: bool,
}
