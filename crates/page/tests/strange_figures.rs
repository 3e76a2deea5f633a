//! A stored comparison with figures that no run can have: its page is drawn all the same, nothing in it is no
//! number, marks are within their frames, and intervals around their points.

mod common;

use common::{Fixture, drawings, parsed};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

fn number() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(0),
        json!(1),
        json!(2),
        json!(-1),
        json!(u32::MAX),
        json!(u64::MAX),
        json!(u64::MAX / 2),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(0.5),
    ])
}

/// The numbers of a tree.
fn numbers(tree: &mut Value) -> Vec<&mut Value> {
    match tree {
        Value::Array(items) => items.iter_mut().flat_map(numbers).collect(),
        Value::Object(entries) => entries.values_mut().flat_map(numbers).collect(),
        Value::Number(_) => vec![tree],
        _ => Vec::new(),
    }
}

/// The tree with some numbers replaced.
fn changed(mut tree: Value, changes: &[(Index, Value)]) -> Value {
    for (at, value) in changes {
        let mut all = numbers(&mut tree);
        let place = at.index(all.len());
        *all[place] = value.clone();
    }
    tree
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn strange_figures_have_a_page(
        of_rows in prop::collection::vec((any::<Index>(), number()), 1..12),
        of_run in prop::collection::vec((any::<Index>(), number()), 0..3),
    ) {
        let mut fixture = Fixture::read();
        let rows = changed(serde_json::to_value(&fixture.rows).unwrap(), &of_rows);
        let run = changed(serde_json::to_value(&fixture.run).unwrap(), &of_run);
        // What cannot be read is refused elsewhere.
        let (Ok(rows), Ok(run)) = (serde_json::from_value(rows), serde_json::from_value(run)) else {
            return Ok(());
        };
        (fixture.rows, fixture.run) = (rows, run);
        let page = fixture.computed().page();
        drawings::check(&parsed(&page));
        let (shown, _) = page.split_once("<script").unwrap();
        prop_assert!(!shown.contains("NaN"));
    }
}
