//! Refused documents, and the code of each refusal; and tolerated ones.

use crate::assertion::NameIdFormat;
use crate::assertion::tests::refusals::{reads, refuses};
use crate::assertion::tests::round_trip::{parsed, written};
use crate::assertion::tests::source::Source;
use crate::metadata::*;
use crate::xml::names::MD;

const UNEXPECTED: &str = "schema.unexpected_element";
const MISSING: &str = "schema.missing_element";
const VALUE: &str = "schema.attribute_value";
const NO_ATTRIBUTE: &str = "schema.missing_attribute";
const TEXT: &str = "schema.text";

const PROTOCOL: &str = "protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'";
const SSO: &str = "<md:SingleSignOnService Binding='b' Location='l'/>";

fn idp(children: &str) -> String {
    format!("<md:IDPSSODescriptor {PROTOCOL}>{children}</md:IDPSSODescriptor>")
}

#[test]
fn entities() {
    let role = idp(SSO);
    let affiliation = "<md:AffiliationDescriptor affiliationOwnerID='a'/>";
    for (attributes, children, code) in [
        ("", role.as_str(), NO_ATTRIBUTE),
        ("entityID=''", &role, VALUE),
        ("entityID='a b'", &role, VALUE),
        ("entityID='a' ID='1'", &role, VALUE),
        ("entityID='a' validUntil='2026-11-20'", &role, VALUE),
        ("entityID='a' cacheDuration='P1DT'", &role, VALUE),
        ("entityID='a'", "", MISSING),
        ("entityID='a'", "<md:Organization/>", MISSING),
        ("entityID='a'", &format!("{role}<ds:Signature/>"), UNEXPECTED),
        ("entityID='a'", &format!("{role}<md:Extensions><ex:a/></md:Extensions>"), UNEXPECTED),
        ("entityID='a'", &format!("{role}{affiliation}"), UNEXPECTED),
        ("entityID='a'", &format!("{affiliation}{role}"), UNEXPECTED),
        ("entityID='a'", &format!("{affiliation}{affiliation}"), UNEXPECTED),
        ("entityID='a'", &format!("{role}<md:ContactPerson contactType='bogus'/>"), VALUE),
        (
            "entityID='a'",
            &format!("<md:Extensions ex:a='b'><md:Organization/></md:Extensions>{role}"),
            UNEXPECTED,
        ),
        ("entityID='a'", &format!("<md:Extensions><md:EntityDescriptor/></md:Extensions>{role}"), UNEXPECTED),
    ] {
        let xml = format!("<md:EntityDescriptor {attributes}>{children}</md:EntityDescriptor>");
        refuses(&xml, code, EntityDescriptor::read);
    }
    refuses("<md:EntitiesDescriptor/>", MISSING, EntitiesDescriptor::read);
    refuses(
        &format!("<md:EntityDescriptor entityID='a'>{role}</md:EntityDescriptor>"),
        UNEXPECTED,
        EntitiesDescriptor::read,
    );
}

#[test]
fn roles() {
    let key = "<md:KeyDescriptor><ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>";
    for (children, code) in [
        ("", MISSING),
        ("<md:SingleSignOnService Location='l'/>", NO_ATTRIBUTE),
        ("<md:SingleSignOnService Binding='b'/>", NO_ATTRIBUTE),
        (&format!("<md:ArtifactResolutionService Binding='b' Location='l'/>{SSO}"), NO_ATTRIBUTE),
        (&format!("<md:ArtifactResolutionService Binding='b' Location='l' index='-1'/>{SSO}"), VALUE),
        (
            &format!(
                "<md:ArtifactResolutionService Binding='b' Location='l' index='1' isDefault='yes'/>{SSO}"
            ),
            VALUE,
        ),
        (
            &format!(
                "<md:NameIDFormat>f</md:NameIDFormat><md:SingleLogoutService Binding='b' Location='l'/>{SSO}"
            ),
            MISSING,
        ),
        (&format!("{SSO}{key}"), UNEXPECTED),
        (&format!("<md:KeyDescriptor use='signing'/>{SSO}"), MISSING),
        (&format!("<md:KeyDescriptor use='both'><ds:KeyInfo/></md:KeyDescriptor>{SSO}"), VALUE),
        (
            &format!(
                "<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>A<!-- -->B</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>{SSO}"
            ),
            TEXT,
        ),
        (
            &format!(
                "<md:Organization><md:OrganizationName xml:lang='en'>o</md:OrganizationName></md:Organization>{SSO}"
            ),
            MISSING,
        ),
        (
            &format!("<md:Organization><md:OrganizationName>o</md:OrganizationName></md:Organization>{SSO}"),
            NO_ATTRIBUTE,
        ),
    ] {
        refuses(&idp(children), code, IdpSsoDescriptor::read);
    }
    refuses(
        &format!("<md:IDPSSODescriptor>{SSO}</md:IDPSSODescriptor>"),
        NO_ATTRIBUTE,
        IdpSsoDescriptor::read,
    );
    let xml =
        format!("<md:IDPSSODescriptor {PROTOCOL} WantAuthnRequestsSigned='True'>{SSO}</md:IDPSSODescriptor>");
    refuses(&xml, VALUE, IdpSsoDescriptor::read);
    refuses(&format!("<md:SPSSODescriptor {PROTOCOL}/>"), MISSING, SpSsoDescriptor::read);
}

