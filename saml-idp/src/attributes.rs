//! The attributes that a service gets of a person. [IIP-IDP01, IDP02], [saml2int SDP-IDP18–20]

use saml_core::assertion::{Attribute, AttributeNameFormat};

use crate::authenticator::{Principal, PrincipalAttribute};
use crate::sp_peer::{AttributeRelease, SpPeer};

/// Names of the common schemas [RFC 4519, RFC 4524, inetOrgPerson, eduPerson] as URIs, which every peer agrees on.
const URI_NAMES: &[(&str, &str)] = &[
    ("uid", "urn:oid:0.9.2342.19200300.100.1.1"),
    ("mail", "urn:oid:0.9.2342.19200300.100.1.3"),
    ("cn", "urn:oid:2.5.4.3"),
    ("sn", "urn:oid:2.5.4.4"),
    ("givenName", "urn:oid:2.5.4.42"),
    ("title", "urn:oid:2.5.4.12"),
    ("ou", "urn:oid:2.5.4.11"),
    ("o", "urn:oid:2.5.4.10"),
    ("telephoneNumber", "urn:oid:2.5.4.20"),
    ("displayName", "urn:oid:2.16.840.1.113730.3.1.241"),
    ("employeeNumber", "urn:oid:2.16.840.1.113730.3.1.3"),
    ("preferredLanguage", "urn:oid:2.16.840.1.113730.3.1.39"),
    ("eduPersonPrincipalName", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"),
    ("eduPersonAffiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"),
    ("eduPersonScopedAffiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.9"),
    ("eduPersonEntitlement", "urn:oid:1.3.6.1.4.1.5923.1.1.1.7"),
    ("isMemberOf", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1"),
];

/// The attributes that this service's policy lets out; one `AttributeValue` per value.
pub(crate) fn release(sp: &SpPeer, person: &Principal) -> Vec<Attribute> {
    let released = person.attributes.iter().filter(|attribute| match &sp.policy.release {
        AttributeRelease::All => true,
        AttributeRelease::Named(names) => names.contains(&attribute.name),
    });
    released.filter(|attribute| !attribute.values.is_empty()).map(as_saml).collect()
}

fn as_saml(attribute: &PrincipalAttribute) -> Attribute {
    let uri = URI_NAMES.iter().find(|(name, _)| *name == attribute.name).map(|(_, uri)| (*uri).to_owned());
    let looks_like_uri = attribute.name.contains(':');
    let mut saml = Attribute::new(
        uri.clone().unwrap_or_else(|| attribute.name.clone()),
        attribute.values.iter().cloned(),
    );
    saml.name_format = Some(if uri.is_some() || looks_like_uri {
        AttributeNameFormat::Uri
    } else {
        AttributeNameFormat::Basic
    });
    saml.friendly_name = uri.map(|_| attribute.name.clone());
    saml
}
