//! §10: the POST binding, as the assertion consumer service sees it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::io::Write as _;

use crate::forge::corpus::{Corpus, Draft};
use crate::forge::good::Signed;
use crate::forge::specimen::evil;
use crate::forge::{ForgeError, Specimen, Tree, Wire};

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let genuine = s.tree().to_octets()?;
    let forged = evil(&s.tree())?.to_octets()?;
    parameters(&genuine, &forged, corpus);
    relay_states(&genuine, corpus);
    encodings(&genuine, corpus)?;
    requests(&genuine, corpus);
    if s.signed == Signed::Response {
        too_large(corpus);
    }
    Ok(())
}

/// A value as a form submission writes it.
fn escape(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn value(octets: &[u8]) -> String {
    escape(&STANDARD.encode(octets))
}

fn refused(draft: Draft<'_>, code: &'static str, body: String) {
    draft.refused_on(code, form(body));
}

fn form(body: String) -> Wire {
    Wire::ResponseForm { content_type: Some(FORM.to_owned()), body: body.into_bytes() }
}

/// Attacks 155 to 157 and 167.
fn parameters(genuine: &[u8], forged: &[u8], corpus: &mut Corpus) {
    let (genuine, forged) = (value(genuine), value(forged));
    let twice = "binding.parameter_duplicated";
    let disguised = "binding.parameter_encoded_name";
    let two = "binding.two_messages";
    for (attack, title, code, body) in [
        (155, "the forged Response second", twice, format!("SAMLResponse={genuine}&SAMLResponse={forged}")),
        (155, "the forged Response first", twice, format!("SAMLResponse={forged}&SAMLResponse={genuine}")),
        (155, "the genuine Response twice", twice, format!("SAMLResponse={genuine}&SAMLResponse={genuine}")),
        (155, "an empty Response beside it", twice, format!("SAMLResponse={genuine}&SAMLResponse=")),
        (155, "two RelayStates", twice, format!("SAMLResponse={genuine}&RelayState=a&RelayState=b")),
        (156, "a SAMLRequest beside it", two, format!("SAMLResponse={genuine}&SAMLRequest={forged}")),
        (156, "a SAMLRequest before it", two, format!("SAMLRequest={forged}&SAMLResponse={genuine}")),
        (156, "an empty SAMLRequest beside it", two, format!("SAMLResponse={genuine}&SAMLRequest=")),
        (
            157,
            "the forged Response under an escaped name",
            disguised,
            format!("%53AMLResponse={forged}&SAMLResponse={genuine}"),
        ),
        (157, "the genuine Response under an escaped name", disguised, format!("SAMLRespons%65={genuine}")),
        (157, "an escaped RelayState", disguised, format!("SAMLResponse={genuine}&Relay%53tate=a")),
        (
            167,
            "parameters of SimpleSign",
            "binding.parameter_unexpected",
            format!("SAMLResponse={genuine}&SigAlg=a&Signature=QUJD"),
        ),
        (
            167,
            "an encoding of the query",
            "binding.parameter_unexpected",
            format!("SAMLResponse={genuine}&SAMLEncoding=a"),
        ),
        (155, "no message", "binding.parameter_missing", "RelayState=a".to_owned()),
        (155, "a message without a value", "binding.parameter_missing", "SAMLResponse".to_owned()),
        (155, "a name in lower case", "binding.parameter_missing", format!("samlresponse={genuine}")),
    ] {
        refused(corpus.attack(attack, format!("form: {title}")), code, body);
    }
    for (title, body) in [
        ("foreign parameters around it", format!("a=b&SAMLResponse={genuine}&RelayState=%2Fhome&c")),
        ("a RelayState before it", format!("RelayState=a+b&SAMLResponse={genuine}")),
    ] {
        corpus.attack(155, format!("form: {title}")).decoy_on(form(body));
    }
}

/// Attack 168: RelayState, which is given back.
fn relay_states(genuine: &[u8], corpus: &mut Corpus) {
    let genuine = value(genuine);
    for (attack, title, code, body) in [
        (
            168,
            "a RelayState with a line end",
            "binding.relay_state",
            format!("SAMLResponse={genuine}&RelayState=a%0D%0ASet-Cookie:x"),
        ),
        (
            168,
            "a RelayState of two kilobytes",
            "binding.relay_state",
            format!("SAMLResponse={genuine}&RelayState={}", "a".repeat(2048)),
        ),
        (
            168,
            "a RelayState with a broken escape",
            "binding.percent_encoding",
            format!("SAMLResponse={genuine}&RelayState=%zz"),
        ),
        (
            168,
            "a RelayState that is not UTF-8",
            "binding.character_encoding",
            format!("SAMLResponse={genuine}&RelayState=%ff"),
        ),
    ] {
        refused(corpus.attack(attack, format!("form: {title}")), code, body);
    }
}

/// Attacks 162 to 164.
fn encodings(genuine: &[u8], corpus: &mut Corpus) -> Result<(), ForgeError> {
    let text = STANDARD.encode(genuine);
    let mut deflater = DeflateEncoder::new(Vec::new(), Compression::default());
    let deflated = deflater.write_all(genuine).and_then(|()| deflater.finish());
    let deflated = deflated.map_err(|_io| ForgeError::Unusable { what: "the compressor" })?;
    let url_safe = text.replace('+', "-").replace('/', "_");
    let broken = "binding.base64";
    // One more space changes the length, so that there is padding to leave out.
    let padded =
        (0..3).map(|n| [genuine, " ".repeat(n).as_bytes()].concat()).find(|octets| octets.len() % 3 == 1);
    let padded = padded.unwrap_or_default();
    let unpadded = STANDARD_NO_PAD.encode(&padded);
    let stray =
        STANDARD.encode(&padded).replace("==", "").strip_suffix(|_| true).map(|front| format!("{front}/=="));
    for (attack, title, code, value) in [
        (162, "a compressed Response", "binding.deflated_post", STANDARD.encode(deflated)),
        (162, "a Response as it is", broken, String::from_utf8_lossy(genuine).into_owned()),
        (163, "garbage before", broken, format!("!{text}")),
        (163, "garbage inside", broken, text.replacen('a', "a*", 1)),
        (163, "something after the padding", broken, format!("{}A", STANDARD.encode(&padded))),
        (163, "without padding", broken, unpadded.clone()),
        (163, "with too much padding", broken, format!("{unpadded}===")),
        (163, "with stray bits", broken, stray.unwrap_or_default()),
        (163, "with NUL", broken, format!("{text}\0")),
        (163, "twice encoded", "xml.not_well_formed", STANDARD.encode(&text)),
        (163, "white space only", "binding.parameter_missing", "  ".to_owned()),
    ] {
        refused(
            corpus.attack(attack, format!("form: {title}")),
            code,
            format!("SAMLResponse={}", escape(&value)),
        );
    }
    if url_safe != text {
        let body = format!("SAMLResponse={}", escape(&url_safe));
        refused(corpus.attack(163, "form: in the URL alphabet"), broken, body);
    }
    let mut lines = String::new();
    for (index, c) in text.chars().enumerate() {
        if index > 0 && index % 76 == 0 {
            lines.push_str("\r\n");
        }
        lines.push(c);
    }
    corpus.attack(163, "form: in lines").decoy_on(form(format!("SAMLResponse={}", escape(&lines))));
    Ok(())
}

/// Attack 168.
fn requests(genuine: &[u8], corpus: &mut Corpus) {
    let body = format!("SAMLResponse={}", value(genuine));
    for (title, content_type) in [
        ("without a type", None),
        ("as plain text", Some("text/plain")),
        ("as multipart", Some("multipart/form-data; boundary=x")),
        ("as JSON", Some("application/json")),
        ("as a form of another name", Some("application/x-www-form-urlencoded-evil")),
    ] {
        let content_type = content_type.map(str::to_owned);
        let wire = Wire::ResponseForm { content_type, body: body.clone().into_bytes() };
        corpus.attack(168, format!("form: sent {title}")).refused_on("binding.content_type", wire);
    }
    let wire = Wire::ResponseForm {
        content_type: Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8".to_owned()),
        body: body.clone().into_bytes(),
    };
    corpus.attack(168, "form: sent with a charset").decoy_on(wire);
    let octets = [body.as_bytes(), b"&x=\xFF"].concat();
    let wire = Wire::ResponseForm { content_type: Some(FORM.to_owned()), body: octets };
    corpus.attack(168, "form: octets that are no text").refused_on("binding.character_encoding", wire);
}

/// Attack 146; the same for each specimen, so made once.
fn too_large(corpus: &mut Corpus) {
    let body = format!("SAMLResponse={}", "A".repeat(5 << 20));
    refused(corpus.attack(146, "form: five megabytes"), "binding.too_large", body);
    let body = format!("SAMLResponse={}", "QUFB".repeat(700 << 10));
    refused(corpus.attack(146, "form: a message beyond the limit"), "binding.too_large", body);
}