#[test]
fn encryption_methods() {
    let digest = "<ds:DigestMethod Algorithm='d'/>";
    for (content, code) in [
        (format!("{digest}{digest}"), UNEXPECTED),
        ("<ds:DigestMethod/>".to_owned(), NO_ATTRIBUTE),
        ("<xenc:KeySize>many</xenc:KeySize>".to_owned(), TEXT),
    ] {
        let xml = format!("<md:EncryptionMethod Algorithm='a'>{content}</md:EncryptionMethod>");
        refuses(&xml, code, EncryptionMethod::read);
    }
    refuses("<md:EncryptionMethod/>", NO_ATTRIBUTE, EncryptionMethod::read);
}

#[test]
fn lets_extensions_of_federations_be() {
    let xml = format!(
        "<md:EntityDescriptor entityID='a' Name='n' ex:x='y' xml:base='b'>{}</md:EntityDescriptor>",
        idp("<md:SingleSignOnService Binding='b' Location='l' index='1'><ex:any/></md:SingleSignOnService>")
    );
    assert_eq!(reads(&xml, EntityDescriptor::read).idp_sso_descriptors().count(), 1);
}

#[test]
fn keeps_roles_of_other_protocols_and_reads_those_beside_them() {
    let foreign = "<md:RoleDescriptor xsi:type='ex:SecurityTokenServiceType'><ex:a/></md:RoleDescriptor>";
    let xml =
        format!("<md:EntityDescriptor entityID='a'>{foreign}{}{foreign}</md:EntityDescriptor>", idp(SSO));
    let entity = reads(&xml, EntityDescriptor::read);
    assert_eq!((entity.roles().count(), entity.idp_sso_descriptors().count()), (3, 1));
    let octets = written(|writer| entity.write(writer)).into_octets();
    assert_eq!(EntityDescriptor::read(parsed(&octets).root()), Ok(entity));
}

#[test]
fn certificates_are_kept_as_they_were() {
    let xml = "<md:KeyDescriptor use='signing'><ds:KeyInfo><ds:X509Data><ds:X509SubjectName>CN=a</ds:X509SubjectName>\
         <ds:X509Certificate>\n AAAA\n</ds:X509Certificate></ds:X509Data><ds:KeyValue/></ds:KeyInfo></md:KeyDescriptor>";
    let descriptor = reads(xml, KeyDescriptor::read);
    assert_eq!(descriptor.certificates, ["\n AAAA\n"]);
    assert_eq!((descriptor.key_use, descriptor.other.len()), (KeyUse::Signing, 1));
}

