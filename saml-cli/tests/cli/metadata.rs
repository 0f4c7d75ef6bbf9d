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

/// A signed federation of these members, whose root has these attributes; and who signed it.
fn federation_of(folder: &Folder, attributes: &str, members: &[String]) -> (String, String) {
    let (key, cert) = keys(folder, "federation");
    let xml = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" {attributes}>{}</md:EntitiesDescriptor>",
        members.concat()
    );
    let signed = saml_with(xml.as_bytes(), ["metadata", "sign", "-", "--key", &key]).ended(0).stdout;
    (folder.file("federation.xml", String::from_utf8(signed).unwrap()), cert)
}

fn member(cert: &str, name: &str, attributes: &str) -> String {
    let xml = idp(cert, "https://idp.example.org/sso").replace("https://idp.example.org/md", name);
    let xml = xml.get(xml.find("<md:EntityDescriptor").unwrap()..).unwrap().to_owned();
    let id = xml.split_once(" ID=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    xml.replace(&format!(" ID=\"{id}\""), &format!(" {attributes}"))
}

/// One member that has expired, or can't be read, is a warning and left out.
#[test]
fn one_bad_member_of_a_federation_spoils_no_other() {
    let folder = Folder::new();
    let (_, cert) = keys(&folder, "idp");
    let members = [
        member(&cert, "urn:old", "validUntil=\"2020-01-01T00:00:00Z\""),
        member(&cert, "urn:good", "validUntil=\"2030-01-01T00:00:00Z\""),
        member(&cert, "urn:odd", "validUntil=\"soon\""),
        member(&cert, "urn:twice", ""),
        member(&cert, "urn:twice", ""),
    ];
    let (file, cert) = federation_of(&folder, "validUntil=\"2031-01-01T00:00:00Z\"", &members);
    let verify = ["metadata", "verify", &file, "--cert", &cert, "--now", "2026-11-20T12:00:00Z"];
    let with = |options: &[&str]| saml(verify.iter().chain(options).copied());
    with(&[])
        .ended(0)
        .says("verified")
        .says("left out")
        .says("urn:old")
        .says("metadata.expired")
        .says("schema.attribute_value");
    with(&["--entity-id", "urn:good"]).ended(0).says("verified").says("https://idp.example.org/sso");
    for (name, code) in [
        ("urn:old", "metadata.expired"),
        ("urn:odd", "schema.attribute_value"),
        ("urn:twice", "metadata.entity_ambiguous"),
    ] {
        with(&["--entity-id", name]).ended(1).says(code);
    }
    let json = with(&["--json"]).ended(0).json();
    let codes: Vec<&str> =
        json["leftOut"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["metadata.expired", "schema.attribute_value", "metadata.entity_ambiguous"]);
    let shown = saml(["metadata", "show", &file, "--now", "2026-11-20T12:00:00Z"]).ended(0);
    shown.says("urn:old  expired").says("IdP      urn:good\n");
}

/// What is taken out of a federation's metadata ends, or is granted not to; a signature alone is told as what it is.
#[test]
fn an_entity_that_never_ends_is_taken_out_by_name_only() {
    let folder = Folder::new();
    let (_, cert) = keys(&folder, "idp");
    let (file, cert) = federation_of(&folder, "", &[member(&cert, "urn:a", "")]);
    let verify = ["metadata", "verify", &file, "--cert", &cert];
    saml(verify).ended(0).says("verified").says("it has no validUntil");
    let take =
        |options: &[&str]| saml(verify.iter().chain(&["--entity-id", "urn:a"]).chain(options).copied());
    let out = folder.path("a.xml");
    take(&["--out", &out]).ended(1).says("metadata.valid_until_missing").says("metadata-without-end");
    assert!(!std::path::Path::new(&out).exists());
    take(&["--allow", "sha1", "--out", &out]).ended(1);
    take(&[]).ended(0).says("it has no validUntil");
    take(&["--allow", "metadata-without-end", "--out", &out]).ended(0);
    assert!(std::path::Path::new(&out).exists());
}

/// The metadata of an identity provider that gives its key in this way.
fn keyed(content: &str) -> String {
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://idp.example.org\">\
         <IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{content}</KeyInfo></KeyDescriptor>\
         <SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://idp.example.org/sso\"/>\
         </IDPSSODescriptor></EntityDescriptor>"
    )
}

