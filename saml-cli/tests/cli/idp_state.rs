//! `saml idp` keeps sessions in a store and events in an audit file, which are there after a restart.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::command::{Folder, saml};
use crate::idp::{config, serve};

/// One request; cookies are taken from the answer.
fn ask(address: &str, request: &str, cookies: &mut Vec<String>) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let head = format!(
        "{head}\nHost: localhost:8711\nOrigin: http://localhost:8711\nCookie: {}\nContent-Length: {}",
        cookies.join("; "),
        body.len()
    );
    write!(stream, "{}\r\nConnection: close\r\n\r\n{body}", head.replace('\n', "\r\n")).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    for line in reply.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
        let cookie = line.split(';').next().unwrap().to_owned();
        let name = cookie.split('=').next().unwrap().to_owned();
        cookies.retain(|other| !other.starts_with(&format!("{name}=")));
        cookies.push(cookie);
    }
    reply
}

fn hidden(page: &str, name: &str) -> String {
    let after =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}")).1;
    after.split('"').next().unwrap().to_owned()
}

fn sign_in(address: &str, cookies: &mut Vec<String>) {
    let page = ask(address, "GET /saml/home HTTP/1.1", cookies);
    let token = hidden(&page, "csrf_token");
    let form = format!("csrf_token={token}&user_name=ada&password=correct+horse");
    let post = "POST /saml/login HTTP/1.1\nContent-Type: application/x-www-form-urlencoded";
    let reply = ask(address, &format!("{post}\n\n{form}"), cookies);
    assert!(reply.starts_with("HTTP/1.1 303"), "{reply}");
}

fn is_signed_in(address: &str, cookies: &mut Vec<String>) -> bool {
    !ask(address, "GET /saml/home HTTP/1.1", cookies).contains("name=\"password\"")
}

#[test]
fn who_is_signed_in_stays_so_after_a_kill_and_the_audit_goes_on() {
    let folder = Folder::new();
    let settings = format!("audit = \"audit.jsonl\"\n{}", config(&folder));
    let file = folder.file("idp.toml", settings);
    let (running, said) = serve(&file);
    let mut cookies = Vec::new();
    let address = said["listening"].as_str().unwrap();
    assert!(!is_signed_in(address, &mut cookies));
    sign_in(address, &mut cookies);
    assert!(is_signed_in(address, &mut cookies));
    drop(running);

    let (running, said) = serve(&file);
    assert!(is_signed_in(said["listening"].as_str().unwrap(), &mut cookies), "it was killed");
    sign_in(said["listening"].as_str().unwrap(), &mut Vec::new());
    drop(running);
    let audit = std::fs::read_to_string(folder.path("audit.jsonl")).unwrap();
    assert_eq!(audit.matches("\"event\":\"signed-in\"").count(), 2, "{audit}");
    assert!(audit.contains("\"user_name\":\"ada\""), "{audit}");
    assert!(!audit.contains("ada@example.org"), "values only if asked for: {audit}");
}

#[test]
fn what_is_kept_is_sealed_under_a_key_that_is_named_and_another_key_finds_nothing() {
    let folder = Folder::new();
    let key = |octet: u8| openssl::base64::encode_block(&[octet; 32]);
    folder.secret("store.key", key(1));
    let text = format!("store = \"file:kept.db\"\nstore_key = \"store.key\"\n{}", config(&folder));
    let file = folder.file("idp.toml", text);
    let mut cookies = Vec::new();
    let (running, said) = serve(&file);
    sign_in(said["listening"].as_str().unwrap(), &mut cookies);
    drop(running);
    let kept =
        ["kept.db", "kept.db-wal"].map(|name| std::fs::read(folder.path(name)).unwrap_or_default()).concat();
    let holds = |text: &str| kept.windows(text.len()).any(|octets| octets == text.as_bytes());
    assert!(!holds("ada@example.org") && !holds("user_name"), "the session is in clear");

    let (running, said) = serve(&file);
    assert!(is_signed_in(said["listening"].as_str().unwrap(), &mut cookies.clone()));
    drop(running);
    folder.secret("store.key", key(2));
    let (running, said) = serve(&file);
    assert!(!is_signed_in(said["listening"].as_str().unwrap(), &mut cookies));
    drop(running);
}

#[test]
fn a_file_that_is_no_store_of_this_program_is_told_and_left_as_it_is() {
    let folder = Folder::new();
    let file = folder.file("idp.toml", config(&folder));
    let settings = std::path::Path::new(&file).with_extension("store");
    folder.secret("idp.store", "This is no database, but some kilooctets of text.".repeat(100));
    let before = std::fs::read(&settings).unwrap();
    for options in [&["idp", "--config", &file, "--check"][..], &["idp", "--config", &file]] {
        let ran = saml(options.iter().copied()).ended(2);
        assert!(ran.stderr.contains("idp.store"), "{}", ran.stderr);
    }
    assert_eq!(std::fs::read(&settings).unwrap(), before);
}

#[test]
fn who_runs_it_asks_a_listener_of_its_own() {
    let folder = Folder::new();
    let file = folder.file("idp.toml", format!("operation_listen = \"127.0.0.1:0\"\n{}", config(&folder)));
    let (running, said) = serve(&file);
    let (address, operation) = (said["listening"].as_str().unwrap(), said["operation"].as_str().unwrap());
    let asked = |address: &str, path: &str| ask(address, &format!("GET {path} HTTP/1.1"), &mut Vec::new());
    assert!(asked(operation, "/live").starts_with("HTTP/1.1 200"));
    assert!(asked(operation, "/ready").ends_with("\r\n\r\nready\n"));
    sign_in(address, &mut Vec::new());
    let metrics = asked(operation, "/metrics");
    assert!(metrics.contains("event=\"signed-in\",code=\"\"} 1\n"), "{metrics}");
    assert!(!metrics.replace("metadata", "").contains("ada"), "{metrics}");
    for path in ["/live", "/ready", "/metrics"] {
        assert!(asked(address, path).starts_with("HTTP/1.1 404"), "strangers are told nothing at {path}");
    }
    assert!(asked(operation, "/saml/home").starts_with("HTTP/1.1 404"));
    drop(running);
}