/// A malformed key is kept as it was: making a key of it fails, and the metadata around it is read.
#[test]
fn keys_by_themselves_are_read_and_what_is_none_is_kept() {
    let within = |content: &str| {
        let xml = format!(
            "<md:KeyDescriptor xmlns:d11='http://www.w3.org/2009/xmldsig11#'><ds:KeyInfo>{content}</ds:KeyInfo>\
             </md:KeyDescriptor>"
        );
        reads(&xml, KeyDescriptor::read)
    };
    let rsa =
        "<ds:RSAKeyValue><ds:Modulus>\n qg==</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue>";
    let ec = "<d11:ECKeyValue Id='e'><d11:NamedCurve URI='urn:oid:1'/><d11:PublicKey>BA==</d11:PublicKey></d11:ECKeyValue>";
    let read = within(&format!(
        "<ds:KeyValue>{rsa}</ds:KeyValue><ds:KeyValue> {ec} </ds:KeyValue>\
         <d11:DEREncodedKeyValue>MFkw</d11:DEREncodedKeyValue>"
    ));
    assert_eq!(
        read.key_values,
        [
            KeyValue::Rsa { modulus: "\n qg==".to_owned(), exponent: "AQAB".to_owned() },
            KeyValue::Ec { named_curve: "urn:oid:1".to_owned(), public_key: "BA==".to_owned() },
            KeyValue::Der("MFkw".to_owned()),
        ]
    );
    assert!(read.other.is_empty());
    for strange in [
        "<ds:KeyValue/>",
        "<ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue>",
        "<ds:KeyValue><ds:DSAKeyValue><ds:P>AA==</ds:P></ds:DSAKeyValue></ds:KeyValue>",
        "<ds:KeyValue><d11:ECKeyValue><d11:ECParameters/><d11:PublicKey>BA==</d11:PublicKey></d11:ECKeyValue></ds:KeyValue>",
        "<ds:KeyValue><d11:ECKeyValue><d11:NamedCurve/><d11:PublicKey>BA==</d11:PublicKey></d11:ECKeyValue></ds:KeyValue>",
        &format!("<ds:KeyValue>{rsa}{rsa}</ds:KeyValue>"),
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus><ds:x/></ds:Modulus><ds:Exponent/></ds:RSAKeyValue></ds:KeyValue>",
        "<d11:DEREncodedKeyValue><ds:x/></d11:DEREncodedKeyValue>",
    ] {
        let read = within(strange);
        assert_eq!((read.key_values.len(), read.other.len()), (0, 1), "{strange}");
    }
}

/// Metadata are files. A person who corrects one needs the line.
#[test]
fn what_is_wrong_in_metadata_has_a_line() {
    let line = |xml: &str| EntityDescriptor::read(parsed(xml.as_bytes()).root()).unwrap_err().line();
    let (md, key) = ("xmlns='urn:oasis:names:tc:SAML:2.0:metadata'", "<KeyDescriptor use='signing'/>");
    let head = format!("<EntityDescriptor {md}\n entityID='a'>\n");
    let role = |children: &str| {
        format!("{head}<SPSSODescriptor {PROTOCOL}>\n{children}\n</SPSSODescriptor>\n</EntityDescriptor>")
    };
    let service = "<AssertionConsumerService index='0' Binding='b' Location='l'/>\n";
    for (xml, expected) in [
        (role(&format!("{service}<NameIDFormat>x</NameIDFormat>")), 5),
        (role(&format!("{service}{service}<!-- \n -->{key}")), 7),
        (role(&format!("{key}{service}")), 4),
        (role(&format!("{service}<AssertionConsumerService index='x' Binding='b' Location='l'/>")), 5),
        (role(&service.replace("index='0'", "")), 4),
        (role("x"), 3),
        (role(""), 3),
        (format!("{head}<!-- -->\n</EntityDescriptor>"), 1),
    ] {
        assert_eq!(line(&xml), Some(expected), "{xml}");
    }
}

#[test]
fn never_writes_an_empty_element() {
    let mut entity = super::examples::entity_descriptor(&mut Source::full(1));
    let EntityContent::Roles(roles) = &mut entity.content else { panic!("{entity:?}") };
    let mut idp = reads(&idp(SSO), IdpSsoDescriptor::read);
    idp.sso.name_id_formats = vec![NameIdFormat::Other(String::new())];
    idp.attribute_profiles = vec![String::new()];
    idp.sso.role.key_descriptors = vec![KeyDescriptor {
        key_use: KeyUse::Signing,
        certificates: Vec::new(),
        key_values: Vec::new(),
        key_names: Vec::new(),
        other: Vec::new(),
        encryption_methods: Vec::new(),
    }];
    roles.push(Role::IdpSso(Box::new(idp)));
    entity.contact_persons[0].company = Some(String::new());
    let octets = written(|writer| entity.write(writer)).into_octets();
    let document = parsed(&octets);
    let mut open = vec![document.root()];
    while let Some(element) = open.pop() {
        let empty = element.children().next().is_none() && element.attributes().next().is_none();
        assert!(!(empty && element.name().namespace == MD), "{}", element.name());
        open.extend(element.child_elements());
    }
}
