//! §10 and its neighbours: a signed AuthnRequest, by Redirect and by POST, as the identity provider sees it.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use saml_core::base::RelayState;
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_core::crypto::{KeyKind, Signer};
use saml_core::xml::{XmlElement, names};

use super::{base64, extensions, tree_of};
use crate::forge::corpus::Corpus;
use crate::forge::sign::Recipe;
use crate::forge::{Context, Family, ForgeError, ForgedMessage, Keys, Scene, Splice, Tree, Wire, good};

/// Every attack on an AuthnRequest in a query or a form, made from keys alone. The sender's pinned key is
/// `keys.genuine`, and its metadata promises signed requests.
///
/// # Errors
/// Signing failed.
pub fn attacks_on_requests(scene: &Scene, keys: Keys<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let context = Context::of(scene, keys.genuine.public_key())?;
    let xml = good::authn_request(scene).to_xml()?.into_octets();
    let query = Query::signed(scene, &xml, keys.genuine)?;
    let mut corpus = Corpus::new("redirected-request", context.clone(), Wire::RequestQuery(query.whole()))?;
    corpus.family(Family::Binding);
    parameters(&query, &mut corpus);
    stripped(&query, &mut corpus);
    signatures(&query, scene, &xml, keys, &mut corpus)?;
    overreach(scene, &xml, keys, &mut corpus)?;
    strange_endpoints(&query, &mut corpus);
    encodings(&query, &xml, &mut corpus)?;
    embedded(scene, keys, &mut corpus)?;
    let mut messages = corpus.into_messages();

    let bare = tree_of(xml)?;
    let mut signed = bare.clone();
    Recipe::plain(keys.genuine).sign(&mut signed, names::samlp::AUTHN_REQUEST)?;
    let mut corpus = Corpus::new("posted-request", context, Wire::Request(signed.to_octets()?))?;
    corpus.family(Family::Wrapping);
    wrapping(&signed, &mut corpus)?;
    extensions::of_request(&bare, scene.now, keys, &mut corpus)?;
    messages.extend(corpus.into_messages());
    Ok(messages)
}

/// A signed query in its pieces.
struct Query {
    message: String,
    relay_state: String,
    algorithm: String,
    signature: String,
}

impl Query {
    fn signed(scene: &Scene, xml: &[u8], signer: &dyn Signer) -> Result<Self, ForgeError> {
        let relay_state = RelayState::received("a/b c").ok().flatten();
        let message = OutgoingMessage {
            destination: &scene.sso_url,
            parameter: MessageParameter::SamlRequest,
            xml,
            relay_state: relay_state.as_ref(),
        };
        let url = redirect::encode(&message, Some(signer))?;
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mut pieces = query.split('&').map(str::to_owned);
        let mut piece = || pieces.next().ok_or_else(|| ForgeError::absent("piece of the query"));
        Ok(Self { message: piece()?, relay_state: piece()?, algorithm: piece()?, signature: piece()? })
    }

    fn whole(&self) -> String {
        [&*self.message, &self.relay_state, &self.algorithm, &self.signature].join("&")
    }

    /// The value of the message.
    fn value(&self) -> &str {
        self.message.split_once('=').map_or("", |(_, value)| value)
    }
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn deflated(octets: &[u8]) -> Result<Vec<u8>, ForgeError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let finished = encoder.write_all(octets).and_then(|()| encoder.finish());
    finished.map_err(|_io| ForgeError::Unusable { what: "the compressor" })
}

/// Attacks 155 to 157, 159 and 160.
fn parameters(query: &Query, corpus: &mut Corpus) {
    let Query { message, algorithm, signature, .. } = query;
    let (whole, value) = (query.whole(), query.value());
    for (attack, title, code, hostile) in [
        (155, "the message twice", "binding.parameter_duplicated", format!("{message}&{whole}")),
        (
            155,
            "another message after it",
            "binding.parameter_duplicated",
            format!("{whole}&SAMLRequest=QUJD"),
        ),
        (155, "the algorithm twice", "binding.parameter_duplicated", format!("{whole}&{algorithm}")),
        (155, "the signature twice", "binding.parameter_duplicated", format!("{whole}&{signature}")),
        (155, "the RelayState twice", "binding.parameter_duplicated", format!("{whole}&RelayState=x")),
        (156, "a response beside it", "binding.two_messages", format!("{whole}&SAMLResponse={value}")),
        (156, "an empty response beside it", "binding.two_messages", format!("{whole}&SAMLResponse")),
        (
            157,
            "another message under an escaped name",
            "binding.parameter_encoded_name",
            format!("%53AMLRequest=QUJD&{whole}"),
        ),
        (
            157,
            "another algorithm under an escaped name",
            "binding.parameter_encoded_name",
            format!("{whole}&Sig%41lg=none"),
        ),
        (
            157,
            "another signature under an escaped name",
            "binding.parameter_encoded_name",
            format!("{whole}&Signatur%65=QUJD"),
        ),
    ] {
        corpus.attack(attack, format!("query: {title}")).refused_on(code, Wire::RequestQuery(hostile));
    }
}

