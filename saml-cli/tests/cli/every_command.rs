//! A table of every command and every file that it reads, held against everything that a file can be instead.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::CommandFactory as _;
use saml_cli::arguments::Arguments;
use saml_testkit::forge::Signed;

use crate::command::{saml, saml_confined, saml_with, saml_without_reader};
use crate::story::{Story, and, with};

/// What must be there for a command to come as far as the file under test.
struct Desk {
    story: Story,
    key: String,
    rsa_key: String,
    rsa_cert: String,
    encrypted: String,
}

impl Desk {
    fn new() -> Self {
        let story = Story::new(Signed::Assertion);
        let folder = story.folder.path("");
        saml(["keygen", "signer", "--type", "p-256", "--out", &folder]).ended(0);
        saml(["keygen", "rsa", "--type", "rsa-2048", "--out", &folder]).ended(0);
        let path = |name: &str| story.folder.path(name);
        let (key, rsa_key, rsa_cert) = (path("signer.key"), path("rsa.key"), path("rsa.crt"));
        let encrypted = path("encrypted.xml");
        saml(["encrypt", &story.response, "--cert", &rsa_cert, "--out", &encrypted]).ended(0);
        Self { story, key, rsa_key, rsa_cert, encrypted }
    }

    /// One row for each file that a command reads; `FILE` stands for it.
    fn rows(&self) -> Vec<Vec<String>> {
        let Self { story, key, rsa_key, rsa_cert, encrypted } = self;
        let (message, cert, metadata) = (&story.response, &story.cert, &story.metadata);
        let mut rows: Vec<Vec<String>> = [
            "inspect FILE".to_owned(),
            "c14n FILE".to_owned(),
            format!("verify FILE --cert {cert}"),
            format!("verify {message} --cert FILE"),
            format!("sign FILE --key {key}"),
            format!("sign {message} --key FILE"),
            format!("sign {message} --key {key} --cert FILE"),
            format!("encrypt FILE --cert {rsa_cert}"),
            format!("encrypt {message} --cert FILE"),
            format!("decrypt FILE --key {rsa_key}"),
            format!("decrypt {encrypted} --key FILE"),
            format!("encrypt {message} --shared-key FILE"),
            format!("decrypt {encrypted} --shared-key FILE"),
            "replay FILE".to_owned(),
            "capsule replay FILE".to_owned(),
            "metadata show FILE".to_owned(),
            format!("metadata sign FILE --key {key}"),
            format!("metadata verify FILE --cert {cert}"),
            format!("metadata verify {metadata} --cert FILE"),
            format!("metadata diff FILE {metadata}"),
            format!("metadata diff {metadata} FILE"),
            "metadata make sp --entity-id urn:sp --acs-url https://sp.example.com/acs --cert FILE".to_owned(),
            "metadata make idp --entity-id urn:idp --sso-url https://idp.example.com/sso --cert FILE"
                .to_owned(),
            "idp --config FILE".to_owned(),
            format!("forge FILE --key {key} --cert {} --out {}", self.signer_cert(), self.unused_folder()),
            format!("forge {message} --key FILE --cert {cert} --out {}", self.unused_folder()),
            format!("forge {message} --key {key} --cert FILE --out {}", self.unused_folder()),
            format!(
                "forge {message} --key {key} --cert {} --against http://127.0.0.1:9 --unsolicited --tls-ca FILE",
                self.signer_cert()
            ),
        ]
        .iter()
        .map(|row| row.split(' ').map(str::to_owned).collect())
        .collect();
        for command in [&["explain"][..], &["capsule", "make"]] {
            rows.push(story.explain(command, "FILE"));
            rows.push(with(story.explain(command, message), "--idp-cert", "FILE"));
            let mut by_metadata = with(story.explain(command, message), "--idp-cert", "FILE");
            let at = by_metadata.iter().position(|argument| argument == "--idp-cert").unwrap();
            by_metadata[at] = "--idp-metadata".to_owned();
            rows.push(by_metadata);
            let mut decrypting = story.explain(command, message);
            decrypting.extend(["--decryption-key".to_owned(), "FILE".to_owned()]);
            rows.push(decrypting);
            let mut sharing = story.explain(command, message);
            sharing.extend(["--shared-key".to_owned(), "FILE".to_owned()]);
            rows.push(sharing);
        }
        rows
    }

    /// The certificate of the key that signs.
    fn signer_cert(&self) -> String {
        self.story.folder.path("signer.crt")
    }

    /// A folder that nothing is ever written to.
    fn unused_folder(&self) -> String {
        self.story.folder.path("unused")
    }

