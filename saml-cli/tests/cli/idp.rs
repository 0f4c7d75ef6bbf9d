//! `saml idp`, `saml hash-password`, `saml completions` and `saml man`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::command::{Folder, Ran, saml, saml_with};

/// A child that ends with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _code = self.0.wait();
    }
}

pub fn config(folder: &Folder) -> String {
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

/// A running server, and what it said when it began.
pub fn serve(file: &str) -> (Running, serde_json::Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_saml"))
        .args(["idp", "--config", file, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let running = Running(child);
    let mut said = String::new();
    while !said.ends_with("\n}") {
        said.push('\n');
        said.push_str(&lines.next().unwrap().unwrap());
    }
    (running, serde_json::from_str(&said).unwrap())
}

#[test]
fn serves_what_one_file_says() {
    let folder = Folder::new();
    let file = folder.file("idp.toml", config(&folder));
    let (running, said) = serve(&file);
    assert_eq!(said["serviceProviders"], serde_json::json!(["https://wiki.example.org"]));
    assert!(std::path::Path::new(&folder.path("idp.secret")).exists(), "made by whoever serves");
    let mut stream = TcpStream::connect(said["listening"].as_str().unwrap()).unwrap();
    stream.write_all(b"GET /saml/metadata HTTP/1.0\r\nHost: x\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.0 200") || reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.contains("entityID=\"http://localhost:8711/saml/metadata\""), "{reply}");
    let mut stream = TcpStream::connect(said["listening"].as_str().unwrap()).unwrap();
    stream.write_all(b"GET /favicon.ico HTTP/1.0\r\nHost: x\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.contains(" 308 ") && reply.contains("location: /saml/assets/mark.svg\r\n"), "{reply}");
    drop(running);
}

fn check(file: &str) -> Ran {
    saml(["idp", "--config", file, "--check"])
}

#[test]
fn checks_its_settings_without_serving() {
    let folder = Folder::new();
    let good = config(&folder);
    let file = folder.file("idp.toml", &good);
    let metadata = check(&file).ended(0);
    assert!(metadata.stderr.contains("idp.secret is not there yet"), "{}", metadata.stderr);
    assert!(!std::path::Path::new(&folder.path("idp.secret")).exists(), "a check writes nothing");
    saml_with(&metadata.stdout, ["metadata", "show", "-"]).ended(0).says("http://localhost:8711/saml/sso");
    secret(&folder, &[1, 2].repeat(16));
    assert!(check(&file).ended(0).stderr.is_empty());
    for (from, to, complaint) in [
        ("key = \"idp.key\"", "key = \"none.key\"", "none.key can't be read"),
        ("certificate = \"idp.crt\"", "certificate = \"idp.key\"", "the certificate in"),
        (
            "development = true",
            "",
            "line 1: public_url: cookies are for HTTPS only, and this is http: `development",
        ),
        ("http://localhost:8711", "localhost", "line 1: public_url: not an address such as https://"),
        ("http://localhost:8711", "http://idp.example.org", "line 6: development: refused"),
        ("display_name", "displayname", "line 7: unknown field"),
        ("$argon2id$", "$plain$", "is not an argon2id hash"),
        (
            "attributes.mail = [\"ada@example.org\"]",
            "colour = 1",
            "bad.toml, line 10: unknown field `colour`",
        ),
        ("password =", "passwort =", "bad.toml, line 9: "),
        ("listen", "store = \"sqlite:x\"\nlisten", "store: not memory:, file:PATH, redis://HOST"),
        ("listen", "connections_per_client = 0\nlisten", "line 2: invalid value"),
        (
            "release = [\"mail\"]",
            "allow = [\"sha1\",\n\"all\"]",
            "bad.toml, line 14: allow: not a relaxation",
        ),
        (
            "release = [\"mail\"]",
            "encrypt_assertions = \"perhaps\"",
            "bad.toml, line 13: unknown variant `perhaps`",
        ),
        ("release = [\"mail\"]", "signatures = \"none\"", "bad.toml, line 13: unknown variant `none`"),
        ("release = [\"mail\"]", "bindings = \"soap\"", "bad.toml, line 13: unknown variant `soap`"),
        ("release = [\"mail\"]", "request_max_age_minutes = 0", "bad.toml, line 13: request_max_age_minutes"),
        (
            "release = [\"mail\"]",
            "shared_key_name = \"we two\"",
            "line 13: shared_key_name: there is no shared_key",
        ),
        (
            "release = [\"mail\"]",
            "shared_key_name = \" \"",
            "line 13: shared_key_name: not the name of a key",
        ),
        ("\"persistent\"", "\"persistant\"", "bad.toml, line 14: name_id_format: no such NameID format"),
        ("\"persistent\"", "\"kerberos\"", "bad.toml, line 14: name_id_format: no such NameID format"),
        (
            "listen",
            "name_id_formats = [\"transient\", \"mail\"]\nlisten",
            "bad.toml, line 2: name_id_formats: no such",
        ),
        (
            "listen",
            "session_minutes = 0\nlisten",
            "bad.toml, line 2: session_minutes: nobody would stay signed in",
        ),
        (
            "listen",
            "language = \"fr\"\nlisten",
            "bad.toml, line 2: language: there are no texts in that language",
        ),
        (
            "listen",
            "texts = { de = { login_lead = \"weiter\" } }\nlisten",
            "bad.toml, line 2: texts: the text login_lead lacks {service}",
        ),
        (
            "listen",
            "texts = { de = { login_led = \"weiter\" } }\nlisten",
            "bad.toml, line 2: texts: there is no text of the name login_led",
        ),
        (
            "listen",
            "texts = { fr = { more = \"Plus\" } }\nlisten",
            "bad.toml, line 2: texts: a language lacks the text sign_out",
        ),
        ("127.0.0.1:0", "0.0.0.0:0", "bad.toml, line 2: listen: `development = true` is refused"),
        ("127.0.0.1:0", "[::]:0", "bad.toml, line 2: listen: `development = true` is refused"),
        ("127.0.0.1:0", "192.0.2.1:80", "bad.toml, line 2: listen: `development = true` is refused"),
        ("127.0.0.1:0", "idp.example.org:80", "bad.toml, line 2: listen: `development = true` is refused"),
    ] {
        assert!(good.contains(from), "{from}");
        let file = folder.file("bad.toml", good.replacen(from, to, 1));
        check(&file).complains(complaint);
        // Who serves is told the same.
        saml(["idp", "--config", &file]).complains(complaint);
    }
    for listen in ["127.0.0.9:0", "[::1]:0", "localhost:0"] {
        check(&folder.file("local.toml", good.replacen("127.0.0.1:0", listen, 1))).ended(0);
    }
    let german = "language = \"de\"\ntexts = { de = { login_lead = \"auf nach {service}\" } }\nlisten";
    check(&folder.file("german.toml", good.replacen("listen", german, 1))).ended(0);
    folder.file("shared", "00".repeat(32));
    for name in ["", "shared_key_name = \"we two\"\n"] {
        let sharing = folder.file("sharing.toml", format!("{good}shared_key = \"shared\"\n{name}"));
        check(&sharing).ended(0);
    }
    saml(["idp", "--config", "/nowhere/idp.toml"]).complains("can't be read");
}

/// Writes the secret of persistent names, for its owner alone.
fn secret(folder: &Folder, octets: &[u8]) {
    let _path = folder.secret("idp.secret", octets);
}

fn mode(path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_with_a_secret_that_others_can_read_is_told() {
    let folder = Folder::new();
    let file = folder.file("idp.toml", config(&folder));
    secret(&folder, &[7; 32]);
    let ran = check(&file).ended(0);
    assert!(ran.stderr.contains("idp.secret is one octet over and over"), "{}", ran.stderr);
    secret(&folder, &[1, 2].repeat(16));
    folder.file("shared", "00".repeat(32));
    let settings = folder.read("idp.toml");
    let sharing = folder.file("sharing.toml", format!("{settings}shared_key = \"shared\"\n"));
    mode(&folder.path("shared"), 0o600);
    for (name, file) in [("idp.key", &file), ("idp.secret", &file), ("shared", &sharing)] {
        for (bits, is_told) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o666, true)] {
            mode(&folder.path(name), bits);
            let ran = check(file).ended(0);
            let told =
                ran.stderr.contains(&format!("{name} holds a secret, and others can read or change it"));
            assert_eq!(told, is_told, "{name} {bits:o}: {}", ran.stderr);
        }
        mode(&folder.path(name), 0o600);
    }
}

/// Metadata of a service provider with this name and these children of its role.
fn sp(name: &str, attributes: &str, children: &str) -> String {
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"\n entityID=\"https://{name}.example.org\">\n\
         <SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\" {attributes}>\n\
         {children}\n</SPSSODescriptor></EntityDescriptor>"
    )
}

fn acs(location: &str) -> String {
    format!(
        "<AssertionConsumerService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"{location}\"/>"
    )
}

/// What the first login would find is told by the check, each with file, line, entity, element and code; and whoever is
/// fine is served.
#[test]
fn a_service_provider_that_can_t_be_served_is_left_out_by_name_and_stops_no_other() {
    let folder = Folder::new();
    let mut settings = config(&folder);
    secret(&folder, &[1, 2].repeat(16));
    let good = acs("https://sp.example.org/acs");
    let bad = [
        (
            "paos",
            "",
            good.replace("HTTP-POST", "PAOS"),
            3,
            "AssertionConsumerService: ",
            "acs.none_in_metadata",
        ),
        ("http", "", acs("http://sp.example.org/acs"), 4, "AssertionConsumerService 1: ", "acs.plain_http"),
        ("scheme", "", acs("myapp://callback"), 4, "AssertionConsumerService 1: ", "acs.scheme"),
        ("relative", "", acs("/acs"), 4, "AssertionConsumerService 1: ", "acs.scheme"),
        (
            "blank",
            "",
            acs("https://sp.example.org/a cs"),
            4,
            "AssertionConsumerService 1: ",
            "binding.destination",
        ),
        (
            "escape",
            "",
            acs("https://sp.example.org/\u{fc}"),
            4,
            "AssertionConsumerService 1: ",
            "binding.destination",
        ),
        (
            "user",
            "",
            acs("https://ada@sp.example.org/"),
            4,
            "AssertionConsumerService 1: ",
            "binding.destination",
        ),
        (
            "signs",
            "AuthnRequestsSigned=\"true\"",
            good.clone(),
            3,
            "KeyDescriptor: ",
            "metadata.no_signature_key",
        ),
        ("noacs", "", String::new(), 3, "SPSSODescriptor: ", "schema.missing_element"),
        (
            "order",
            "",
            format!("{good}\n<NameIDFormat>x</NameIDFormat>"),
            5,
            "SPSSODescriptor: ",
            "schema.unexpected_element",
        ),
        (
            "cert",
            "",
            format!(
                "<KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data>\
                 <X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo></KeyDescriptor>{good}"
            ),
            4,
            "ds:X509Certificate in KeyDescriptor 1: ",
            "certificate.malformed",
        ),
    ];
    for (name, attributes, children, ..) in &bad {
        folder.file(&format!("{name}.xml"), sp(name, attributes, children));
        settings.push_str(&format!("[[service_provider]]\nmetadata = \"{name}.xml\"\n"));
    }
    folder.file("rubbish.xml", "rubbish");
    settings.push_str(
        "[[service_provider]]\nmetadata = \"rubbish.xml\"\n[[service_provider]]\nmetadata = \"none.xml\"\n",
    );
    let ended = sp("ended", "validUntil=\"2020-01-01T00:00:00Z\"", &good);
    folder.file("ended.xml", ended);
    settings.push_str("[[service_provider]]\nmetadata = \"ended.xml\"\n");
    folder.file("twice.xml", sp("twice", "", &good));
    settings.push_str("[[service_provider]]\nmetadata = \"twice.xml\"\n".repeat(2).as_str());
    let file = folder.file("many.toml", &settings);
    let ran = check(&file).ended(1);
    let told: Vec<&str> = ran.stderr.lines().collect();
    for (name, _, _, line, element, code) in &bad {
        let begin = format!("saml: left out: {}, line {line}: ", folder.path(&format!("{name}.xml")));
        let lines: Vec<&&str> = told.iter().filter(|told| told.starts_with(&begin)).collect();
        let [told] = lines.as_slice() else { panic!("{name}: {begin}\n{}", ran.stderr) };
        assert!(told.contains(&format!("({code}")), "{told}");
        assert!(told.contains(element), "{told}");
        assert!(told.contains(&format!("https://{name}.example.org: ")), "{told}");
    }
    for text in [
        "rubbish.xml holds no SAML message",
        "none.xml can't be read",
        "saml: nobody can sign in: ",
        "ended.xml: https://ended.example.org: the metadata has expired: it was valid until 2020-01-01T00:00:00Z",
        "twice.xml: https://twice.example.org: another peer has the same entity ID",
    ] {
        assert!(ran.stderr.contains(text), "{text}\n{}", ran.stderr);
    }
    assert_eq!(told.len(), bad.len() + 5, "{}", ran.stderr);
    let (_running, said) = serve(&file);
    assert_eq!(
        said["serviceProviders"],
        serde_json::json!(["https://wiki.example.org", "https://ended.example.org"])
    );
    assert_eq!(said["leftOut"].as_array().unwrap().len(), bad.len() + 4);
}

/// What has to be signed by our settings can't be, by a service provider that has no key.
#[test]
fn requests_that_have_to_be_signed_need_a_key() {
    let folder = Folder::new();
    let settings = config(&folder);
    secret(&folder, &[1, 2].repeat(16));
    let file = folder.file("strict.toml", format!("require_signed_requests = true\n{settings}"));
    let ran = check(&file).ended(1);
    assert!(
        ran.stderr.contains("saml: nobody can sign in: https://wiki.example.org: KeyDescriptor: ")
            && ran.stderr.contains("metadata.no_signature_key"),
        "{}",
        ran.stderr
    );
    let initiated = format!("require_signed_requests = true\n{settings}idp_initiated = true\n");
    check(&folder.file("initiated.toml", initiated)).ended(0);
}

/// Both ways out for a peer that lists AES-CBC alone, and for a key that is too short, are settings of that peer.
#[test]
fn what_is_encrypted_and_signed_is_said_for_each_service_provider() {
    let folder = Folder::new();
    let settings = config(&folder);
    secret(&folder, &[1, 2].repeat(16));
    saml(["keygen", "sp", "--type", "rsa-2048", "--out", &folder.path("")]).ended(0);
    let certificate: String = folder.read("sp.crt").lines().filter(|line| !line.starts_with('-')).collect();
    let key = format!(
        "<KeyDescriptor use=\"encryption\"><KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data>\
         <X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo>\
         <EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/></KeyDescriptor>{}",
        acs("https://cbc.example.org/acs")
    );
    folder.file("cbc.xml", sp("cbc", "", &key));
    let with = |more: &str| {
        let text = format!("{settings}[[service_provider]]\nmetadata = \"cbc.xml\"\n{more}\n");
        check(&folder.file("cbc.toml", text))
    };
    let refused = with("").ended(1);
    for text in [
        "left out",
        "cbc.xml, line 4: https://cbc.example.org: KeyDescriptor 1: ",
        "encryption.algorithm_refused",
        "`encrypt_assertions = \"never\"`",
        "`aes-cbc`",
    ] {
        assert!(refused.stderr.contains(text), "{text}\n{}", refused.stderr);
    }
    with("encrypt_assertions = \"always\"").ended(1);
    with("encrypt_name_ids = true\nencrypt_assertions = \"never\"").ended(1);
    for more in [
        "encrypt_assertions = \"never\"",
        "allow = [\"aes-cbc\"]",
        "allow = [\"aes-cbc\"]\nencrypt_assertions = \"always\"\nencrypt_name_ids = true\nsignatures = \"response\"",
    ] {
        assert!(with(more).ended(0).stderr.is_empty(), "{more}");
    }
    with("encrypt_assertions = \"never\"\nbindings = \"post\"").ended(0);
    let for_one = |name: &str| saml(["idp", "--config", &folder.path("cbc.toml"), "--metadata-for", name]);
    let metadata = for_one("https://cbc.example.org").ended(0).text();
    assert!(
        metadata.contains("bindings:HTTP-POST") && !metadata.contains("bindings:HTTP-Redirect"),
        "{metadata}"
    );
    let metadata = for_one("https://wiki.example.org").ended(0).text();
    assert!(metadata.contains("bindings:HTTP-Redirect"), "{metadata}");
    for_one("https://nobody.example.org").complains("--metadata-for");
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
