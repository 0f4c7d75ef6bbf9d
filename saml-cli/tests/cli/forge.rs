//! `saml forge`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use actix_web::{App, HttpServer};
use saml_cli::keygen::{KeyPair, KeyType};
use saml_sp::{IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::MemoryStore;
use saml_testkit::forge::{Scene, Signed, good};

use crate::command::{Folder, Ran, saml};
use crate::story::Story;

/// A key, its certificate, and what else every command needs.
struct Forge {
    folder: Folder,
    pair: KeyPair,
    key: String,
    cert: String,
}

impl Forge {
    fn new() -> Self {
        let pair = KeyPair::generate("idp.example.com", KeyType::P256, 30).unwrap();
        let folder = Folder::new();
        let (key, cert) =
            (folder.file("idp.key", &pair.key_pem), folder.file("idp.crt", &pair.certificate_pem));
        Self { folder, pair, key, cert }
    }

    fn run(&self, more: &[&str]) -> Ran {
        let mut arguments = vec!["forge", "--key", &self.key, "--cert", &self.cert];
        arguments.extend(more);
        saml(arguments)
    }

    /// Tries messages on whoever listens at `url`.
    fn against(&self, url: &str, more: &[&str]) -> Ran {
        let (sp, acs) = (format!("{url}/saml/metadata"), format!("{url}/saml/acs"));
        let parties =
            ["--idp-entity-id", "https://idp.example.com/saml", "--sp-entity-id", &sp, "--against", &acs];
        // A machine with other work to do may keep us waiting; whoever is silent here breaks off instead.
        self.run(&[&parties[..], &["--rate", "100000", "--timeout", "60"], more].concat())
    }
}

const PARTIES: [&str; 6] = [
    "--idp-entity-id",
    "https://idp.example.com/saml",
    "--sp-entity-id",
    "https://sp.example.com/saml",
    "--acs-url",
    "https://sp.example.com/saml/acs",
];

#[test]
fn writes_a_corpus_that_replays_to_what_its_manifest_says() {
    let forge = Forge::new();
    let out = forge.folder.path("corpus");
    let text = forge.run(&[&PARTIES[..], &["--out", &out]].concat()).ended(0).text();
    assert!(text.lines().all(|line| line.chars().count() <= 80 || line.contains(&out)), "{text}");
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(Path::new(&out).join("manifest.json")).unwrap())
            .unwrap();
    let cases = manifest["cases"].as_array().unwrap();
    let hostile = cases.iter().filter(|case| case["expect"] == "reject");
    assert!(hostile.clone().count() > 2000, "{}", hostile.count());
    assert!(hostile.clone().all(|case| case["code"].is_string() && case["family"].is_string()));
    let ran = saml(["replay", &format!("{out}/manifest.json")]).ended(0);
    assert_eq!(ran.text().lines().last(), Some(&*format!("{} passed, 0 failed", cases.len())));
    // What is there is not written over.
    forge.run(&[&PARTIES[..], &["--out", &out]].concat()).complains("not empty");
}

#[test]
fn a_message_is_the_mould_of_one_family() {
    let (forge, story) = (Forge::new(), Story::new(Signed::Assertion));
    let out = forge.folder.path("corpus");
    let json = forge.run(&[&story.response, "--only", "wrapping", "--out", &out, "--json"]).ended(0).json();
    assert_eq!(json["families"].as_object().unwrap().len(), 1);
    assert!(json["families"]["wrapping"]["mustBeRefused"].as_u64().unwrap() > 50, "{json}");
    let manifest = std::fs::read_to_string(Path::new(&out).join("manifest.json")).unwrap();
    assert!(manifest.contains(&story.scene.acs_url) && manifest.contains(story.scene.request_id.as_str()));
    saml(["replay", &format!("{out}/manifest.json")]).ended(0).says(", 0 failed");
}

/// Answers every request as `answer` says: the status line and headers, less their lengths.
fn toy(answer: fn(&str) -> &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut request, mut piece) = (Vec::new(), [0; 65536]);
            loop {
                let read = stream.read(&mut piece).unwrap_or(0);
                request.extend_from_slice(&piece[..read]);
                let text = String::from_utf8_lossy(&request);
                let length = text
                    .split_once("content-length: ")
                    .and_then(|(_, rest)| rest.lines().next()?.parse().ok());
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
                if read == 0 || body.is_some_and(|body| body >= length.unwrap_or(0)) {
                    break;
                }
            }
            let head = answer(&String::from_utf8_lossy(&request));
            let _gone = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    url
}

