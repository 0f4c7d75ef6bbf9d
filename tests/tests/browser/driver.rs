//! Chromium with its driver: one of each per test, both gone when the test is over.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use saml_testkit::left_out::left_out;
use saml_tests::client::{self, Client};
use saml_tests::served::listen;
use serde_json::{Value, json};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::session::http::{Body, HttpClient};
use thirtyfour::{BrowserLogEntry, Capabilities, WindowHandle};

/// How long a page may take. Far more than it does: a slow machine is no defect.
pub const PATIENCE: Duration = Duration::from_secs(30);

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const SWITCHES: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--window-size=1200,900",
];

/// Whether scripts run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    Run,
    DontRun,
}

/// A browser with an empty profile.
pub struct Browser {
    pub driver: WebDriver,
    shots: PathBuf,
    // Dropped in this order: the session ends, then the driver, then the profile goes.
    _process: DriverProcess,
    _profile: TemporaryFolder,
}

impl Browser {
    /// A fresh browser, or `None` if none is installed. The test is then left out, with a line that says so. Where
    /// merging is decided (`CI=true`), that is a failure.
    pub async fn start(scripts: Scripts) -> Option<Self> {
        Self::start_reading("en-US,en", scripts).await
    }

    /// The same for a person who set these languages, the best first.
    pub async fn start_reading(languages: &str, scripts: Scripts) -> Option<Self> {
        let Some(browser) =
            BROWSERS.into_iter().find(|name| answers(name)).filter(|_| answers("chromedriver"))
        else {
            left_out(
                "the browser",
                "there is no chromium with chromedriver; `.ci/setup browser` installs them",
            );
            assert_ne!(env::var("CI").as_deref(), Ok("true"), "no chromium with chromedriver");
            return None;
        };
        let process = DriverProcess::start();
        let profile = TemporaryFolder::new();
        let capabilities = capabilities(browser, languages, scripts, &profile.0);
        let driver = WebDriver::builder(process.url(), capabilities).client(Wire).await.unwrap();
        driver.set_page_load_timeout(PATIENCE).await.unwrap();
        Some(Self { driver, shots: shots(), _process: process, _profile: profile })
    }

