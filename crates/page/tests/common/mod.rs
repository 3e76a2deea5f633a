//! A stored comparison, and its page as a tree of elements.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod drawings;

use std::path::Path;

use protocol::InFlight;
use report::export::Comparison;
use results::{Measured, Memory, Outcome, Row, RunFile, Stored, VariantRecord};
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

    /// The same comparison with another name for its second variant and in its descriptions.
    pub(crate) fn renamed(mut self, name: &str) -> Fixture {
        let before = self.run.variants[1].name.clone();
        self.run.variants[1].name = name.to_owned();
        self.run.variants[1].about = name.to_owned();
        for record in &mut self.run.workloads {
            record.workload.about = name.to_owned();
            record.typed = name.to_owned();
            if let Some(share) = record.shares.remove(&before) {
                record.shares.insert(name.to_owned(), share);
            }
        }
        self.run
            .environment
            .insert(name.to_owned(), name.to_owned());
        for digests in self.run.digests.values_mut() {
            if let Some(digest) = digests.remove(&before) {
                digests.insert(name.to_owned(), digest);
            }
        }
        for row in &mut self.rows {
            if let Row::Run(run) = row
                && run.variant == before
            {
                run.variant = name.to_owned();
            }
        }
        self.computed()
    }

    /// The same comparison with so many variants: the first ones, and copies of the second.
    pub(crate) fn with_variants(mut self, number: usize) -> Fixture {
        let Fixture { run, rows } = &mut self;
        let second = run.variants[1].clone();
        run.variants.truncate(number);
        let names: Vec<String> = run.variants.iter().map(|its| its.name.clone()).collect();
        let copied: Vec<Row> = rows.clone();
        rows.retain(|row| match row {
            Row::Run(its) => names.contains(&its.variant),
            Row::Block(_) => true,
        });
        for index in run.variants.len()..number {
            let name = format!("copy/{index}");
            run.variants.push(VariantRecord {
                name: name.clone(),
                ..second.clone()
            });
            for record in &mut run.workloads {
                let share = record.shares.get(&second.name).copied();
                record
                    .shares
                    .extend(share.map(|share| (name.clone(), share)));
            }
            rows.extend(copied.iter().filter_map(|row| match row {
                Row::Run(its) if its.variant == second.name => {
                    let mut copy = its.clone();
                    copy.variant.clone_from(&name);
                    Some(Row::Run(copy))
                }
                _ => None,
            }));
        }
        self.computed()
    }

    /// The first workload of the comparison under each of these names and at each of these levels of `in_flight`, in the
    /// place of all its workloads. Its statistics are those from before.
    pub(crate) fn with_workloads(mut self, names: &[&str], levels: &[u64]) -> Fixture {
        let record = self.run.workloads[0].clone();
        let rows: Vec<Row> = self.rows.clone();
        self.run.workloads.clear();
        self.rows.retain(|row| matches!(row, Row::Block(_)));
        for (name, level) in names
            .iter()
            .flat_map(|name| levels.iter().map(move |level| (*name, *level)))
        {
            let mut copy = record.clone();
            copy.typed = format!("{name}[in_flight={level}]");
            copy.workload.name = format!("{name}-in-flight-{level}");
            copy.workload.in_flight = InFlight::Lanes(level);
            copy.lanes = level;
            let cell = copy.cell.as_mut().unwrap();
            cell.of = name.to_owned();
            cell.params[0].value = level.to_string();
            self.rows.extend(rows.iter().filter_map(|row| match row {
                Row::Run(its) if its.workload == record.workload.name => {
                    let mut other = its.clone();
                    other.workload.clone_from(&copy.workload.name);
                    Some(Row::Run(other))
                }
                _ => None,
            }));
            self.run.workloads.push(copy);
        }
        self
    }

    /// The same comparison with two further runs for each that read memory: with half of its bytes, and twice as
    /// many.
    pub(crate) fn with_more_memory(mut self) -> Fixture {
        let mut further = Vec::new();
        for row in &self.rows {
            let Row::Run(run) = row else { continue };
            let Outcome::Measured(measured) = &run.outcome else {
                continue;
            };
            let Some(Memory::Bytes(bytes)) = measured.memory else {
                continue;
            };
            further.extend([bytes / 2, bytes * 2].map(|bytes| {
                let mut copy = run.clone();
                copy.outcome = Outcome::Measured(Measured {
                    memory: Some(Memory::Bytes(bytes)),
                    ..measured.clone()
                });
                Row::Run(copy)
            }));
        }
        self.rows.extend(further);
        self.computed()
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