/// Attacks 159, 160 and 162: a part of the signature or of the signed octets is missing.
fn stripped(query: &Query, corpus: &mut Corpus) {
    let Query { message, relay_state, algorithm, signature } = query;
    let (whole, value) = (query.whole(), query.value());
    let incomplete = "binding.signature_incomplete";
    for (attack, title, code, hostile) in [
        (160, "the signature stripped", "request.signature_missing", format!("{message}&{relay_state}")),
        (160, "the signature value stripped", incomplete, format!("{message}&{relay_state}&{algorithm}")),
        (160, "the algorithm stripped", incomplete, format!("{message}&{relay_state}&{signature}")),
        (160, "an empty signature", incomplete, format!("{message}&{relay_state}&{algorithm}&Signature=")),
        (160, "an empty algorithm", incomplete, format!("{message}&{relay_state}&SigAlg=&{signature}")),
        (159, "the RelayState removed", "signature.invalid", format!("{message}&{algorithm}&{signature}")),
        (
            159,
            "the RelayState emptied",
            "signature.invalid",
            format!("{message}&RelayState=&{algorithm}&{signature}"),
        ),
        (
            159,
            "the RelayState changed",
            "signature.invalid",
            format!("{message}&RelayState=x&{algorithm}&{signature}"),
        ),
        (
            159,
            "the RelayState joined to the message",
            "binding.base64",
            format!("{message}%26{relay_state}&{algorithm}&{signature}"),
        ),
        (
            162,
            "as a response",
            "signature.invalid",
            format!("SAMLResponse={value}&{relay_state}&{algorithm}&{signature}"),
        ),
        (155, "nothing", "binding.parameter_missing", String::new()),
    ] {
        corpus.attack(attack, format!("query: {title}")).refused_on(code, Wire::RequestQuery(hostile));
    }
    for (title, harmless) in [
        ("shuffled", [&**signature, algorithm, relay_state, message].join("&")),
        ("among foreign parameters", format!("idpid=1&{whole}&utm=%zz")),
    ] {
        corpus.attack(159, format!("query: {title}")).decoy_on(Wire::RequestQuery(harmless));
    }
}

/// Attacks 12, 122 and 158: other algorithms, other keys, other octets.
fn signatures(
    query: &Query,
    scene: &Scene,
    xml: &[u8],
    keys: Keys<'_>,
    corpus: &mut Corpus,
) -> Result<(), ForgeError> {
    let Query { message, relay_state, signature, .. } = query;
    let whole = query.whole();
    let is_rsa = matches!(keys.genuine.public_key().kind(), KeyKind::Rsa { .. });
    let refused = "signature.algorithm_refused";
    for (uri, code) in [
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", refused),
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", refused),
        (
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            if is_rsa { refused } else { "signature.key_algorithm_mismatch" },
        ),
        ("none", refused),
        (keys.other_family.algorithm().uri(), "signature.key_algorithm_mismatch"),
    ] {
        let hostile = format!("{message}&{relay_state}&SigAlg={}&{signature}", escape(uri));
        corpus.attack(122, format!("query: algorithm {uri}")).refused_on(code, Wire::RequestQuery(hostile));
    }
    let lower = whole.replace("%2F", "%2f").replace("%3A", "%3a");
    let wire = Wire::RequestQuery(lower);
    corpus.attack(158, "query: escapes in lower case").refused_on("signature.invalid", wire);
    let wire = Wire::RequestQuery(whole.swap("%20", "+")?);
    corpus.attack(158, "query: a space written as plus").refused_on("signature.invalid", wire);
    let wire = Wire::RequestQuery(whole.swap("RelayState=a", "RelayState=%61")?);
    corpus.attack(158, "query: a letter escaped").refused_on("signature.invalid", wire);

    let stranger = Query::signed(scene, xml, keys.attacker)?;
    let wire = Wire::RequestQuery(stranger.whole());
    corpus.attack(12, "query: signed by another partner").refused_on("signature.invalid", wire);
    let mixed = [&*stranger.message, &stranger.relay_state, &stranger.algorithm, signature].join("&");
    let wire = Wire::RequestQuery(format!("{mixed}A"));
    corpus.attack(163, "query: something after the signature").refused_on("binding.base64", wire);

    let mut forged = good::authn_request(scene);
    forged.force_authn = true;
    let forged = Query::signed(scene, &forged.to_xml()?.into_octets(), keys.attacker)?;
    let mixed = [&*forged.message, relay_state, &query.algorithm, signature].join("&");
    corpus
        .attack(4, "query: another message under the genuine signature")
        .refused_on("signature.invalid", Wire::RequestQuery(mixed));
    Ok(())
}

