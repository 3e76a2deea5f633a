//! The rules, a file each, in the order of their numbers.

mod answers;
mod barriers;
mod digest_file;
mod digests;
mod documents;
mod end_of_input;
mod faulty_origin;
mod figures;
mod refusal;
mod serving;
mod version;
mod warm_up;

use crate::rule::Rule;

/// All rules.
pub(crate) const RULES: [Rule; 12] = [
    version::RULE,
    refusal::RULE,
    digests::RULE,
    digest_file::RULE,
    barriers::RULE,
    end_of_input::RULE,
    faulty_origin::RULE,
    figures::RULE,
    warm_up::RULE,
    documents::RULE,
    answers::RULE,
    serving::RULE,
];
