//! §2, continued: what the peer itself says in the Extensions of a message of any kind, genuinely signed.

use saml_core::base::SamlInstant;
use saml_core::xml::{QName, Written, XmlElement, names};

use super::tree_of;
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::Recipe;
use crate::forge::{Context, Family, ForgeError, ForgedMessage, Keys, Scene, Specimen, Tree, Wire, good};

/// What carries a message of some kind.
type Carrier = fn(Vec<u8>) -> Wire;

const WRAPPER: QName<'static> = QName::new("x", "urn:example:foreign", "Wrapper");

/// Every attack on the two messages of logout: what may not stand in their Extensions. Nothing else of them is judged so
/// far but their signature.
///
/// # Errors
/// Signing failed.
pub fn attacks_on_logout(scene: &Scene, keys: Keys<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let mut messages = Vec::new();
    let kinds: [(&str, &str, Written, Carrier); 2] = [
        ("logout-request", "the LogoutRequest's", good::logout_request(scene).to_xml()?, Wire::LogoutRequest),
        (
            "logout-response",
            "the LogoutResponse's",
            good::logout_response(scene).to_xml()?,
            Wire::LogoutResponse,
        ),
    ];
    for (specimen, whose, written, wire) in kinds {
        let bare = tree_of(written.into_octets())?;
        let context = Context::of(scene, keys.genuine.public_key())?;
        let good = wire(signed(bare.clone(), keys)?.to_octets()?);
        let mut corpus = Corpus::new(specimen, context, good)?;
        corpus.family(Family::Wrapping);
        try_each((29, whose), scene.now, &mut corpus, &|extensions| {
            let mut message = bare.clone();
            message.insert_after(names::saml::ISSUER, extensions)?;
            Ok(wire(signed(message, keys)?.to_octets()?))
        })?;
        messages.extend(corpus.into_messages());
    }
    Ok(messages)
}

/// A message under the peer's own signature.
fn signed(mut message: XmlElement, keys: Keys<'_>) -> Result<XmlElement, ForgeError> {
    let root = message.name.clone();
    let name = QName { prefix: "samlp", name: root.as_name() };
    Recipe::plain(keys.genuine).sign(&mut message, name)?;
    Ok(message)
}

/// Attack 29, on Responses.
pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    try_each((29, "the Response's"), s.scene.now, corpus, &|extensions| {
        let mut message = s.tree();
        let is_signed = s.signed != Signed::Assertion;
        if is_signed {
            message.cut(names::ds::SIGNATURE)?;
        }
        message.insert_before(names::samlp::STATUS, extensions)?;
        if is_signed {
            Recipe::plain(s.keys.genuine).sign(&mut message, names::samlp::RESPONSE)?;
        }
        Ok(Wire::Response(message.to_octets()?))
    })
}

/// Attack 205, on AuthnRequests: `bare` has no signature yet.
pub(super) fn of_request(
    bare: &XmlElement,
    now: SamlInstant,
    keys: Keys<'_>,
    corpus: &mut Corpus,
) -> Result<(), ForgeError> {
    try_each((205, "the AuthnRequest's"), now, corpus, &|extensions| {
        let mut message = bare.clone();
        message.insert_after(names::saml::ISSUER, extensions)?;
        Ok(Wire::Request(signed(message, keys)?.to_octets()?))
    })
}

/// All that may not stand in Extensions, and as decoys what may.
fn try_each(
    (attack, whose): (u16, &str),
    now: SamlInstant,
    corpus: &mut Corpus,
    said: &dyn Fn(XmlElement) -> Result<Wire, ForgeError>,
) -> Result<(), ForgeError> {
    let extensions = |child: XmlElement| XmlElement::new(names::samlp::EXTENSIONS).holding(child);
    for (title, code, content) in hostile(now) {
        let wire = said(extensions(content))?;
        corpus.attack(attack, format!("{whose} Extensions hold {title}")).refused_on(code, wire);
    }
    for (title, content) in lawful() {
        let wire = said(extensions(content))?;
        corpus.attack(attack, format!("{whose} Extensions hold {title}")).decoy_on(wire);
    }
    Ok(())
}