/// A change of a request.
type Edit = fn(&mut XmlElement, &Scene);

/// Attacks 204 and 227: the sender's metadata names an endpoint to which no browser must be sent.
fn strange_endpoints(query: &Query, corpus: &mut Corpus) {
    for (code, url) in [
        ("acs.scheme", "javascript:alert(document.domain)"),
        ("acs.scheme", "JavaScript:alert(1)"),
        ("acs.scheme", "javascript://sp.example.com/%0Aalert(1)"),
        ("acs.scheme", " javascript:alert(1)"),
        ("acs.scheme", "data:text/html,<script>alert(1)</script>"),
        ("acs.scheme", "vbscript:x"),
        ("acs.scheme", "file:///etc/passwd"),
        ("acs.scheme", "ftp://sp.example.com/acs"),
        ("acs.scheme", "//sp.example.com/acs"),
        ("acs.scheme", "/acs"),
        ("acs.scheme", "https:sp.example.com/acs"),
        ("acs.scheme", "HTTPS://sp.example.com/acs"),
        ("acs.scheme", ""),
        ("acs.plain_http", "http://sp.example.com/acs"),
        ("acs.plain_http", "http://localhost.example.com/acs"),
        ("acs.plain_http", "http://localhost@evil.example/acs"),
        ("acs.plain_http", "http://evil.example\\@localhost/acs"),
        ("acs.plain_http", "http://127.0.0.1.example.com/acs"),
    ] {
        corpus
            .attack(227, format!("an endpoint in metadata that is {url:?}"))
            .when(|context| url.clone_into(&mut context.acs_url))
            .refused_on(code, Wire::RequestQuery(query.whole()));
    }
}