    /// Everything that a file can be instead of what is wanted.
    fn bad_files(&self) -> Vec<String> {
        let folder = &self.story.folder;
        let octets: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let large = folder.path("large");
        // A sparse file: what matters is how much of it is read.
        std::fs::File::create(&large).unwrap().set_len(100 * 1024 * 1024).unwrap();
        let mut files = vec![
            "/nowhere/at-all".to_owned(),
            folder.path(""),
            folder.file("empty", ""),
            folder.file("rubbish", octets),
            folder.file("latin1", b"M\xfcller"),
            folder.file("zeros", [0; 64]),
            folder.file("words", "these are not the words that you are looking for"),
            large,
        ];
        if Path::new("/dev/zero").exists() {
            files.push("/dev/zero".to_owned());
        }
        files
    }
}

/// Commands that read no file: what is bad about their input is looked at in tests of their own.
const WITHOUT_FILES: [&str; 6] = ["verdicts", "demo", "keygen", "hash-password", "completions", "man"];

fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
    let mut leaves = Vec::new();
    for sub in command.get_subcommands() {
        let path = format!("{path} {}", sub.get_name()).trim_start().to_owned();
        if sub.has_subcommands() {
            leaves.extend(self::leaves(sub, &path));
        } else {
            leaves.push(path);
        }
    }
    leaves
}

#[test]
fn the_table_has_every_command() {
    let desk = Desk::new();
    let rows = desk.rows();
    let missing: BTreeSet<String> = leaves(&Arguments::command(), "")
        .into_iter()
        .filter(|leaf| !WITHOUT_FILES.contains(&leaf.as_str()))
        .filter(|leaf| {
            let words: Vec<&str> = leaf.split(' ').collect();
            !rows.iter().any(|row| row.iter().map(String::as_str).take(words.len()).eq(words.iter().copied()))
        })
        .collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

#[test]
fn a_bad_file_is_one_clear_line_and_exit_code_2() {
    let desk = Desk::new();
    for row in desk.rows() {
        for file in desk.bad_files() {
            let arguments = row.iter().map(|argument| if argument == "FILE" { &file } else { argument });
            let begin = Instant::now();
            println!("{} with {file}", row.join(" "));
            saml_confined(arguments).complains("");
            assert!(begin.elapsed() < Duration::from_secs(20), "{row:?} with {file}");
        }
    }
}

#[test]
fn commands_without_files_complain_too() {
    let desk = Desk::new();
    let (words, folder) = (desk.story.folder.file("words", "a file"), desk.story.folder.path(""));
    saml(["verdicts", "not.a.code"]).complains("no verdict has this code");
    saml(["keygen", "name", "--out", &words]).complains("can't be written");
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    if port <= u16::MAX - 2 {
        saml(["demo", "--port", &port.to_string()]).complains(&format!("port {port} can't be taken"));
    }
    saml(["demo", "--port", "65535"]).complains("no two ports after this one");
    saml(["man", "--out", &words]).complains("can't be written");
    saml_with(&[0xff; 8], ["hash-password"]).complains("not UTF-8");
    saml_with(b"\n", ["hash-password"]).complains("holds no password");
    saml_with(&[b'x'; 30 * 1024 * 1024], ["hash-password"]).complains("no password is that long");
    let long = "n".repeat(65);
    for arguments in [
        &["completions", "csh"][..],
        &["demo", "--port", "70000"],
        &["keygen", "--type", "dsa"],
        &["keygen", "../name", "--out", &folder],
        &["keygen", "", "--out", &folder],
        &["keygen", &long, "--out", &folder],
        &["keygen", "name", "--out", &folder, "--days", "4000000000"],
    ] {
        let ran = saml(arguments);
        assert!(ran.stderr.starts_with("error: ") && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
        ran.ended(2);
    }
}

#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let desk = Desk::new();
    let (message, cert) = (&desk.story.response, &desk.story.cert);
    let words = |text: String| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut rows = vec![
        words(format!("inspect {message}")),
        words(format!("c14n {message}")),
        words(format!("verify {message} --cert {cert} --json")),
        words(format!("sign {message} --key {}", desk.key)),
        words(format!("metadata show {}", desk.story.metadata)),
        words("verdicts".to_owned()),
        words("completions bash".to_owned()),
        words("--help".to_owned()),
    ];
    rows.push(desk.story.explain(&["explain"], message));
    rows.push(and(desk.story.explain(&["capsule", "make"], message), &["--out", "-"]));
    for row in rows {
        let ran = saml_without_reader(&row);
        assert!(ran.stderr.is_empty(), "{row:?}: {}", ran.stderr);
        assert!(ran.code == 0 || ran.code == 1, "{row:?}: {}", ran.code);
    }
}
