//! The signed metadata of a federation, as large as one wants it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::Limits;
use saml_core::c14n::{CanonicalStream, CanonicalizationMethod, OctetSink, PrefixList};
use saml_core::crypto::{Digest, DigestAlgorithm, Signer as _};

use crate::{Failure, Identity};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ROOT: &str = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
    xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" \
    xmlns:idpdisc=\"urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol\" \
    xmlns:mdattr=\"urn:oasis:names:tc:SAML:metadata:attribute\" xmlns:mdrpi=\"urn:oasis:names:tc:SAML:metadata:rpi\" \
    xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
    xmlns:shibmd=\"urn:mace:shibboleth:metadata:1.0\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    ID=\"_aggregate\" Name=\"urn:example:federation\" validUntil=\"2099-12-31T23:59:59Z\" cacheDuration=\"PT6H\">\n";
const END: &str = "</md:EntitiesDescriptor>";

/// The name of an entity.
#[must_use]
pub fn entity_id(number: u32) -> String {
    format!("https://entity-{number}.example.org/saml/metadata")
}

/// Writes an aggregate of so many entities, of about 9.8 kB each: two in five are identity providers.
///
/// # Errors
/// The file can't be written.
pub fn write_aggregate(path: &Path, entities: u32, identity: &Identity) -> Result<(), Failure> {
    let sink = DigestSink(Digest::new(DigestAlgorithm::Sha256));
    let method = CanonicalizationMethod::EXCLUSIVE;
    let mut form = CanonicalStream::new(method, PrefixList::EMPTY, &Limits::AGGREGATE, sink);
    form.feed(ROOT.as_bytes())?;
    for number in 0..entities {
        form.feed(entity(number)?.as_bytes())?;
    }
    form.feed(END.as_bytes())?;
    let DigestSink(digest) = form.finish()?;
    let signature = signature(identity, digest.finish()?.as_octets())?;
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(ROOT.as_bytes())?;
    file.write_all(signature.as_bytes())?;
    for number in 0..entities {
        file.write_all(entity(number)?.as_bytes())?;
    }
    file.write_all(END.as_bytes())?;
    Ok(file.flush()?)
}

struct DigestSink(Digest);

impl OctetSink for DigestSink {
    fn write(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }
}

/// An enveloped signature whose `SignedInfo` is written in its canonical form.
fn signature(identity: &Identity, digest: &[u8]) -> Result<String, Failure> {
    let signer = identity.signer()?;
    let signed_info = format!(
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:CanonicalizationMethod \
         Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\">\
         </ds:SignatureMethod><ds:Reference URI=\"#_aggregate\"><ds:Transforms><ds:Transform \
         Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform \
         Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm=\"{}\">\
         </ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
        signer.algorithm().uri(),
        DigestAlgorithm::Sha256.uri(),
        STANDARD.encode(digest),
    );
    let value = STANDARD.encode(signer.sign(signed_info.as_bytes())?);
    Ok(format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{signed_info}<ds:SignatureValue>{value}\
         </ds:SignatureValue></ds:Signature>"
    ))
}

const LANGUAGES: [(&str, &str); 6] = [
    ("en", "University of"),
    ("de", "Universität"),
    ("fr", "Université de"),
    ("ja", "大学"),
    ("ar", "جامعة"),
    ("cs", "Univerzita"),
];
const BINDINGS: [&str; 4] = ["HTTP-Redirect", "HTTP-POST", "SOAP", "HTTP-Artifact"];

/// The description of one entity: who registered it, what it is called in some languages, its keys and endpoints.
fn entity(number: u32) -> Result<String, std::fmt::Error> {
    let seeded = &mut Seeded(u64::from(number) + 1);
    let (host, is_idp) = (format!("entity-{number}.example.org"), number % 5 < 2);
    let mut xml = String::new();
    let instant = format!("20{:02}-03-{:02}T10:{:02}:00Z", 10 + number % 15, number % 28 + 1, number % 60);
    write!(
        xml,
        "<md:EntityDescriptor entityID=\"{}\">\n  <md:Extensions>\n    <mdrpi:RegistrationInfo \
         registrationAuthority=\"https://federation-{}.example.org\" registrationInstant=\"{instant}\">\n      \
         <mdrpi:RegistrationPolicy xml:lang=\"en\">https://federation-{}.example.org/policy</mdrpi:RegistrationPolicy>\
         \n    </mdrpi:RegistrationInfo>\n    <mdattr:EntityAttributes>",
        entity_id(number),
        number % 70,
        number % 70
    )?;
    for name in ["http://macedir.org/entity-category", "http://macedir.org/entity-category-support"] {
        write!(
            xml,
            "\n      <saml:Attribute Name=\"{name}\" \
             NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:uri\">"
        )?;
        for value in ["research-and-scholarship", "code-of-conduct/v2", "personalized"] {
            write!(
                xml,
                "\n        <saml:AttributeValue>https://refeds.org/category/{value}</saml:AttributeValue>"
            )?;
        }
        xml.push_str("\n      </saml:Attribute>");
    }
    let role = if is_idp { "IDPSSODescriptor" } else { "SPSSODescriptor" };
    write!(
        xml,
        "\n    </mdattr:EntityAttributes>\n  </md:Extensions>\n  <md:{role} \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\n    <md:Extensions>"
    )?;
    if is_idp {
        write!(xml, "\n      <shibmd:Scope regexp=\"false\">{host}</shibmd:Scope>")?;
    }
    ui_info(&mut xml, seeded, &host)?;
    xml.push_str("\n    </md:Extensions>");
    for key_use in ["signing", "encryption"] {
        key_descriptor(&mut xml, seeded, key_use)?;
    }
    endpoints(&mut xml, &host, is_idp)?;
    let mail = format!("support@{host}");
    write!(
        xml,
        "\n  </md:{role}>\n  <md:Organization>\n    <md:OrganizationName xml:lang=\"en\">{host}</md:OrganizationName>\n\
         \u{20}   <md:OrganizationDisplayName xml:lang=\"en\">Example &amp; Sons {number}</md:OrganizationDisplayName>\n\
         \u{20}   <md:OrganizationURL xml:lang=\"en\">https://www.{host}/?a=1&amp;b=2</md:OrganizationURL>\n  \
         </md:Organization>\n  <md:ContactPerson contactType=\"technical\">\n    <md:GivenName>Support</md:GivenName>\n\
         \u{20}   <md:EmailAddress>mailto:{mail}</md:EmailAddress>\n  </md:ContactPerson>\n</md:EntityDescriptor>\n"
    )?;
    Ok(xml)
}

