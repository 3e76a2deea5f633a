//! One kind of thing that can be explained.

/// Names of one kind, and the text for each. Another kind is one more implementation.
pub trait Source {
    /// What its names are, in the plural: `workloads`.
    fn kind(&self) -> &'static str;

    /// Every name that it knows, as people would type it.
    fn names(&self) -> Vec<String>;

    /// The text for a name, in whatever case it was typed; `None` where it is not one of these.
    fn text(&self, name: &str) -> Option<String>;
}
