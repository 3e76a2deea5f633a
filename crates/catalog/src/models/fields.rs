//! The fields of a `model.toml`, as they are written.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use protocol::{Class, Kernel};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::model::{Blocking, Capacity, Unit};

/// The largest number that the tasks of a kernel may be divided by.
const MAX_SCALE: u64 = 1000;

/// The fields of the file, with their places in it where a check may refuse them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: Spanned<String>,
    pub(super) about: String,
    pub(super) classes: Vec<Class>,
    pub(super) programs: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) real_program: Vec<Spanned<String>>,
    pub(super) install: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) build: Vec<Spanned<String>>,
    #[serde(deserialize_with = "command")]
    pub(super) run: Vec<Spanned<String>>,
    pub(super) own: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) hidden: bool,
    #[serde(default)]
    pub(super) on_request: bool,
    #[serde(default)]
    pub(super) spans_hosts: bool,
    #[serde(default, deserialize_with = "scale")]
    pub(super) scale: BTreeMap<Kernel, u64>,
    pub(super) variant: Spanned<Vec<FileVariant>>,
}

/// The fields of one `[[variant]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileVariant {
    pub(super) name: Spanned<String>,
    pub(super) about: String,
    pub(super) capacity: Capacity,
    #[serde(default)]
    pub(super) quick: bool,
    pub(super) threads: Option<NonZeroU64>,
    pub(super) unit: Option<Unit>,
    pub(super) most_in_flight: Option<NonZeroU64>,
    #[serde(default)]
    pub(super) gate: bool,
    #[serde(default)]
    pub(super) levels: bool,
    #[serde(default)]
    pub(super) on_request: bool,
    pub(super) blocking: Option<Blocking>,
    pub(super) reference: Option<Spanned<bool>>,
}

fn command<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<Spanned<String>>, D::Error> {
    let words = Vec::<Spanned<String>>::deserialize(source)?;
    if words.first().is_none_or(|word| word.get_ref().is_empty()) {
        return Err(D::Error::custom(
            "a command has at least the name of its program",
        ));
    }
    Ok(words)
}

fn scale<'de, D: Deserializer<'de>>(source: D) -> Result<BTreeMap<Kernel, u64>, D::Error> {
    let scale = BTreeMap::<Kernel, u64>::deserialize(source)?;
    match scale.values().find(|by| !(2..=MAX_SCALE).contains(*by)) {
        Some(by) => Err(D::Error::custom(format!(
            "{by} is out of bounds: a kernel's tasks are divided by 2 to {MAX_SCALE}"
        ))),
        None => Ok(scale),
    }
}