/// Attacks 170, 203 and 206: the sender says something that it may not.
fn overreach(scene: &Scene, xml: &[u8], keys: Keys<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let edits: [(u16, &str, &'static str, Edit); 3] = [
        (170, "another destination", "request.destination_mismatch", edit_destination),
        (206, "another issuer", "request.issuer_mismatch", edit_issuer),
        (203, "an answer to an endpoint that nobody described", "acs.url_not_in_metadata", edit_acs_url),
    ];
    for (attack, title, code, edit) in edits {
        let mut tree = tree_of(xml.to_vec())?;
        edit(&mut tree, scene);
        let query = Query::signed(scene, &tree.to_octets()?, keys.genuine)?;
        corpus
            .attack(attack, format!("query: {title}, genuinely signed"))
            .refused_on(code, Wire::RequestQuery(query.whole()));
    }
    Ok(())
}

fn edit_destination(request: &mut XmlElement, scene: &Scene) {
    request.set("Destination", &scene.acs_url);
}

fn edit_issuer(request: &mut XmlElement, scene: &Scene) {
    if let Ok(issuer) = request.part_mut(names::saml::ISSUER) {
        issuer.say(scene.idp.as_str());
    }
}

fn edit_acs_url(request: &mut XmlElement, _: &Scene) {
    request.set("AssertionConsumerServiceURL", "https://evil.example/acs");
}

/// Attacks 145, 146, 162 to 164.
fn encodings(query: &Query, xml: &[u8], corpus: &mut Corpus) -> Result<(), ForgeError> {
    let failed = |_io| ForgeError::Unusable { what: "the compressor" };
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    let zlib = zlib.write_all(xml).and_then(|()| zlib.finish()).map_err(failed)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let gzip = gzip.write_all(xml).and_then(|()| gzip.finish()).map_err(failed)?;
    let good = deflated(xml)?;
    let cut = good.get(..good.len() / 2).unwrap_or_default().to_vec();
    let broken = "binding.deflate";
    for (attack, title, code, octets) in [
        (145, "a bomb of ten megabytes", "binding.too_large", deflated(&vec![b' '; 10 << 20])?),
        (
            145,
            "a bomb around the message",
            "binding.too_large",
            deflated(&[xml, &vec![b' '; 1 << 20]].concat())?,
        ),
        (162, "not compressed", broken, xml.to_vec()),
        (164, "with the header of zlib", broken, zlib),
        (164, "with the header of gzip", broken, gzip),
        (164, "with octets after the stream", broken, [good.as_slice(), b"more"].concat()),
        (164, "two streams", broken, [good.as_slice(), &good].concat()),
        (164, "cut in the middle", broken, cut),
        (164, "noise", broken, vec![0xFF; 64]),
    ] {
        let hostile = format!("SAMLRequest={}", escape(&STANDARD.encode(octets)));
        corpus.attack(attack, format!("query: {title}")).refused_on(code, Wire::RequestQuery(hostile));
    }
    let value = query.value();
    // One character more than whole groups, however many there were to pad.
    let more = if value.matches("%3D").count() == 1 { "AA" } else { "A" };
    let unpadded = format!("SAMLRequest={}{more}", value.trim_end_matches("%3D"));
    for (attack, title, code, hostile) in [
        (163, "without padding", "binding.base64", unpadded),
        (163, "with garbage", "binding.base64", format!("SAMLRequest=!{value}")),
        (163, "with a bare plus", "binding.base64", format!("SAMLRequest=+{value}")),
        (162, "under another encoding", "binding.encoding", format!("{}&SAMLEncoding=urn:x", query.whole())),
        (
            146,
            "of three hundred kilobytes",
            "binding.too_large",
            format!("SAMLRequest={}", "A".repeat(300 << 10)),
        ),
    ] {
        corpus.attack(attack, format!("query: {title}")).refused_on(code, Wire::RequestQuery(hostile));
    }
    Ok(())
}

/// Attacks 15, 160 and 161: a signature inside the message, or another message.
fn embedded(scene: &Scene, keys: Keys<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut signed = tree_of(good::authn_request(scene).to_xml()?.into_octets())?;
    Recipe::plain(keys.genuine).sign(&mut signed, names::samlp::AUTHN_REQUEST)?;
    let xml = signed.to_octets()?;
    let inside = format!("SAMLRequest={}", escape(&base64(&deflated(&xml)?)));
    let code = "signature.embedded_in_redirect";
    corpus.attack(160, "query: signed inside only").refused_on(code, Wire::RequestQuery(inside));
    let twice = Query::signed(scene, &xml, keys.genuine)?.whole();
    corpus.attack(161, "query: signed inside and outside").refused_on(code, Wire::RequestQuery(twice));
    for name in [names::samlp::LOGOUT_REQUEST, names::samlp::RESPONSE, names::samlp::AUTHN_QUERY] {
        let mut other = tree_of(good::authn_request(scene).to_xml()?.into_octets())?;
        other.rename(name);
        let query = Query::signed(scene, &other.to_octets()?, keys.genuine)?.whole();
        corpus
            .attack(162, format!("query: a genuinely signed {}", name.name.local))
            .refused_on("message.unexpected", Wire::RequestQuery(query));
    }
    Ok(())
}

/// Attack 205: wrapping of a posted request.
fn wrapping(signed: &XmlElement, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut bare = signed.clone();
    let signature = bare.cut(names::ds::SIGNATURE)?;
    let mut evil = bare.clone();
    evil.alienate("_evil");
    evil.set("ForceAuthn", "false");
    let with = |edit: &dyn Fn(&mut XmlElement) -> Result<(), ForgeError>| {
        let mut forged = evil.clone();
        edit(&mut forged)?;
        Ok::<_, ForgeError>(Wire::Request(forged.to_octets()?))
    };
    let extensions = |child: &XmlElement| XmlElement::new(names::samlp::EXTENSIONS).holding(child.clone());
    let issuer = names::saml::ISSUER;
    let cases: [(&str, &'static str, Wire); 7] = [
        ("the signature deleted", "request.signature_missing", Wire::Request(bare.to_octets()?)),
        (
            "evil request, the original inside its Signature",
            "signature.malformed",
            with(&|e| e.insert_after(issuer, signature.clone().holding(bare.clone())))?,
        ),
        (
            "evil request, the original in the Object of its Signature",
            "signature.malformed",
            with(&|e| {
                let object = XmlElement::new(names::ds::OBJECT).holding(bare.clone());
                e.insert_after(issuer, signature.clone().holding(object))
            })?,
        ),
        (
            "evil request, the original before its Signature",
            "signature.position",
            with(&|e| {
                e.insert_after(issuer, signature.clone())?;
                e.insert_after(issuer, extensions(&bare))
            })?,
        ),
        (
            "evil request with the signature of the original",
            "signature.reference_not_parent",
            with(&|e| e.insert_after(issuer, signature.clone()))?,
        ),
        (
            "evil request, the signed original in its Extensions",
            "signature.unexpected_place",
            with(&|e| e.insert_after(issuer, extensions(signed)))?,
        ),
        (
            "evil request, the original in the Extensions behind its Signature",
            "signature.reference_not_parent",
            with(&|e| {
                e.insert_after(issuer, extensions(&bare))?;
                e.insert_after(issuer, signature.clone())
            })?,
        ),
    ];
    for (title, code, wire) in cases {
        corpus.attack(205, format!("request: {title}")).refused_on(code, wire);
    }
    Ok(())
}
