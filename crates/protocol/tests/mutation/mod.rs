//! Damage to valid inputs, for the fuzz tests of this crate, `workloads` and `catalog`: bits flipped, pieces cut,
//! doubled and inserted, numbers changed. Damaged inputs come further than random bytes do.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

/// Cases of each test, unless the environment variable says otherwise.
const CASES: u32 = 2000;
/// The environment variable with the number of cases.
const VARIABLE: &str = "MANYWAYS_FUZZ_CASES";
/// Most changes of one input.
const MOST_CHANGES: usize = 4;

/// As many cases as `MANYWAYS_FUZZ_CASES` says, or 2000; always the same ones, unless `PROPTEST_RNG_SEED`
/// gives another seed.
pub(crate) fn config() -> ProptestConfig {
    let cases = std::env::var(VARIABLE).map_or(CASES, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{VARIABLE} is {text:?}: a number of cases is allowed"))
    });
    let mut config = ProptestConfig::with_cases(cases);
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    // What fails is kept as one more seed in the test's own list.
    config.failure_persistence = None;
    config
}

/// One of these inputs, with no change or a few.
pub(crate) fn mutated(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (select(seeds), vec(change(), 0..=MOST_CHANGES)).prop_map(|(mut bytes, changes)| {
        for change in changes {
            change.apply(&mut bytes);
        }
        bytes
    })
}

#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    End(Index),
    Cut(Index, usize),
    Double(Index, usize),
    Insert(Index, Vec<u8>),
    /// Another decimal number in the place of one that is there.
    Number(Index, String),
    /// A whole number of four bytes over what is there.
    Word(Index, u32),
}

fn change() -> impl Strategy<Value = Change> {
    let numbers = prop_oneof![
        select(vec![
            "",
            "0",
            "-1",
            "+1",
            "1e9",
            "0.5",
            "00",
            "18446744073709551615"
        ])
        .prop_map(str::to_owned),
        any::<u64>().prop_map(|number| number.to_string()),
        (0..300_u64).prop_map(|number| number.to_string()),
        "[0-9]{18,40}",
    ];
    let words = prop_oneof![
        select(vec![0, 3, 4, 5, 0x7fff_ffff, 0x8000_0000, u32::MAX]),
        0..100_u32,
        any::<u32>(),
    ];
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..12),
        "[\\[\\]{}\":,=\r\n \t0-9a-z.-]{0,12}".prop_map(String::into_bytes),
    ];
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        at().prop_map(Change::End),
        (at(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (at(), 1..200_usize).prop_map(|(at, length)| Change::Double(at, length)),
        (at(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (at(), numbers).prop_map(|(at, text)| Change::Number(at, text)),
        (at(), words).prop_map(|(at, word)| Change::Word(at, word)),
    ]
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        if length == 0 {
            return;
        }
        match self {
            Self::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Self::End(at) => bytes.truncate(at.index(length)),
            Self::Cut(at, count) => {
                let first = at.index(length);
                bytes.drain(first..length.min(first + count));
            }
            Self::Double(at, count) => {
                let first = at.index(length);
                let piece = bytes[first..length.min(first + count)].to_vec();
                bytes.splice(first..first, piece);
            }
            Self::Insert(at, piece) => {
                let first = at.index(length);
                bytes.splice(first..first, piece);
            }
            Self::Number(at, text) => replace_number(bytes, at, &text),
            Self::Word(at, word) => {
                let first = at.index(length);
                let end = length.min(first + 4);
                bytes[first..end].copy_from_slice(&word.to_be_bytes()[..end - first]);
            }
        }
    }
}

/// Replaces the number that begins first at or behind a place.
fn replace_number(bytes: &mut Vec<u8>, at: Index, text: &str) {
    let from = at.index(bytes.len());
    let digits = bytes[from..].iter().position(u8::is_ascii_digit);
    let Some(first) = digits.map(|offset| from + offset) else {
        return;
    };
    let count = bytes[first..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let end = first + count.count();
    bytes.splice(first..end, text.bytes());
}
