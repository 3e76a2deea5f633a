//! A stored comparison, and its page as a tree of elements.

use std::path::Path;

use report::export::Comparison;
use results::{Row, RunFile, Stored};
use roxmltree::{Document, Node, ParsingOptions};

/// A stored comparison whose statistics are computed.
#[derive(Clone)]
pub(crate) struct Fixture {
    pub(crate) run: RunFile,
    pub(crate) rows: Vec<Row>,
}

impl Fixture {
    /// The comparison that the tests of `report` are made from.
    pub(crate) fn read() -> Fixture {
        let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let folder = Path::new(&package).join("../report/tests/stored");
        let stored = Stored::read(folder).unwrap();
        Fixture {
            run: stored.run,
            rows: stored.rows,
        }
        .computed()
    }

    /// The same comparison with the statistics of its rows.
    pub(crate) fn computed(mut self) -> Fixture {
        self.run.statistics = report::statistics(&self.run, &self.rows);
        self.run.sweeps = analysis::sweeps(&self.run, &self.rows, &self.run.statistics);
        self
    }

    /// Its page.
    pub(crate) fn page(&self) -> String {
        let comparison = Comparison {
            run: &self.run,
            rows: &self.rows,
        };
        page::html(&comparison).unwrap()
    }
}

/// The page as a tree. It is written as well-formed XML, so that a forgotten end of an element or a text
/// that was not escaped is an error; the style and the script are no XML, and are left out.
pub(crate) fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).unwrap()
}

/// The elements of a page.
pub(crate) fn elements<'a, 'd>(document: &'a Document<'d>) -> impl Iterator<Item = Node<'a, 'd>> {
    document.descendants().filter(Node::is_element)
}
