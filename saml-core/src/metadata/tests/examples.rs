//! Made-up values of every metadata type.

use crate::assertion::NameIdFormat;
use crate::assertion::tests::examples::attribute_with_values;
use crate::assertion::tests::source::{Source, attribute, element};
use crate::metadata::*;
use crate::xml::names::{DS, MD};
use crate::xml::{XmlElement, XmlNode};

const NONE: (&str, &str) = ("", "");

fn extensions(source: &mut Source) -> Extensions {
    Extensions(source.non_empty(|source| source.foreign_element().into()))
}

fn localized(source: &mut Source) -> Localized {
    Localized { lang: source.pick(&["en", "de-CH"]).to_owned(), value: source.text() }
}

fn localized_uri(source: &mut Source) -> Localized {
    Localized { lang: source.pick(&["en", "fr"]).to_owned(), value: source.uri() }
}

fn organization(source: &mut Source) -> Organization {
    Organization {
        extensions: source.optional(extensions),
        names: source.non_empty(localized),
        display_names: source.non_empty(localized),
        urls: source.non_empty(localized_uri),
    }
}

fn contact_person(source: &mut Source) -> ContactPerson {
    ContactPerson {
        contact_type: source.pick(&[
            ContactType::Technical,
            ContactType::Support,
            ContactType::Administrative,
            ContactType::Billing,
            ContactType::Other,
        ]),
        extensions: source.optional(extensions),
        company: source.optional(Source::text),
        given_name: source.optional(Source::text),
        sur_name: source.optional(Source::text),
        email_addresses: source.list(|_| "mailto:a@example.com".to_owned()),
        telephone_numbers: source.list(Source::text),
    }
}

fn endpoint(source: &mut Source) -> Endpoint {
    Endpoint {
        binding: source.binding(),
        location: source.uri(),
        response_location: source.optional(Source::uri),
    }
}

fn indexed_endpoint(source: &mut Source) -> IndexedEndpoint {
    IndexedEndpoint {
        endpoint: endpoint(source),
        index: source.number(),
        is_default: source.pick(&[None, Some(true), Some(false)]),
    }
}

fn key_descriptor(source: &mut Source) -> KeyDescriptor {
    let ski = element(("ds", DS), "X509SKI", Vec::new(), vec![XmlNode::Text("AAAA".to_owned())]);
    KeyDescriptor {
        key_use: source.pick(&[KeyUse::Signing, KeyUse::Encryption, KeyUse::Both]),
        certificates: source.list(|source| source.pick(&["MIIB", "\n  MIIB\n  AAAA\n"]).to_owned()),
        key_values: source.list(|source| {
            source.pick(&[
                KeyValue::Rsa { modulus: "\n AAAA".to_owned(), exponent: "AQAB".to_owned() },
                KeyValue::Ec {
                    named_curve: "urn:oid:1.2.840.10045.3.1.7".to_owned(),
                    public_key: "BAAA".to_owned(),
                },
                KeyValue::Der("MFkw\n".to_owned()),
            ])
        }),
        key_names: source.non_empty(Source::text).into_vec(),
        other: source.list(|_| {
            element(("ds", DS), "X509Data", Vec::new(), vec![XmlNode::Element(ski.clone())]).into()
        }),
        encryption_methods: source.list(|source| EncryptionMethod {
            algorithm: "http://www.w3.org/2009/xmlenc11#rsa-oaep".to_owned(),
            key_size: source.optional(|_| 256),
            oaep_params: source.optional(|_| "AAAA".to_owned()),
            digest_method: source.optional(|_| "http://www.w3.org/2001/04/xmlenc#sha256".to_owned()),
            mask_generation_function: source
                .optional(|_| "http://www.w3.org/2009/xmlenc11#mgf1sha256".to_owned()),
        }),
    }
}

fn cache_duration(source: &mut Source) -> CacheDuration {
    CacheDuration::try_from(source.pick(&["PT6H", "P1DT12H30M0.5S", "P1Y"])).unwrap()
}

fn role(source: &mut Source) -> RoleDescriptor {
    RoleDescriptor {
        id: source.optional(Source::id),
        valid_until: source.optional(Source::instant),
        cache_duration: source.optional(cache_duration),
        protocol_support_enumeration: vec![
            "urn:oasis:names:tc:SAML:2.0:protocol".to_owned(),
            "urn:oasis:names:tc:SAML:1.1:protocol".to_owned(),
        ],
        error_url: source.optional(Source::uri),
        extensions: source.optional(extensions),
        key_descriptors: source.list(key_descriptor),
        organization: source.optional(organization),
        contact_persons: source.list(contact_person),
    }
}

