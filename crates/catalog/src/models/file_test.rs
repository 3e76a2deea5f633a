//! Tests of a model's file: what is read, and where a mistake is.

use protocol::Kernel;

use super::*;
use crate::models::model::Capacity;
use crate::models::model::Unit;

const GOOD: &str = r#"
name = "mine"
about = "a script"
classes = ["io", "cpu"]
run = ["python3", "{folder}/mine.py"]
[[variant]]
name = "pool"
about = "of four"
capacity = 4
"#;

fn parsed(text: &str) -> Result<Model, String> {
    let path = Path::new("peers/mine/model.toml");
    parse(text, path, "mine", None).map_err(|error| error.to_string())
}

#[test]
fn a_good_file_is_a_model() {
    let model = parsed(GOOD).unwrap();
    assert_eq!(model.variants[0].capacity, Capacity::Lanes(4));
    assert_eq!((model.hidden, model.build.len()), (false, 0));
    assert_eq!(model.folder, Path::new("peers/mine"));
}

#[test]
fn mistakes_have_a_place() {
    let cases = [
        (
            "\"mine\"",
            "\"other\"",
            "peers/mine/model.toml:2:8: the name is `other`",
        ),
        ("capacity = 4", "capacity = 0", "model.toml:9:12: "),
        ("capacity = 4", "capacity = \"many\"", "model.toml:9:12: "),
        (
            "about = \"of four\"",
            "abuot = \"\"",
            "model.toml:8:1: unknown field `abuot`",
        ),
        (
            "\"pool\"",
            "\"Pool\"",
            "model.toml:7:8: a variant's name is",
        ),
        (
            "[\"python3\", \"{folder}/mine.py\"]",
            "[]",
            "model.toml:5:7: a command has",
        ),
        (
            "\"io\"",
            "\"disk\"",
            "model.toml:4:12: unknown variant `disk`",
        ),
        (
            "{folder}",
            "{foldr}",
            "model.toml:5:19: `{foldr}` is filled in with nothing: allowed are `{target}`",
        ),
        (
            "[[variant]]",
            "build = [\"make\", \"{workers}\"]\n[[variant]]",
            "model.toml:6:18: `{workers}` is filled in",
        ),
        (
            "[[variant]]",
            "env = { N = \"1\", LANES = \"{lanes}\" }\n[[variant]]",
            "model.toml:6:26: `{lanes}` is filled in with nothing: allowed are `{workers}`",
        ),
    ];
    for (from, to, expected) in cases {
        let problem = parsed(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(problem.contains(expected), "{to}: {problem}");
    }
}

#[test]
fn the_marks_of_a_variant_are_read() {
    let marked = format!("{GOOD}threads = 1\nunit = \"thread\"\ngate = true\nreference = true\n");
    let variant = &parsed(&marked).unwrap().variants[0];
    assert_eq!(variant.threads, Some(1));
    assert_eq!(variant.unit, Some(Unit::Thread));
    assert!(variant.gate && variant.reference);
    let variant = &parsed(GOOD).unwrap().variants[0];
    assert_eq!(variant.threads, None);
    assert_eq!(variant.unit, None);
    assert!(!variant.gate && !variant.reference);
    let refused = |mark: &str| parsed(&format!("{GOOD}{mark}\n")).unwrap_err();
    assert!(refused("threads = 0").contains("model.toml:10:11: "));
    assert!(refused("gate = 1").contains("model.toml:10:8: expected true or false"));
    assert!(refused("unit = \"task\"").contains("expected `thread` or `process`"));
}

#[test]
fn the_function_for_own_work_is_a_path() {
    let with = |own: &str| parsed(&GOOD.replacen("[[variant]]", &format!("{own}\n[[variant]]"), 1));
    let model = with("own = \"mine::main\"").unwrap();
    assert_eq!(model.own.as_deref(), Some("mine::main"));
    assert_eq!(parsed(GOOD).unwrap().own, None);
    for bad in ["main", "", "mine::", "mine::main()", "mine::main; x"] {
        let problem = with(&format!("own = \"{bad}\"")).unwrap_err();
        assert!(
            problem.contains("model.toml:6:7: `own` names"),
            "{bad}: {problem}"
        );
    }
}

#[test]
fn a_second_reference_is_refused_at_its_place() {
    let second = "[[variant]]\nname = \"other\"\nabout = \"\"\ncapacity = 1\nreference = true\n";
    let twice = format!("{GOOD}reference = true\n{second}");
    let problem = parsed(&twice).unwrap_err();
    let expected = "model.toml:15:13: a second reference: `mine/pool` has `reference = true`";
    assert!(problem.contains(expected), "{problem}");
    let denied = format!("{GOOD}reference = false\n{second}");
    assert!(parsed(&denied).unwrap().variants[1].reference);
    let of_many = GOOD.replace(
        "run = [\"python3\"",
        "programs = \"p*\"\nrun = [\"{program}\"",
    );
    let problem = parsed(&format!("{of_many}reference = true\n")).unwrap_err();
    assert!(
        problem.contains("model.toml:11:13: the reference is one"),
        "{problem}"
    );
}

#[test]
fn programs_and_their_place_in_run_need_each_other() {
    let with = |programs: &str, run: &str| {
        let text = GOOD.replacen(
            "run = [\"python3\"",
            &format!("{programs}\nrun = [\"{run}\""),
            1,
        );
        parsed(&text)
    };
    let model = with("programs = \"python3*\"", "{program}").unwrap();
    assert!(model.programs.is_some() && model.program.is_none());
    let refused = |programs: &str, run: &str| with(programs, run).unwrap_err();
    assert!(refused("", "{program}").contains(":2:8: `{program}` in `run` needs"));
    let alone = refused("real_program = [\"-x\"]", "python3");
    assert!(alone.contains("`real_program` needs `programs`"), "{alone}");
    let alone = refused("install = \"apt-get install x\"", "python3");
    assert!(alone.contains("`install` needs `programs`"), "{alone}");
    let build = "build = [\"{program}\"]";
    let alone = refused(build, "python3");
    assert!(alone.contains("`{program}` in `build` needs"), "{alone}");
    let unused = refused("programs = \"python3*\"", "python3");
    assert!(
        unused.contains(":5:12: `programs` needs `{program}`"),
        "{unused}"
    );
    let of_many = refused(&format!("programs = \"python3*\"\n{build}"), "python3");
    assert!(of_many.contains("without a `*` in `build`"), "{of_many}");
    assert!(with(&format!("programs = \"go\"\n{build}"), "mine").is_ok());
    for pattern in ["", "*", "py*3", "bin/python3", "python3**"] {
        let problem = refused(&format!("programs = \"{pattern}\""), "{program}");
        assert!(problem.contains(":5:12: allowed is the name"), "{problem}");
    }
}

#[test]
fn the_scale_of_a_kernel_has_its_bounds() {
    let with = |scale: &str| {
        parsed(&GOOD.replacen("[[variant]]", &format!("[scale]\n{scale}\n[[variant]]"), 1))
    };
    assert_eq!(
        with("primes = 20").unwrap().scale,
        [(Kernel::Primes, 20)].into()
    );
    assert!(
        with("primes = 1")
            .unwrap_err()
            .contains("divided by 2 to 1000")
    );
    assert!(
        with("sieve = 20")
            .unwrap_err()
            .contains("unknown variant `sieve`")
    );
}

#[test]
fn a_hidden_model_may_bear_a_name_of_its_own() {
    let hidden = GOOD.replace("\"mine\"", "\"twin\"\nhidden = true");
    assert_eq!(parsed(&hidden).unwrap().name, "twin");
    assert!(
        parsed(&hidden.replace("twin", "a/b"))
            .unwrap_err()
            .contains(":2:8: a model's name")
    );
}

#[test]
fn two_variants_of_one_name_are_refused() {
    let twice = format!("{GOOD}[[variant]]\nname = \"pool\"\nabout = \"\"\ncapacity = 1\n");
    assert!(
        parsed(&twice)
            .unwrap_err()
            .contains(":11:8: a second variant")
    );
}
