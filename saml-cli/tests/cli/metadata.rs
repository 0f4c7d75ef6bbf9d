//! `saml metadata`.

use saml_testkit::forge::Signed;

use crate::command::{Folder, saml, saml_with};
use crate::story::Story;

fn keys(folder: &Folder, name: &str) -> (String, String) {
    saml(["keygen", name, "--type", "p-256", "--out", &folder.path("")]).ended(0);
    (folder.path(&format!("{name}.key")), folder.path(&format!("{name}.crt")))
}

fn idp(cert: &str, sso_url: &str) -> String {
    let make = ["metadata", "make", "idp", "--entity-id", "https://idp.example.org/md", "--cert", cert];
    saml(make.into_iter().chain(["--sso-url", sso_url, "--name-id-format", "persistent"])).ended(0).text()
}

#[test]
fn makes_signs_verifies_and_shows() {
    let folder = Folder::new();
    let (key, cert) = keys(&folder, "idp");
    let (_, other) = keys(&folder, "other");
    let made = idp(&cert, "https://idp.example.org/sso");
    let signed =
        saml_with(made.as_bytes(), ["metadata", "sign", "-", "--key", &key, "--cert", &cert]).ended(0).text();
    saml_with(signed.as_bytes(), ["metadata", "verify", "-", "--cert", &cert]).ended(0).says("verified");
    saml_with(signed.as_bytes(), ["metadata", "verify", "-", "--cert", &other])
        .ended(1)
        .says("signature.invalid");
    saml_with(made.as_bytes(), ["metadata", "verify", "-", "--cert", &cert])
        .ended(1)
        .says("signature.missing");
    let shown = saml_with(signed.as_bytes(), ["metadata", "show", "-"]).ended(0).text();
    for text in
        ["https://idp.example.org/md", "HTTP-Redirect https://idp.example.org/sso", "EC P-256, CN=idp"]
    {
        assert!(shown.contains(text), "{shown}");
    }
    // Without an ID, there would be nothing that a signature could name.
    let id = made.split_once(" ID=\"").unwrap().1.split_once('"').unwrap().0;
    let anonymous = made.replace(&format!(" ID=\"{id}\""), "");
    let signed = saml_with(anonymous.as_bytes(), ["metadata", "sign", "-", "--key", &key]).ended(0).text();
    saml_with(signed.as_bytes(), ["metadata", "verify", "-", "--cert", &cert]).ended(0);
}

#[test]
fn expired_metadata_is_refused_though_its_signature_holds() {
    let folder = Folder::new();
    let (key, cert) = keys(&folder, "idp");
    let dated = idp(&cert, "https://idp.example.org/sso")
        .replace("<md:EntityDescriptor ", "<md:EntityDescriptor validUntil=\"2026-11-20T12:00:00Z\" ");
    let signed = saml_with(dated.as_bytes(), ["metadata", "sign", "-", "--key", &key]).ended(0).stdout;
    let verify = |now| saml_with(&signed, ["metadata", "verify", "-", "--cert", &cert, "--now", now]);
    verify("2026-11-20T11:59:59Z").ended(0);
    verify("2026-11-20T12:00:00Z").ended(1).says("metadata.expired");
}

/// A signed federation of two identity providers, and who signed it.
fn federation(folder: &Folder) -> (String, String) {
    let (key, cert) = keys(folder, "federation");
    let one = idp(&cert, "https://one.example.org/sso").replace("https://idp.example.org/md", "urn:one");
    let two = idp(&cert, "https://two.example.org/sso").replace("https://idp.example.org/md", "urn:two");
    let entity = |xml: &str| xml.get(xml.find("<md:EntityDescriptor").unwrap()..).unwrap().to_owned();
    let xml = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         validUntil=\"2030-01-01T00:00:00Z\">{}{}</md:EntitiesDescriptor>",
        entity(&one),
        entity(&two)
    );
    let signed = saml_with(xml.as_bytes(), ["metadata", "sign", "-", "--key", &key]).ended(0).stdout;
    (folder.file("federation.xml", String::from_utf8(signed).unwrap()), cert)
}

#[test]
fn an_entity_is_taken_out_of_a_federation_that_is_verified() {
    let folder = Folder::new();
    let (file, cert) = federation(&folder);
    let verify = ["metadata", "verify", &file, "--cert", &cert, "--now", "2026-11-20T12:00:00Z"];
    saml(verify).ended(0).says("verified").says("entities");
    let out = folder.path("two.xml");
    let with = |options: &[&str]| saml(verify.iter().chain(options).copied());
    with(&["--entity-id", "urn:two", "--out", &out]).ended(0).says("https://two.example.org/sso");
    let shown = saml(["metadata", "show", &out]).ended(0).text();
    assert!(
        shown.contains("2030-01-01T00:00:00Z") && shown.contains("https://two.example.org/sso"),
        "{shown}"
    );
    let json = with(&["--entity-id", "urn:one", "--json"]).ended(0).json();
    assert_eq!((&json["entities"], &json["entityId"]), (&2.into(), &"urn:one".into()));
    with(&["--entity-id", "urn:three"]).ended(1).says("metadata.entity_unknown");
    saml(["metadata", "verify", &file, "--cert", &cert, "--now", "2030-01-01T00:00:00Z"])
        .ended(1)
        .says("metadata.expired");
}

