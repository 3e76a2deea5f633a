//! Serving: workloads in which the model answers requests, and what a workload's file says of servers that are
//! no models.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::step::Step;
use crate::units;

const MIB: u64 = 1 << 20;
/// Most words of the command that starts a server.
const MOST_WORDS: usize = 256;

/// What a model answers. Task i is the request for `/task/i`, which the model answers once it has carried out the
/// steps of that task: the body is computed from what they came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serve {
    /// Size of the body of every answer, 8 B to 1 MiB. Below 8 B it would not hold all of the number that it is
    /// computed from.
    #[serde(deserialize_with = "units::size::<_, 8, MIB>")]
    pub bytes: u64,
}

/// A server of the user's, in any language: a program that is started, asked, and ended, and need know nothing of
/// this protocol. It stands in a workload's file as `[[server]]`, and is no part of the workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnServer {
    /// Its name in tables, after `server/`: lower-case letters, digits and dashes, at most 64.
    #[serde(deserialize_with = "crate::texts::name")]
    pub name: String,
    /// The command that starts it, and its arguments, in the folder of the file. `{port}` stands for the port of
    /// 127.0.0.1 that it listens on, `{workers}` for the number of workers.
    #[serde(deserialize_with = "command")]
    pub run: Vec<String>,
    /// What every request asks for.
    #[serde(default)]
    pub asks: Question,
}

/// What is asked of a server, and what its answers must be besides of status 200.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The path, in which `{task}` stands for the number of the request.
    #[serde(deserialize_with = "path")]
    pub path: String,
    /// CRC-32 of every body, 8 hexadecimal digits; any body will do where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc: Option<Crc>,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            path: "/".to_owned(),
            crc: None,
        }
    }
}

/// A CRC-32, written as 8 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc(pub u32);

impl fmt::Display for Crc {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:08x}", self.0)
    }
}

impl Serialize for Crc {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Crc {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        let are_digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(&text, 16).ok();
        number.filter(|_| are_digits).map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "{text:?} is no CRC-32: allowed are 8 hexadecimal digits"
            ))
        })
    }
}

fn command<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    let words = Vec::<String>::deserialize(source)?;
    if !(1..=MOST_WORDS).contains(&words.len()) || words[0].is_empty() {
        return Err(D::Error::custom(format!(
            "a command has 1 to {MOST_WORDS} words, of which the first is the program"
        )));
    }
    if !words.iter().any(|word| word.contains("{port}")) {
        return Err(D::Error::custom(
            "no word has `{port}`: the server must listen on the port that it is given",
        ));
    }
    Ok(words)
}

/// A path as it stands in the first line of a request: a blank or a control character would end it there.
fn path<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.starts_with('/') && is_visible && text.len() <= 1000 {
        return Ok(text);
    }
    Err(D::Error::custom(
        "a path begins with `/` and has at most 1000 visible ASCII characters",
    ))
}

/// The name of a step that no request has.
pub(crate) fn refused(step: &Step) -> Option<&'static str> {
    match step {
        Step::Wait(_) | Step::Compute(_) | Step::SqliteSelect(_) => None,
        Step::HttpGet(_) => Some("http-get"),
        Step::PostgresSelect(_) => Some("postgres-select"),
        Step::ReadFile(_) => Some("read-file"),
        Step::Block(_) => Some("block"),
        Step::Only(_) => Some("only"),
        Step::Call(_) => Some("call"),
    }
}

#[cfg(test)]
mod tests {
    use crate::file::parse_file;
    use crate::workload::Workload;

    const GOOD: &str = r#"name = "serve"
about = "requests"
class = "serve"
tasks = 400
in_flight = 50
rate = "5000/s"
seed = 1
[serve]
bytes = "256B"
[[step]]
compute = { kernel = "sum-squares", size = 5000 }
[[server]]
name = "mine"
run = ["./my-server", "--port", "{port}"]
asks = { path = "/task/{task}", crc = "0000ffFF" }
"#;

    fn problem(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "the case must change something");
        let text = GOOD.replace(from, to);
        let error = parse_file(text.as_bytes(), "s.toml").unwrap_err();
        error.to_string()
    }

    #[test]
    fn a_file_is_read_and_its_servers_are_no_part_of_requests() {
        let file = parse_file(GOOD.as_bytes(), "s.toml").unwrap();
        assert_eq!(file.workload.serve.as_ref().unwrap().bytes, 256);
        let server = &file.servers[0];
        assert_eq!((server.name.as_str(), server.run.len()), ("mine", 3));
        assert_eq!(server.asks.crc.unwrap().0, 0xffff);
        assert_eq!(server.asks.crc.unwrap().to_string(), "0000ffff");
        let json = serde_json::to_string(&file.workload).unwrap();
        assert!(!json.contains("my-server"), "runners refuse it: {json}");
        assert_eq!(
            serde_json::from_str::<Workload>(&json).unwrap(),
            file.workload
        );
        let short = GOOD.replace("\nasks = ", "\n# ");
        let usual = parse_file(short.as_bytes(), "s.toml").unwrap();
        assert_eq!(usual.servers[0].asks.path, "/");
    }

    #[test]
    fn what_makes_no_sense_has_a_place_and_says_what_is_allowed() {
        let cases = [
            (
                "[serve]\nbytes = \"256B\"\n",
                "",
                "s.toml:3:9: a workload of class `serve` says",
            ),
            (
                "class = \"serve\"",
                "class = \"io\"",
                "s.toml:3:9: allowed beside `[serve]` is `serve`",
            ),
            ("\"256B\"", "7", "s.toml:9:9: "),
            ("\"256B\"", "\"2MiB\"", "s.toml:9:9: "),
            ("bytes = ", "byte = ", "unknown field `byte`"),
            (
                "in_flight = 50",
                "in_flight = \"workers\"",
                "s.toml:5:13: `in_flight` is the number of connections",
            ),
            (
                "compute = { kernel = \"sum-squares\", size = 5000 }",
                "http-get = { bytes = 1 }",
                "`http-get` is no step of a request: allowed are `wait`, `compute` and `sqlite-select`",
            ),
            ("[[step]]", "[work]\npackage = \".\"\n[[step]]", "not both"),
            (
                "name = \"mine\"",
                "name = \"My\"",
                "a name is 1 to 64 lower-case",
            ),
            (
                "\"--port\", \"{port}\"",
                "\"--port\"",
                "no word has `{port}`",
            ),
            (
                "[\"./my-server\", \"--port\", \"{port}\"]",
                "[]",
                "a command has 1 to 256 words",
            ),
            ("/task/{task}", "/a b", "a path begins with `/`"),
            (
                "0000ffFF",
                "ffff",
                "\"ffff\" is no CRC-32: allowed are 8 hexadecimal digits",
            ),
            (
                "[[server]]",
                "[server]",
                "servers are a list: each begins with `[[server]]`",
            ),
            (
                "\nasks = ",
                "\n[[server]]\nname = \"mine\"\nrun = [\"a\", \"{port}\"]\nasks = ",
                "two servers are named `mine`",
            ),
        ];
        for (from, to, expected) in cases {
            let problem = problem(from, to);
            assert!(problem.contains(expected), "{to}: {problem}");
        }
        let text = GOOD.replace("class = \"serve\"", "class = \"io\"");
        let without = text.replace("[serve]\nbytes = \"256B\"\n", "");
        let error = parse_file(without.as_bytes(), "s.toml").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a server is asked by a workload of class `serve`")
        );
    }
}
