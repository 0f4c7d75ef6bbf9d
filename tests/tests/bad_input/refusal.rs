//! What every refusal must look like.

use std::time::Duration;

use saml_core::base::SamlInstant;
use saml_tests::client::{Reply, Request};
use saml_tests::journal;
use saml_tests::message::now;
use saml_tests::world::World;

/// A malformed request and the rule that it breaks.
pub struct Case {
    pub name: &'static str,
    pub request: Request,
    pub code: &'static str,
}

impl Case {
    pub fn new(name: &'static str, request: Request, code: &'static str) -> Self {
        Self { name, request, code }
    }
}

/// Sends all of them, each once as a stranger, and says all that is wrong. `pages` are the pages that a refusal may
/// show: their headings.
pub fn all_are_refused(world: &World, cases: Vec<Case>, pages: &[&str]) {
    let faults: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            let reply = world.client().send(&case.request);
            let faults = faults(&reply, case.code, pages);
            faults.into_iter().map(|fault| format!("{}: {fault}", case.name)).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "{} faults in {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
    assert!(
        world.sign_in(&mut world.client()).body.contains("signed in: Ada Lovelace"),
        "nobody can sign in now"
    );
}

fn faults(reply: &Reply, code: &str, pages: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    if !(400..500).contains(&reply.status) {
        faults.push(format!("status {}", reply.status));
    }
    let Some(id) = reply.correlation_id() else {
        faults.push(format!("no correlation id: {} {:?}", reply.status, reply.body));
        return faults;
    };
    match journal::of(id) {
        None => faults.push("nothing in the log".to_owned()),
        Some(line) if line.field("code") != code => faults.push(format!("logged as {:?}", line.fields)),
        Some(_) => {}
    }
    match text(&reply.body).split_once(id) {
        Some((page, after)) if pages.contains(&page) && is_a_time(after) => {}
        _ => faults.push(format!("a page that is not constant: {:?}", text(&reply.body))),
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        if reply.header(name) != Some(value) {
            faults.push(format!("{name}: {:?}", reply.header(name)));
        }
    }
    if reply.set_cookies().next().is_some() {
        faults.push("a cookie".to_owned());
    }
    if !reply.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'"))
    {
        faults.push("no content security policy".to_owned());
    }
    faults
}

/// Whether nothing follows the number but the time of the refusal: this minute, or the one before.
fn is_a_time(text: &str) -> bool {
    let time = text.strip_prefix(" | ").and_then(|time| SamlInstant::try_from(time).ok());
    time.is_some_and(|time| now().since(time) < Duration::from_secs(120))
}

/// The visible text of the page's main part.
fn text(html: &str) -> String {
    let main = html.split_once("<main>").and_then(|(_, rest)| rest.split_once("</main>"));
    let mut text = String::new();
    for piece in main.map_or(html, |(main, _)| main).split('<').skip(1) {
        let words = piece.split_once('>').map_or("", |(_, words)| words.trim());
        if !words.is_empty() {
            text.push_str(if text.is_empty() { "" } else { " | " });
            text.push_str(words);
        }
    }
    text
}

/// An XML document of this many nested elements.
pub fn nested(depth: usize) -> String {
    format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))
}

/// A form-encoded body, written by hand.
pub fn raw_form(url: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::post(url, "application/x-www-form-urlencoded", body.into())
}