fn ui_info(xml: &mut String, seeded: &mut Seeded, host: &str) -> std::fmt::Result {
    xml.push_str("\n      <mdui:UIInfo>");
    let languages = LANGUAGES.iter().take(1 + seeded.below(4));
    for (language, name) in languages {
        for (element, text) in [
            ("DisplayName", format!("{name} {host}")),
            (
                "Description",
                format!("{name} {host} – a place to learn, at {host}, for &quot;everybody&quot;"),
            ),
            ("InformationURL", format!("https://www.{host}/{language}/about?x=1&amp;y=2")),
            ("PrivacyStatementURL", format!("https://www.{host}/{language}/privacy")),
        ] {
            write!(xml, "\n        <mdui:{element} xml:lang=\"{language}\">{text}</mdui:{element}>")?;
        }
    }
    for size in [16, 64, 120] {
        write!(
            xml,
            "\n        <mdui:Logo height=\"{size}\" width=\"{size}\">https://static.{host}/logo-{size}.png</mdui:Logo>"
        )?;
    }
    xml.push_str("\n      </mdui:UIInfo>");
    Ok(())
}

/// A key of the usual size, in lines as certificates are written.
fn key_descriptor(xml: &mut String, seeded: &mut Seeded, key_use: &str) -> std::fmt::Result {
    let certificate: Vec<u8> = (0..1130).map(|_| seeded.octet()).collect();
    let certificate = STANDARD.encode(certificate);
    write!(
        xml,
        "\n    <md:KeyDescriptor use=\"{key_use}\">\n        <ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n"
    )?;
    for line in certificate.as_bytes().chunks(64) {
        xml.push_str(std::str::from_utf8(line).unwrap_or_default());
        xml.push('\n');
    }
    xml.push_str("</ds:X509Certificate></ds:X509Data></ds:KeyInfo>");
    if key_use == "encryption" {
        for method in ["xmlenc11#aes256-gcm", "xmlenc11#aes128-gcm"] {
            write!(xml, "<md:EncryptionMethod Algorithm=\"http://www.w3.org/2009/{method}\"/>")?;
        }
    }
    xml.push_str("</md:KeyDescriptor>");
    Ok(())
}

fn endpoints(xml: &mut String, host: &str, is_idp: bool) -> std::fmt::Result {
    for binding in BINDINGS.iter().take(3) {
        write!(
            xml,
            "\n    <md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" \
             Location=\"https://{host}/saml/{binding}/logout\"/>"
        )?;
    }
    for format in ["transient", "persistent"] {
        write!(
            xml,
            "\n    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:{format}</md:NameIDFormat>"
        )?;
    }
    for (index, binding) in BINDINGS.iter().enumerate() {
        let (element, index) = if is_idp {
            ("SingleSignOnService", String::new())
        } else {
            ("AssertionConsumerService", format!(" index=\"{index}\""))
        };
        write!(
            xml,
            "\n    <md:{element}{index} Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" \
             Location=\"https://{host}/saml/{binding}/endpoint\"/>"
        )?;
    }
    if !is_idp {
        xml.push_str("\n    <md:AttributeConsumingService index=\"0\">\n      ");
        xml.push_str("<md:ServiceName xml:lang=\"en\">Service</md:ServiceName>");
        for number in 1..12 {
            write!(
                xml,
                "\n      <md:RequestedAttribute FriendlyName=\"attribute{number}\" Name=\"urn:oid:1.3.6.1.4.1.5923.1.{number}\" \
                 NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:uri\" isRequired=\"true\"/>"
            )?;
        }
        xml.push_str("\n    </md:AttributeConsumingService>");
    }
    Ok(())
}

/// Numbers that look random, and are the same each time: the generator of Knuth's MMIX.
struct Seeded(u64);

impl Seeded {
    fn octet(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [.., octet] = self.0.to_be_bytes().map(|octet| octet ^ 0x5A);
        let [high, ..] = self.0.to_be_bytes();
        octet ^ high
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.octet()) % bound
    }
}
