//! Tests of the choice of variants by name.

use super::*;
use crate::models::model::Capacity;

fn model(name: &str, variants: &[&str], hidden: bool) -> Model {
    let variant = |name: &&str| Variant {
        name: (*name).to_owned(),
        about: String::new(),
        capacity: Capacity::InFlight,
        quick: false,
        threads: None,
        unit: None,
        most_in_flight: None,
        levels: false,
        on_request: false,
        blocking: None,
        gate: false,
        reference: false,
    };
    Model {
        name: name.to_owned(),
        about: String::new(),
        classes: Vec::new(),
        build: Vec::new(),
        run: vec!["true".to_owned()],
        env: Default::default(),
        hidden,
        on_request: false,
        spans_hosts: false,
        own: None,
        real_program: Vec::new(),
        install: None,
        programs: None,
        program: None,
        scale: Default::default(),
        serves: None,
        folder: Default::default(),
        file: Default::default(),
        variants: variants.iter().map(variant).collect(),
    }
}

fn registry() -> Registry {
    let threads = model("threads", &["pool", "spawn"], false);
    let tokio = model(
        "async-tokio",
        &["multi-thread", "multi-thread+offload"],
        false,
    );
    let twin = model("twin", &["tokio"], true);
    Registry {
        models: vec![tokio, threads, twin],
        broken: Vec::new(),
    }
}

fn names(patterns: &[&str]) -> Vec<String> {
    let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
    registry()
        .matching(&patterns)
        .unwrap()
        .variants
        .iter()
        .map(Selected::name)
        .collect()
}

#[test]
fn globs_go_over_the_whole_name() {
    assert_eq!(names(&["threads/p*"]), ["threads/pool"]);
    assert_eq!(names(&["*/multi-thread"]), ["async-tokio/multi-thread"]);
    assert_eq!(names(&["threads"]), ["threads/pool", "threads/spawn"]);
    assert_eq!(names(&["*"]).len(), 4);
    assert_eq!(names(&["thread?/pool", "threads/pool"]), ["threads/pool"]);
}

#[test]
fn a_variant_on_request_takes_part_where_it_is_matched_or_blocking_is_asked_about() {
    let mut marked = registry();
    let variants = &mut marked.models[0].variants;
    variants[0].blocking = Some(Blocking::Moved);
    (variants[1].blocking, variants[1].on_request) = (Some(Blocking::Inline), true);
    let of = |selection: Selection| -> Vec<String> {
        selection.variants.iter().map(Selected::name).collect()
    };
    let by_default = ["async-tokio/multi-thread", "threads/pool", "threads/spawn"];
    assert_eq!(of(marked.by_default()), by_default);
    let about = [
        "async-tokio/multi-thread+offload",
        "async-tokio/multi-thread",
    ];
    assert_eq!(of(marked.about_blocking()), about);
    let matched = marked.matching(&["async-tokio/*".to_owned()]).unwrap();
    assert_eq!(matched.variants.len(), 2);
}

#[test]
fn hidden_models_answer_to_their_names_only() {
    assert_eq!(names(&["twin/tokio"]), ["twin/tokio"]);
    assert_eq!(names(&["twin"]), ["twin/tokio"]);
    assert!(registry().matching(&["tw*".to_owned()]).is_err());
}

#[test]
fn a_name_is_named_and_a_glob_is_not() {
    let by_both = registry().matching(&["threads/*".to_owned(), "threads/pool".to_owned()]);
    let named: Vec<bool> = by_both
        .unwrap()
        .variants
        .iter()
        .map(|selected| selected.named)
        .collect();
    assert_eq!(named, [true, false]);
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    let error = registry().exactly("thread/pool").unwrap_err().to_string();
    assert!(error.contains("did you mean `threads/pool`"), "{error}");
}

#[test]
fn a_broken_model_says_why() {
    let mut registry = registry();
    let problem = "crates/bad/model.toml:1:1: no".to_owned();
    registry
        .broken
        .push(Broken::file("bad".to_owned(), problem));
    assert!(
        registry
            .exactly("bad/pool")
            .unwrap_err()
            .to_string()
            .contains(":1:1:")
    );
    let selection = registry.matching(&["bad/*".to_owned()]).unwrap();
    assert_eq!((selection.variants.len(), selection.broken[0].1), (0, true));
    assert!(!registry.matching(&["b*".to_owned()]).unwrap().broken[0].1);
}