/// A key without a certificate is shown, and a message that it signed is accepted; what is none is told as what it is.
#[test]
fn keys_that_stand_by_themselves_are_read() {
    let story = Story::new(Signed::Response);
    let certificate = std::fs::read_to_string(&story.cert).unwrap();
    let key = saml_core::crypto::PublicKey::from_pem(&certificate).unwrap();
    let spki: String = key.to_pem().lines().filter(|line| !line.starts_with('-')).collect();
    let der = format!(
        "<d:DEREncodedKeyValue xmlns:d=\"http://www.w3.org/2009/xmldsig11#\">{spki}</d:DEREncodedKeyValue>"
    );
    let shown = saml_with(keyed(&der).as_bytes(), ["metadata", "show", "-"]).ended(0);
    shown.says("without a certificate, SHA-256");
    let file = story
        .folder
        .file("keyed.xml", keyed(&der).replace("https://idp.example.org\"", &format!("{}\"", story.idp())));
    story.explain_with_metadata(&file).ended(0).says("ACCEPTED");
    for (content, told) in [
        ("<KeyValue><DSAKeyValue/></KeyValue>", "ds:KeyValue"),
        (
            "<KeyValue><RSAKeyValue><Modulus>AAAA</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>",
            "ds:RSAKeyValue",
        ),
        ("<X509Data><X509Certificate>AAAA</X509Certificate></X509Data>", "ds:X509Certificate"),
    ] {
        let xml = keyed(content);
        saml_with(xml.as_bytes(), ["metadata", "show", "-"]).ended(0).says("unusable").says(told);
        let file = story.folder.file("bad.xml", &xml);
        let ran = story.explain_with_metadata(&file).ended(2);
        assert!(
            ran.stderr.contains(told)
                && ran.stderr.contains("bad.xml")
                && ran.stderr.contains("https://idp.example.org"),
            "{}",
            ran.stderr
        );
    }
}

/// A role that is none of SAML 2.0 is told apart, and counts for nothing.
#[test]
fn roles_of_another_protocol_are_told_apart() {
    let folder = Folder::new();
    let (_, cert) = keys(&folder, "idp");
    let (_, old) = keys(&folder, "old");
    let role = |cert: &str, protocols: &str| {
        let xml = idp(cert, "https://idp.example.org/sso");
        let begin = xml.find("<md:IDPSSODescriptor").unwrap();
        let end = xml.find("</md:IDPSSODescriptor>").unwrap() + "</md:IDPSSODescriptor>".len();
        let role = xml.get(begin..end).unwrap().replace("urn:oasis:names:tc:SAML:2.0:protocol", protocols);
        (xml.get(..begin).unwrap().to_owned(), role, xml.get(end..).unwrap().to_owned())
    };
    let (head, old, _) = role(&old, "urn:oasis:names:tc:SAML:1.1:protocol");
    let (_, new, tail) = role(&cert, "urn:oasis:names:tc:SAML:2.0:protocol");
    let shown = saml_with(format!("{head}{old}{new}{tail}").as_bytes(), ["metadata", "show", "-"]).ended(0);
    shown.says("identity provider, not of SAML 2.0: counts for nothing").says("\nidentity provider\n");
    let shown = saml_with(format!("{head}{new}{new}{tail}").as_bytes(), ["metadata", "show", "-"]).ended(0);
    shown.says("metadata.role_ambiguous");
    let one = folder.file("one.xml", format!("{head}{new}{tail}"));
    let two = folder.file("two.xml", format!("{head}{old}{tail}"));
    saml(["metadata", "diff", &one, &two]).ended(1).says("not of SAML 2.0");
}

/// What ends soon, and what has ended.
#[test]
fn an_end_is_shown_before_it_comes() {
    let folder = Folder::new();
    let (_, cert) = keys(&folder, "idp");
    let xml = idp(&cert, "https://idp.example.org/sso")
        .replace("<md:EntityDescriptor ", "<md:EntityDescriptor validUntil=\"2026-11-20T12:00:00Z\" ");
    let show = |now| saml_with(xml.as_bytes(), ["metadata", "show", "-", "--now", now]).ended(0);
    assert!(!show("2026-11-10T12:00:00Z").text().contains("warnings"));
    show("2026-11-20T11:00:00Z").says("metadata.expires_soon");
    show("2026-11-20T12:00:00Z").says("metadata.expired");
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
