//! `saml idp`, `saml hash-password`, `saml completions` and `saml man`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::command::{Folder, saml, saml_with};

/// A child that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _code = self.0.wait();
    }
}

fn config(folder: &Folder) -> String {
    saml(["keygen", "idp", "--type", "p-256", "--out", &folder.path("")]).ended(0);
    let hash = saml_with(b"correct horse\n", ["hash-password"]).ended(0).text();
    let make = [
        "metadata",
        "make",
        "sp",
        "--entity-id",
        "https://wiki.example.org",
        "--acs-url",
        "https://wiki.example.org/acs",
    ];
    saml(make.into_iter().chain(["--out", &folder.path("wiki.xml")])).ended(0);
    format!(
        "public_url = \"http://localhost:8711\"\nlisten = \"127.0.0.1:0\"\nkey = \"idp.key\"\ncertificate = \"idp.crt\"\n\
         persistent_id_secret = \"idp.secret\"\ndevelopment = true\ndisplay_name = \"Example Login\"\n\
         [users.ada]\npassword = \"{}\"\nattributes.mail = [\"ada@example.org\"]\n\
         [[service_provider]]\nmetadata = \"wiki.xml\"\nrelease = [\"mail\"]\nname_id_format = \"persistent\"\n",
        hash.trim()
    )
}

#[test]
fn serves_what_one_file_says() {
    let folder = Folder::new();
    let file = folder.file("idp.toml", config(&folder));
    let mut child = Command::new(env!("CARGO_BIN_EXE_saml"))
        .args(["idp", "--config", &file, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let running = Running(child);
    let mut said = String::new();
    while !said.ends_with('}') {
        said.push_str(&lines.next().unwrap().unwrap());
    }
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["serviceProviders"], serde_json::json!(["https://wiki.example.org"]));
    let mut stream = TcpStream::connect(said["listening"].as_str().unwrap()).unwrap();
    stream.write_all(b"GET /saml/metadata HTTP/1.0\r\nHost: x\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.0 200") || reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.contains("entityID=\"http://localhost:8711/saml/metadata\""), "{reply}");
    drop(running);
}

#[test]
fn checks_its_settings_without_serving() {
    let folder = Folder::new();
    let good = config(&folder);
    let file = folder.file("idp.toml", &good);
    let metadata = saml(["idp", "--config", &file, "--check"]).ended(0);
    assert!(metadata.stderr.contains("idp.secret is new"), "{}", metadata.stderr);
    assert!(saml(["idp", "--config", &file, "--check"]).ended(0).stderr.is_empty(), "made once");
    saml_with(&metadata.stdout, ["metadata", "show", "-"]).ended(0).says("http://localhost:8711/saml/sso");
    for (from, to, complaint) in [
        ("key = \"idp.key\"", "key = \"none.key\"", "none.key can't be read"),
        ("certificate = \"idp.crt\"", "certificate = \"idp.key\"", "the certificate in"),
        ("development = true", "", "cookies are for HTTPS only"),
        ("http://localhost:8711", "localhost", "origin"),
        ("wiki.xml", "idp.crt", "holds no SAML message"),
        ("display_name", "displayname", "line 7: unknown field"),
        ("$argon2id$", "$plain$", "bad.toml: the password of user \"ada\" is not an argon2id hash"),
        (
            "m=19456,t=2",
            "m=262144,t=4",
            "bad.toml: the password of user \"ada\" has argon2id parameters m=262144, t=4",
        ),
        ("m=19456,t=2", "m=19456,t=5", "at most m=65536, t=4"),
        ("listen", "store = \"redis://x\"\nlisten", "store: this program knows memory: only"),
        ("release = [\"mail\"]", "allow = [\"all\"]", "not a relaxation"),
        ("release = [\"mail\"]", "shared_key = \"none\"", "none can't be read"),
        ("release = [\"mail\"]", "shared_key = \"idp.crt\"", "hexadecimal digits or in Base64"),
        ("release = [\"mail\"]", "shared_key_name = \"we two\"", "there is no shared_key that it names"),
        ("release = [\"mail\"]", "shared_key_name = \" \"", "shared_key_name: not the name of a key"),
    ] {
        assert!(good.contains(from), "{from}");
        let file = folder.file("bad.toml", good.replacen(from, to, 1));
        saml(["idp", "--config", &file, "--check"]).complains(complaint);
    }
    folder.file("shared", "00".repeat(32));
    for name in ["", "shared_key_name = \"we two\"\n"] {
        let sharing = folder.file("sharing.toml", format!("{good}shared_key = \"shared\"\n{name}"));
        saml(["idp", "--config", &sharing, "--check"]).ended(0);
    }
    saml(["idp", "--config", "/nowhere/idp.toml"]).complains("can't be read");
}

#[test]
fn passwords_come_from_standard_input_only() {
    saml_with(b"secret\n", ["hash-password"]).ended(0).says("$argon2id$");
    saml(["hash-password"]).complains("holds no password");
    saml_with(&[b'x'; 5000], ["hash-password"]).complains("no password is that long");
}

#[test]
fn completes_in_every_shell_and_has_a_page_for_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        saml(["completions", shell]).ended(0).says("explain");
    }
    let folder = Folder::new();
    saml(["man", "--out", &folder.path("man")]).ended(0);
    for page in ["saml.1", "saml-explain.1", "saml-metadata-diff.1", "saml-capsule-make.1", "saml-idp.1"] {
        let text = std::fs::read_to_string(format!("{}/{page}", folder.path("man"))).unwrap();
        assert!(text.contains(".TH saml"), "{page}");
    }
    let blocked = folder.file("file", "");
    saml(["man", "--out", &blocked]).complains("can't be written");
}