    /// Opens a page, and waits until it and the pages to which it leads by itself have loaded.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
    }

    /// The element, as soon as it is there.
    pub async fn find(&self, css: &str) -> WebElement {
        let found = self.driver.query(By::Css(css)).wait(PATIENCE, Duration::from_millis(50)).first().await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css} at {}: {error}\n{}", self.url().await, self.text().await),
        }
    }

    /// The visible text of the page. Between two pages there is no text, or still that of the one before. The text of
    /// the next page is returned.
    pub async fn text(&self) -> String {
        let began = Instant::now();
        loop {
            let read = match self.driver.find(By::Css("body")).await {
                Ok(body) => body.text().await,
                Err(error) => Err(error),
            };
            match read {
                Ok(text) => return text,
                Err(error) if began.elapsed() < PATIENCE && is_between_pages(&error) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => panic!("the page can't be read: {error}"),
            }
        }
    }

    /// Goes to a window that was just opened, beside this one.
    pub async fn to_other_window(&self, first: &WindowHandle) {
        let began = Instant::now();
        loop {
            let windows = self.driver.windows().await.unwrap();
            if let Some(other) = windows.into_iter().find(|window| window != first) {
                self.driver.switch_to_window(other).await.unwrap();
                return;
            }
            assert!(began.elapsed() < PATIENCE, "no other window");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn url(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    /// Fails unless the address begins with this.
    pub async fn is_at(&self, url: &str) {
        let found = self.url().await;
        assert!(found.starts_with(url), "not at {url} but {found}:\n{}", self.text().await);
    }

    /// Waits until the page of an application says this.
    pub async fn says(&self, text: &str) {
        let began = Instant::now();
        loop {
            let found = self.text().await;
            if found.contains(text) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "not {text:?} but {found:?} at {}", self.url().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses the button of the page that carries a message to a peer.
    pub async fn press_continue(&self) {
        self.find("form#saml-message button").await.click().await.unwrap();
    }

    /// The value of a cookie of the host that the browser is at.
    pub async fn cookie(&self, name: &str) -> Option<String> {
        self.driver.get_named_cookie(name).await.ok().map(|cookie| cookie.value)
    }

    /// Waits until the page's heading is this one.
    pub async fn reads(&self, heading: &str) {
        let began = Instant::now();
        loop {
            let found = match self.driver.find(By::Css("h1")).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if found == heading {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "not {heading:?} but {found:?} at {}", self.url().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types user name and password into the login page, and sends them.
    pub async fn log_in(&self, user_name: &str, password: &str) {
        let user = self.find("#user_name").await;
        user.clear().await.unwrap();
        user.send_keys(user_name).await.unwrap();
        self.find("#password").await.send_keys(password).await.unwrap();
        self.find("main button[type=submit]").await.click().await.unwrap();
    }

    /// Opens a page of a foreign site with a form, and presses its button, as any other site can make a browser do.
    pub async fn post_from_elsewhere(&self, action: &str, fields: &[(&str, &str)]) {
        let inputs: String = fields
            .iter()
            .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"))
            .collect();
        let page = format!("<form method=\"post\" action=\"{action}\">{inputs}<button>Go</button></form>");
        self.open(&format!("data:text/html,{}", client::encode(&page))).await;
        self.find("button").await.click().await.unwrap();
    }

    /// The value of an input that a person doesn't see.
    pub async fn hidden(&self, name: &str) -> String {
        self.find(&format!("input[name={name}]")).await.attr("value").await.unwrap().unwrap()
    }

    /// Keeps pictures of the page, whole, under a name: on a desk in daylight, and on a telephone in the dark. Nothing
    /// may be cut off at the side.
    pub async fn picture(&self, name: &str) {
        for (suffix, width, scheme) in [("", 1200, "light"), ("-phone", 375, "dark")] {
            let metrics =
                json!({ "width": width, "height": 720, "deviceScaleFactor": 1, "mobile": width < 500 });
            self.command("Emulation.setDeviceMetricsOverride", metrics).await;
            let features = json!([
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ]);
            self.command("Emulation.setEmulatedMedia", json!({ "features": features })).await;
            let size = self.command("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
            assert!(
                size["width"].as_f64().unwrap() <= f64::from(width),
                "{name} is cut off at {width}: {size}"
            );
            let clip = json!({ "x": 0, "y": 0, "width": width, "height": size["height"], "scale": 1 });
            let shot = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
            let shot = self.command("Page.captureScreenshot", shot).await;
            let png = STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
            fs::write(self.shots.join(format!("{name}{suffix}.png")), png).unwrap();
        }
        self.command("Emulation.clearDeviceMetricsOverride", json!({})).await;
        self.command("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
    }

    async fn command(&self, name: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(name, parameters).await.unwrap()
    }

    /// Whatever the browser had to say so far: violations of a policy, files that are missing, errors of scripts.
    pub async fn complaints(&self) -> Vec<BrowserLogEntry> {
        self.driver.browser_log().await.unwrap()
    }

    /// Fails if the browser complained about anything but the status of pages, which error pages have on purpose.
    pub async fn is_content(&self) {
        let complaints = self.complaints().await;
        let real: Vec<&BrowserLogEntry> = complaints
            .iter()
            .filter(|entry| !entry.message.contains("the server responded with a status of 4"))
            .collect();
        assert!(real.is_empty(), "{real:#?}");
    }
}

/// Whether an error says that the browser is leaving a page, or has not come to the next.
fn is_between_pages(error: &WebDriverError) -> bool {
    matches!(**error, WebDriverErrorInner::StaleElementReference(..) | WebDriverErrorInner::NoSuchElement(..))
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn shots() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../artefacts/browser");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn capabilities(browser: &str, languages: &str, scripts: Scripts, profile: &Path) -> Capabilities {
    let mut arguments: Vec<String> = SWITCHES.iter().map(ToString::to_string).collect();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    let mut options = json!({ "args": arguments });
    if browser != "google-chrome" {
        options["binary"] = json!(path_of(browser));
    }
    options["prefs"] = json!({ "intl.accept_languages": languages });
    if scripts == Scripts::DontRun {
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let all = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(all) = all else { unreachable!() };
    Capabilities::from(all)
}

fn path_of(program: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap();
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.exists()).unwrap()
}

/// A chromedriver of ours, ended by its process id.
struct DriverProcess {
    child: Child,
    port: u16,
}

impl DriverProcess {
    fn start() -> Self {
        let (listener, port) = listen();
        drop(listener);
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).arg("--silent");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = Self { child: command.spawn().unwrap(), port };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "chromedriver does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        process
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A folder of its own, removed at the end.
pub struct TemporaryFolder(pub PathBuf);

impl TemporaryFolder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("saml-browser-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // The browser's last processes may still be writing; what they leave is in the system's temporary folder.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The way to chromedriver: the client that the other tests use, which spares us another HTTP stack.
struct Wire;

#[async_trait::async_trait]
impl HttpClient for Wire {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = match body {
            Body::Empty => None,
            Body::Json(value) => Some(serde_json::to_vec(value).unwrap()),
        };
        let method = match parts.method {
            http::Method::GET => "GET",
            http::Method::POST => "POST",
            _ => "DELETE",
        };
        let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
        let request =
            client::Request { method, url: parts.uri.to_string(), headers, body, cross_site: false };
        let reply = tokio::task::spawn_blocking(move || Client::default().send(&request)).await;
        let reply = reply.map_err(|error| failed(&error))?;
        Response::builder().status(reply.status).body(Bytes::from(reply.body)).map_err(|error| failed(&error))
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Self)
    }
}

fn failed(error: &dyn std::fmt::Display) -> WebDriverError {
    WebDriverErrorInner::RequestFailed(error.to_string()).into()
}
