//! Rule 1: `--version` prints one line, which is also what `ready` says.

use launch::RunError;
use protocol::{Endpoints, Message};
use serde_json::json;

use crate::cases::{PATIENCE, steps};
use crate::outcome::{Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Said, ask, await_end, by_hand, finish, hear, known};

pub(crate) const RULE: Rule = Rule {
    number: 1,
    name: "`--version`",
    stated: "FORMAT \"The folder\"",
    of_program: true,
    check,
};

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let workload = steps("nothing", &json!([]));
    let request = setting.request(subject, &workload, 1, Endpoints::default());
    let before = known();
    let mut program = setting.start(subject, &request, &["--version"])?;
    program.close_input();
    let mut lines = Vec::new();
    let last = loop {
        match hear(&mut program, PATIENCE)? {
            Said::Text(line) => lines.push(line),
            other => break other,
        }
    };
    let ended = await_end(&mut program, &before, PATIENCE)?;
    let is_one_line = matches!(&lines[..], [line] if !line.trim().is_empty());
    if !is_one_line || !matches!(last, Said::End) || ended.code != Some(0) {
        return Ok(broken(
            "the program with the argument `--version`",
            format!("printed {lines:?} and {}", ended.words),
            "one line, and exit code 0",
            None,
        ));
    }
    let printed = lines.remove(0);
    let mut program = setting.start(subject, &request, &[])?;
    ask(&mut program, &request)?;
    let said = hear(&mut program, PATIENCE)?;
    let ended = finish(&mut program, &before)?;
    match said {
        Said::Message(Message::Ready(ready)) if ready.version == printed => {
            Ok(Outcome::Holds(printed))
        }
        Said::Message(Message::Ready(ready)) => Ok(broken(
            "`version` of `ready`",
            format!("{:?}", ready.version),
            &format!("what `--version` prints, {printed:?}"),
            Some(by_hand(&request)),
        )),
        other => Ok(broken(
            "a request for one task without steps",
            format!("{}, and the program {}", other.words(), ended.words),
            "`ready`",
            Some(by_hand(&request)),
        )),
    }
}

fn broken(case: &str, seen: String, due: &str, request: Option<String>) -> Outcome {
    Outcome::Broken(vec![Fault {
        case: case.to_owned(),
        seen,
        due: due.to_owned(),
        request,
    }])
}