fn sso(source: &mut Source) -> SsoDescriptor {
    SsoDescriptor {
        role: role(source),
        artifact_resolution_services: source.list(indexed_endpoint),
        single_logout_services: source.list(endpoint),
        manage_name_id_services: source.list(endpoint),
        name_id_formats: source
            .list(|source| source.pick(&[NameIdFormat::Persistent, NameIdFormat::Transient])),
    }
}

fn idp_sso_descriptor(source: &mut Source) -> IdpSsoDescriptor {
    IdpSsoDescriptor {
        sso: sso(source),
        want_authn_requests_signed: source.flag(),
        single_sign_on_services: source.non_empty(endpoint),
        name_id_mapping_services: source.list(endpoint),
        assertion_id_request_services: source.list(endpoint),
        attribute_profiles: source.list(Source::uri),
        attributes: source.list(attribute_with_values),
    }
}

fn sp_sso_descriptor(source: &mut Source) -> SpSsoDescriptor {
    SpSsoDescriptor {
        sso: sso(source),
        authn_requests_signed: source.flag(),
        want_assertions_signed: source.flag(),
        assertion_consumer_services: source.non_empty(indexed_endpoint),
        attribute_consuming_services: source.list(|source| AttributeConsumingService {
            index: source.number(),
            is_default: source.pick(&[Some(true), None, Some(false)]),
            service_names: source.non_empty(localized),
            service_descriptions: source.list(localized),
            requested_attributes: source.non_empty(|source| RequestedAttribute {
                attribute: attribute_with_values(source),
                is_required: source.flag(),
            }),
        }),
    }
}

fn attribute_authority(source: &mut Source) -> XmlElement {
    let md = ("md", MD);
    let binding = attribute(NONE, "Binding", "urn:oasis:names:tc:SAML:2.0:bindings:SOAP");
    let location = attribute(NONE, "Location", &source.uri());
    let service = element(md, "AttributeService", vec![binding, location], Vec::new());
    let protocols = attribute(NONE, "protocolSupportEnumeration", "urn:oasis:names:tc:SAML:2.0:protocol");
    element(md, "AttributeAuthorityDescriptor", vec![protocols], vec![XmlNode::Element(service)])
}

fn affiliation(source: &mut Source) -> XmlElement {
    let md = ("md", MD);
    let member = element(md, "AffiliateMember", Vec::new(), vec![XmlNode::Text(source.uri())]);
    let owner = attribute(NONE, "affiliationOwnerID", &source.uri());
    element(md, "AffiliationDescriptor", vec![owner], vec![XmlNode::Element(member)])
}

fn content(source: &mut Source) -> EntityContent {
    if source.below(5) == 0 {
        return EntityContent::Affiliation(affiliation(source).into());
    }
    EntityContent::Roles(source.non_empty(|source| match source.below(3) {
        0 => Role::IdpSso(Box::new(idp_sso_descriptor(source))),
        1 => Role::SpSso(Box::new(sp_sso_descriptor(source))),
        _ => Role::Other(attribute_authority(source).into()),
    }))
}

pub(super) fn entity_descriptor(source: &mut Source) -> EntityDescriptor {
    EntityDescriptor {
        entity_id: source.entity_id(),
        id: source.optional(Source::id),
        valid_until: source.optional(Source::instant),
        cache_duration: source.optional(cache_duration),
        extensions: source.optional(extensions),
        content: content(source),
        organization: source.optional(organization),
        contact_persons: source.list(contact_person),
        additional_metadata_locations: source
            .list(|source| AdditionalMetadataLocation { namespace: source.uri(), location: source.uri() }),
        empty_parts: Vec::new(),
    }
}

/// Groups nest as deep as `depth`.
pub(super) fn entities_descriptor(source: &mut Source, depth: usize) -> EntitiesDescriptor {
    EntitiesDescriptor {
        id: source.optional(Source::id),
        valid_until: source.optional(Source::instant),
        cache_duration: source.optional(cache_duration),
        name: source.optional(Source::text),
        extensions: source.optional(extensions),
        members: source.non_empty(|source| {
            if depth > 0 && source.below(2) == 0 {
                EntitiesMember::Entities(Box::new(entities_descriptor(source, depth - 1)))
            } else {
                EntitiesMember::Entity(Box::new(entity_descriptor(source)))
            }
        }),
    }
}