#[test]
fn says_which_messages_got_in() {
    // It believes whatever holds an assertion: `saml:Assertion` in Base64 at any of three offsets.
    let url = toy(|request| {
        let body = request.replace("%2B", "+");
        let holds = ["c2FtbDpBc3NlcnRpb2", "NhbWw6QXNzZXJ0aW9u", "zYW1sOkFzc2VydGlvb"]
            .iter()
            .any(|b| body.contains(b));
        if holds { "303 See Other\r\nlocation: /home\r\nset-cookie: sid=1; Path=/" } else { "403 Forbidden" }
    });
    let forge = Forge::new();
    let options = ["--unsolicited", "--only", "fake-trust,wrapping", "--signed", "assertion"];
    let text = forge.against(&url, &options).ended(1).text();
    for part in [
        "the cookie sid is set",
        "good messages got in",
        "wrapping",
        "✗ exchange/replayed-in-the-same",
        "LET IN",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
    assert!(text.lines().last().unwrap().ends_with(" let in"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let json = forge.against(&url, &[&options[..], &["--json", "--limit", "30"]].concat()).ended(1).json();
    assert_eq!(json["sent"], 32);
    assert!(json["letIn"].as_u64().unwrap() > 10 && json["report"]["left_out"].as_u64().unwrap() > 10);
}

#[test]
fn our_service_provider_lets_nothing_in() {
    let forge = Forge::new();
    let signer = forge.pair.signer().unwrap();
    let scene = Scene::new(saml_cli::input::instant_or_now(None).unwrap(), &mut saml_provider::SystemRandom);
    let metadata = good::metadata(&scene.unwrap(), &signer).to_xml().unwrap().into_octets();
    let idp = saml_sp::IdpPeer::from_metadata(metadata, IdpPeerPolicy::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut config = ServiceProviderConfig::new(&url).unwrap();
    config.site.cookies = saml_sp::CookieSecurity::InsecureLoopbackDevelopment;
    let sp = ServiceProvider::builder(config)
        .identity_provider(idp)
        .store(Arc::new(MemoryStore::default()))
        .build()
        .unwrap();
    std::thread::spawn(move || {
        let app = move || App::new().configure(saml_sp::web::configure(sp.clone()));
        let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap();
        actix_web::rt::System::new().block_on(server.run())
    });
    let login = format!("{url}/saml/login");
    let options = ["--login-url", &login, "--only", "wrapping,keys-and-algorithms", "--signed", "both"];
    let text = forge.against(&url, &options).ended(0).text();
    assert!(text.lines().last().unwrap().ends_with(" sent, 0 let in"), "{text}");
    let without_keys = Forge::new().against(&url, &options);
    without_keys.complains("alike");
}

#[test]
fn complains_about_what_it_may_not_or_can_not_do() {
    let forge = Forge::new();
    forge.run(&["--out", &forge.folder.path("a")]).complains("--idp-entity-id");
    saml([&["forge", "--key", &forge.key, "--out", &forge.folder.path("b")], &PARTIES[..]].concat())
        .complains("--cert");
    let elsewhere = ["--unsolicited", "--only", "wrapping"];
    forge.against("http://192.0.2.9", &elsewhere).complains("name it: --test-host 192.0.2.9");
    forge
        .against("http://192.0.2.9", &[&elsewhere[..], &["--test-host", "192.0.2.10"]].concat())
        .complains("not on this machine");
    let probe = ["--unsolicited", "--probe", "http://192.0.2.9/home"];
    forge.against("http://127.0.0.1:9", &probe).complains("192.0.2.9 is not on this machine");
    forge.against("http://127.0.0.1:9", &[]).complains("--login-url");
    forge.against("nowhere", &["--unsolicited"]).complains("--against");
    // A closed port, and one where nothing gets in.
    forge.against("http://127.0.0.1:9", &["--unsolicited"]).complains("127.0.0.1 can't be reached");
    forge.against(&toy(|_| "403 Forbidden"), &["--unsolicited"]).complains("alike");
    let strict = toy(|_| "403 Forbidden");
    forge
        .against(&strict, &["--unsolicited", "--accepted-if", "cookie=sid"])
        .complains("takes no good message");
    let login = format!("{strict}/login");
    forge.against(&strict, &["--login-url", &login]).complains("led to no AuthnRequest");
    let story = Story::new(Signed::Both);
    forge.run(&[&story.metadata, "--out", &forge.folder.path("c")]).complains("holds no Response in clear");
    assert_eq!(forge.run(&["--only", "nothing", "--out", "x"]).code, 2);
    assert_eq!(forge.run(&["--accepted-if", "x", "--out", "x"]).code, 2);
}
