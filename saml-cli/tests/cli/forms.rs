//! Every form in which people have messages, from files and from standard input.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_testkit::forge::{Signed, good};

use crate::command::{saml, saml_with};
use crate::story::{NOW, Story};

fn percent(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

#[test]
fn each_form_holds_the_same_message() {
    let story = Story::new(Signed::Both);
    let base64 = STANDARD.encode(&story.xml);
    let folded: String =
        base64.as_bytes().chunks(76).flat_map(|line| [line, b"\r\n"].concat()).map(char::from).collect();
    let message = OutgoingMessage {
        destination: "https://sp.example.com/acs?tenant=1",
        parameter: MessageParameter::SamlResponse,
        xml: &story.xml,
        relay_state: None,
    };
    let url = redirect::encode(&message, None).unwrap();
    let query = url.split_once('?').unwrap().1.to_owned();
    let deflated = query
        .split_once("SAMLResponse=")
        .unwrap()
        .1
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let forms = [
        String::from_utf8(story.xml.clone()).unwrap(),
        base64.clone(),
        folded,
        percent(&base64),
        format!("SAMLResponse={}&RelayState=x", percent(&base64)),
        deflated,
        url,
        query,
    ];
    for form in forms {
        let file = story.folder.file("form", &form);
        for (file, stdin) in [(file.as_str(), ""), ("-", form.as_str())] {
            saml_with(stdin.as_bytes(), ["verify", file, "--cert", &story.cert]).ended(0).says("verified");
            let octets = saml_with(stdin.as_bytes(), ["c14n", file, "--algorithm", "inc"]).ended(0).stdout;
            assert_eq!(octets, saml(["c14n", &story.response, "--algorithm", "inc"]).stdout, "{form}");
            saml_with(stdin.as_bytes(), story.explain(&["explain"], file)).ended(0).says("ACCEPTED");
            saml_with(stdin.as_bytes(), ["inspect", file, "--now", NOW]).ended(0).says("alice@example.com");
        }
    }
}

#[test]
fn what_a_strict_receiver_would_not_take_is_explained_as_such() {
    let story = Story::new(Signed::Response);
    let form = format!("SAMLResponse={0}&SAMLResponse={0}", percent(&STANDARD.encode(&story.xml)));
    let ran = saml_with(form.as_bytes(), story.explain(&["explain"], "-")).ended(1);
    ran.says("REJECTED  binding.parameter_duplicated").says("├─ Signature");
    saml_with(form.as_bytes(), ["inspect", "-"]).ended(0).says("a strict receiver would not take it");
}

#[test]
fn a_signature_over_a_query_is_verified_as_it_came() {
    let story = Story::new(Signed::Response);
    let key = saml(["keygen", "sp", "--type", "rsa-2048", "--out", &story.folder.path("")]).ended(0);
    drop(key);
    let key = saml_core::crypto::PrivateKey::from_pem(&story.folder.read("sp.key")).unwrap();
    let algorithm = saml_core::crypto::SignatureAlgorithm::RsaSha256;
    let signer = saml_core::crypto::LocalSigner::new(key, algorithm).unwrap();
    let xml = good::authn_request(&story.scene).to_xml().unwrap().into_octets();
    let message = OutgoingMessage {
        destination: &story.scene.sso_url,
        parameter: MessageParameter::SamlRequest,
        xml: &xml,
        relay_state: None,
    };
    let url = redirect::encode(&message, Some(&signer)).unwrap();
    let cert = story.folder.path("sp.crt");
    saml_with(url.as_bytes(), ["verify", "-", "--cert", &cert])
        .ended(0)
        .says("the query around AuthnRequest");
    let json = saml_with(url.as_bytes(), ["verify", "-", "--cert", &story.cert, "--json"]).ended(1).json();
    assert_eq!(json["code"], "signature.key_algorithm_mismatch");
    let altered = url.replace("SAMLRequest=", "RelayState=x&SAMLRequest=");
    saml_with(altered.as_bytes(), ["verify", "-", "--cert", &cert]).ended(1).says("signature.invalid");
    saml_with(url.as_bytes(), ["inspect", "-"])
        .ended(0)
        .says("beside the message, over the octets of the query");
}
