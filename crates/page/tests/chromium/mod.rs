//! A Chromium without a window, driven over its debugging pipe: what the tests in a browser look through.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The browser reads commands from file 3 and writes to file 4; one that hangs is ended.
const PIPED: &str = r#"exec timeout 300 "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;
const ARGUMENTS: [&str; 5] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
];
/// The parts of the protocol whose events are wanted.
const WATCHED: [&str; 4] = ["Page", "Network", "Log", "Runtime"];

/// What axe-core complains of: the rule and the elements.
const COMPLAINTS: &str = "axe.run(document, {resultTypes: ['violations']}).then(found => \
    found.violations.map(one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.html)]))";
/// By how many pixels the page is wider than its window.
const BEYOND: &str = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// How a page is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    /// `light` or `dark`, as the system prefers it.
    pub(crate) scheme: &'static str,
    pub(crate) has_scripts: bool,
}

pub(crate) const LIGHT: Opened = Opened {
    scheme: "light",
    has_scripts: true,
};
pub(crate) const DARK: Opened = Opened {
    scheme: "dark",
    has_scripts: true,
};

/// A browser with one page.
pub(crate) struct Browser {
    process: Child,
    /// Nothing once the browser was told to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    calls: u64,
    session: Option<String>,
    /// The events since the page was opened.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts the program that `MANYWAYS_BROWSER` names, or `chromium`.
    pub(crate) fn start() -> Browser {
        let program = std::env::var("MANYWAYS_BROWSER").unwrap_or_else(|_| "chromium".to_owned());
        let profile = tempfile::tempdir().unwrap();
        let mut process = Command::new("sh")
            .args(["-c", PIPED, &program])
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut browser = Browser {
            input: process.stdin.take(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
            calls: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", &attach);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for part in WATCHED {
            browser.call(&format!("{part}.enable"), &json!({}));
        }
        browser
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&mut self, file: &Path, opened: Opened) {
        let feature = json!({"name": "prefers-color-scheme", "value": opened.scheme});
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({"features": [feature]}),
        );
        let disabled = json!({"value": !opened.has_scripts});
        self.call("Emulation.setScriptExecutionDisabled", &disabled);
        self.events.clear();
        let url = format!("file://{}", file.display());
        self.call("Page.navigate", &json!({"url": url}));
        while self.events_of("Page.loadEventFired").is_empty() {
            let event = self.message();
            self.events.push(event);
        }
    }

    /// Makes the window this wide, in pixels.
    fn narrow(&mut self, width: u64) {
        let size = json!({
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// The value of an expression in the page; that of a promise is waited for.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        let answer = self.call("Runtime.evaluate", &asked);
        let exception = &answer["exceptionDetails"];
        assert!(exception.is_null(), "{exception}");
        answer["result"]["value"].clone()
    }

    /// The console is empty: no message, no exception, no call of it.
    #[track_caller]
    pub(crate) fn has_told_nothing(&self, page: &Path) {
        for told in [
            "Log.entryAdded",
            "Runtime.exceptionThrown",
            "Runtime.consoleAPICalled",
        ] {
            assert_eq!(self.events_of(told), [] as [Value; 0], "{page:?}");
        }
    }

    /// In a window as narrow as that of a telephone, the page is no wider than it.
    #[track_caller]
    pub(crate) fn fits_a_telephone(&mut self, page: &Path) {
        self.narrow(390);
        assert_eq!(self.value(BEYOND), 0, "{page:?}");
    }

    /// axe-core, whose text this is, finds no violation in the page.
    #[track_caller]
    pub(crate) fn is_accessible(&mut self, axe: &str, page: &Path) {
        self.value(&format!("{axe}; 0"));
        assert_eq!(self.value(COMPLAINTS), json!([]), "{page:?}");
    }

    /// What is told of each event of this name since the page was opened.
    pub(crate) fn events_of(&self, name: &str) -> Vec<Value> {
        let events = self.events.iter();
        events
            .filter(|event| event["method"] == name)
            .map(|event| event["params"].clone())
            .collect()
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.calls += 1;
        let mut command = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        write!(self.input.as_mut().unwrap(), "{command}\0").unwrap();
        loop {
            let message = self.message();
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    fn message(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.output.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser ended");
        serde_json::from_slice(&bytes).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends with its pipe.
        self.input = None;
        let _ = self.process.wait();
    }
}