fn hostile(now: SamlInstant) -> Vec<(String, &'static str, XmlElement)> {
    let refused = "schema.saml_in_extensions";
    let named = |name: QName<'static>| {
        XmlElement::new(name)
            .with("ID", "_hidden")
            .with("Version", "2.0")
            .with("IssueInstant", &now.to_string())
    };
    let bare = |name: QName<'static>| XmlElement::new(name);
    // Signatures are counted wherever they are, but for those in an Advice.
    let counted = "signature.unexpected_place";
    let anywhere = [
        ("an Assertion", refused, named(names::saml::ASSERTION)),
        ("an EncryptedAssertion", refused, bare(names::saml::ENCRYPTED_ASSERTION)),
        ("a Response", refused, named(names::samlp::RESPONSE)),
        ("a Signature", counted, bare(names::ds::SIGNATURE)),
    ];
    let mut all = Vec::new();
    for (title, code, content) in anywhere {
        let wrapped = XmlElement::new(WRAPPER).holding(content.clone());
        let deep =
            XmlElement::new(WRAPPER).holding(XmlElement::new(names::saml::ADVICE).holding(content.clone()));
        all.push((format!("{title} as their child"), code, content));
        all.push((format!("{title} in a foreign element"), code, wrapped));
        all.push((format!("{title} in an Advice in a foreign element"), refused, deep));
    }
    for child in [
        names::saml::ATTRIBUTE_STATEMENT,
        names::saml::ISSUER,
        names::samlp::NAME_ID_POLICY,
        names::samlp::AUTHN_REQUEST,
        names::samlp::EXTENSIONS,
    ] {
        let title = format!("{} of SAML as their child", child.name.local);
        all.push((title, refused, XmlElement::new(child)));
    }
    all
}

/// What federations write there, SAML's own elements below it included.
fn lawful() -> Vec<(&'static str, XmlElement)> {
    const REQ_ATTR: &str = "urn:oasis:names:tc:SAML:protocol:ext:req-attr";
    const EIDAS: &str = "http://eidas.europa.eu/saml-extensions";
    let eidas = |local: &'static str| XmlElement::new(QName::new("eidas", EIDAS, local));
    let requested =
        XmlElement::new(names::md::REQUESTED_ATTRIBUTE).with("Name", "urn:oid:0.9.2342.19200300.100.1.3");
    let person = eidas("RequestedAttribute")
        .with("Name", "http://eidas.europa.eu/attributes/naturalperson/PersonIdentifier")
        .with("isRequired", "true")
        .holding(eidas("AttributeValue").saying("ES/AT/02635542Y"));
    let attribute = XmlElement::new(names::saml::ATTRIBUTE)
        .with("Name", "mail")
        .holding(XmlElement::new(names::saml::ATTRIBUTE_VALUE).saying(crate::forge::INTRUDER));
    let scoping = XmlElement::new(names::samlp::SCOPING)
        .holding(XmlElement::new(names::samlp::REQUESTER_ID).saying("https://behind.example.com"));
    vec![
        (
            "requested attributes",
            XmlElement::new(QName::new("req-attr", REQ_ATTR, "RequestedAttributes")).holding(requested),
        ),
        ("the sector of eIDAS", eidas("SPType").saying("public")),
        ("the requested attributes of eIDAS", eidas("RequestedAttributes").holding(person)),
        ("an Attribute in a foreign element", XmlElement::new(WRAPPER).holding(attribute)),
        ("a Scoping in a foreign element", XmlElement::new(WRAPPER).holding(scoping)),
        ("the wish for no answer", XmlElement::new(QName::new("aslo", names::ASLO, "Asynchronous"))),
    ]
}