#[test]
fn a_federation_that_was_changed_yields_nothing() {
    let folder = Folder::new();
    let (file, cert) = federation(&folder);
    let xml = std::fs::read_to_string(&file).unwrap();
    let out = folder.path("out.xml");
    let (cut, _) = xml.split_at(xml.len() - 30);
    for (xml, code) in [
        (
            xml.replace("https://two.example.org/sso", "https://two.example.com/sso"),
            "signature.digest_mismatch",
        ),
        (cut.to_owned(), "xml.not_well_formed"),
    ] {
        let verify = ["metadata", "verify", "-", "--cert", &cert, "--entity-id", "urn:one", "--out", &out];
        saml_with(xml.as_bytes(), verify).ended(1).says(code);
        assert!(!std::path::Path::new(&out).exists());
    }
}

/// What `verify` reads, `sign` signs: a federation may be larger than what is held of a message.
#[test]
fn a_federation_of_any_size_is_signed() {
    let folder = Folder::new();
    let (key, cert) = keys(&folder, "federation");
    let one = idp(&cert, "https://one.example.org/sso");
    let entity = one.get(one.find("<md:EntityDescriptor").unwrap()..).unwrap();
    let large = "x".repeat(26 * 1024 * 1024);
    let file = folder.file(
        "large.xml",
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
             validUntil=\"2030-01-01T00:00:00Z\"><md:Extensions><x xmlns=\"urn:x\">{large}</x></md:Extensions>\
             {entity}</md:EntitiesDescriptor>"
        ),
    );
    let signed = folder.path("signed.xml");
    saml(["metadata", "sign", &file, "--key", &key, "--out", &signed]).ended(0);
    let verify = ["metadata", "verify", &signed, "--cert", &cert, "--now", "2026-11-20T12:00:00Z"];
    saml(verify).ended(0).says("verified");
    let left: Vec<_> =
        std::fs::read_dir(folder.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("unfinished")), "{left:?}");
    // The old file stays where the new one can't be made.
    let before = std::fs::metadata(&signed).unwrap().len();
    saml(["metadata", "sign", &signed, "--key", &key, "--out", &signed]).complains("signed already");
    assert_eq!(std::fs::metadata(&signed).unwrap().len(), before);
}

#[test]
fn tells_what_changed() {
    let folder = Folder::new();
    let (_, cert) = keys(&folder, "idp");
    let (_, second) = keys(&folder, "second");
    let old = folder.file("old.xml", idp(&cert, "https://idp.example.org/sso"));
    let same = folder.file("same.xml", idp(&cert, "https://idp.example.org/sso"));
    let new = folder.file("new.xml", idp(&second, "https://idp.example.org/sso/2"));
    saml(["metadata", "diff", &old, &same]).ended(0).says("no difference");
    let ran = saml(["metadata", "diff", &old, &new]).ended(1);
    ran.says("- sign on         HTTP-POST https://idp.example.org/sso\n")
        .says("+ sign on         HTTP-POST https://idp.example.org/sso/2\n")
        .says("+ signing key     EC P-256, CN=second");
    let json = saml(["metadata", "diff", &old, &new, "--json"]).ended(1).json();
    assert_eq!((json["removed"].as_array().unwrap().len(), json["added"].as_array().unwrap().len()), (3, 3));
}

#[test]
fn a_service_provider_has_its_endpoints_in_order() {
    let story = Story::new(Signed::Response);
    let make = [
        "metadata",
        "make",
        "sp",
        "--entity-id",
        "https://sp.example.org/md",
        "--acs-url",
        "https://sp.example.org/1",
    ];
    let made = saml(make.into_iter().chain(["--acs-url", "https://sp.example.org/2", "--cert", &story.cert]))
        .ended(0)
        .text();
    let ran = saml_with(made.as_bytes(), ["metadata", "show", "-"]).ended(0);
    ran.says("https://sp.example.org/1 (index 0, default)")
        .says("https://sp.example.org/2 (index 1)")
        .says("wants assertions  signed");
    saml(["metadata", "make", "sp", "--entity-id", "x", "--acs-url", "javascript:alert(1)"])
        .complains("--acs-url");
    saml(["metadata", "make", "idp", "--entity-id", "x", "--sso-url", "https://x"]).complains("--cert");
}

#[test]
fn lists_the_entities_of_a_federation() {
    let folder = Folder::new();
    let (_, cert) = keys(&folder, "idp");
    let one = idp(&cert, "https://idp.example.org/sso");
    let two = one.replace("idp.example.org/md", "two.example.org/md").replace(" ID=\"_", " ID=\"_2");
    let group = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{one}{two}</md:EntitiesDescriptor>"
    );
    saml_with(group.as_bytes(), ["metadata", "show", "-"])
        .ended(0)
        .says("IdP      https://two.example.org/md")
        .says("2 entities");
    let arguments = ["metadata", "show", "-", "--entity-id", "https://two.example.org/md"];
    saml_with(group.as_bytes(), arguments).ended(0).says("entity ID         https://two.example.org/md");
}
