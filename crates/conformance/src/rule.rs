//! A rule as data: its number, its name, where it is stated, and how it is checked.

use launch::RunError;

use crate::outcome::Outcome;
use crate::setting::Setting;
use crate::subject::Subject;

/// One rule of the run protocol.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    /// Its number, from 1.
    pub(crate) number: u8,
    /// What it is about, in one line.
    pub(crate) name: &'static str,
    /// The document, and the heading under which it is stated.
    pub(crate) stated: &'static str,
    /// Whether it is about the program, whatever the variant.
    pub(crate) of_program: bool,
    /// Checks one variant.
    pub(crate) check: fn(&mut Setting<'_>, &mut Subject) -> Result<Outcome, RunError>,
}
