//! A chromium without a window, driven by its own protocol over a socket.
//!
//! One process serves one test; each page is a target of its own with a session. What a
//! page throws or logs as an error is kept, so that a test can ask for it.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket, client};

/// Where a chromium may be.
const PLACES: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const OPTIONS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
];

/// A browser that ends with its test.
pub(super) struct Browser {
    process: Child,
    socket: WebSocket<TcpStream>,
    last: u64,
    session: Option<String>,
    errors: Vec<String>,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that has ended already is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Takes a picture of what a screen of this size shows of a page.
pub(super) fn take_picture(page: &Path, (width, height): (u32, u32), to: &Path) {
    let path = PLACES.iter().find(|place| Path::new(place).exists());
    let path = path.expect("a picture takes a browser");
    let profile = tempfile::tempdir().expect("a folder for the profile");
    let done = Command::new(path)
        .args(OPTIONS.iter().filter(|option| !option.contains("debugging")))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", to.display()))
        .arg(format!("file://{}", page.display()))
        .output();
    assert!(done.expect("chromium starts").status.success());
}

impl Browser {
    /// A browser, or `None` with a loud word where there is none.
    pub(super) fn start() -> Option<Browser> {
        let Some(path) = PLACES.iter().find(|place| Path::new(place).exists()) else {
            eprintln!(
                "\n*** SKIPPED: there is no chromium at any of {}; the pages were not \
                 looked at in a browser ***\n",
                PLACES.join(", ")
            );
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut process = Command::new(path)
            .args(OPTIONS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chromium starts");
        let mut said = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        let address = said
            .find_map(|line| {
                let line = line.expect("chromium speaks UTF-8");
                line.split_once("listening on ").map(|(_, address)| address.to_owned())
            })
            .expect("chromium says where it listens");
        // What else it says is read, so that the pipe does not fill.
        std::thread::spawn(move || said.for_each(drop));
        let host = address.trim_start_matches("ws://").split('/').next().expect("a host");
        let stream = TcpStream::connect(host).expect("chromium answers");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout that is not 0");
        let (socket, _) = client(address.as_str(), stream).expect("chromium speaks");
        let mut browser =
            Browser { process, socket, last: 0, session: None, errors: vec![], _profile: profile };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", target);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            browser.call(domain, json!({}));
        }
        Some(browser)
    }

    /// Asks for something and waits for the answer.
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).expect("chromium hears");
        loop {
            let said = self.hear();
            if said["id"] == json!(self.last) {
                assert_eq!(said["error"], Value::Null, "{method} {params}");
                return said["result"].clone();
            }
            self.note(&said);
        }
    }

    fn hear(&mut self) -> Value {
        let said = self.socket.read().expect("chromium answers in time");
        serde_json::from_str(said.to_text().expect("it is text")).expect("it is JSON")
    }

    /// Keeps what a page complains of.
    fn note(&mut self, said: &Value) {
        let text = match said["method"].as_str() {
            Some("Runtime.exceptionThrown") => said["params"]["exceptionDetails"].to_string(),
            Some("Log.entryAdded") if said["params"]["entry"]["level"] == "error" => {
                said["params"]["entry"].to_string()
            }
            Some("Page.javascriptDialogOpening") => "a dialogue was opened".to_owned(),
            _ => return,
        };
        self.errors.push(text);
    }

    /// What pages have complained of since the last time.
    pub(super) fn errors(&mut self) -> Vec<String> {
        // Complaints that were made before this answer are heard with it.
        self.eval("0");
        std::mem::take(&mut self.errors)
    }

    /// Shows a file as a screen of this size and these colours would.
    pub(super) fn open(&mut self, file: &Path, (width, height): (u32, u32), is_dark: bool) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false
        });
        self.call("Emulation.setDeviceMetricsOverride", size);
        let colours = if is_dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": colours }] });
        self.call("Emulation.setEmulatedMedia", media);
        self.call("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
        loop {
            let said = self.hear();
            self.note(&said);
            if said["method"] == "Page.loadEventFired" {
                return;
            }
        }
    }

    /// What an expression gives in the page.
    pub(super) fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true
        });
        let answer = self.call("Runtime.evaluate", asked);
        assert_eq!(answer["exceptionDetails"], Value::Null, "{expression}");
        answer["result"]["value"].clone()
    }

    /// Presses a key, as a person would.
    pub(super) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({ "type": kind, "key": key }));
        }
    }
}
