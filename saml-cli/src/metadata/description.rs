//! An entity as lines that can be shown and compared.

use saml_core::base::Coded as _;
use saml_core::metadata::{
    CacheDuration, Endpoint, EntityDescriptor, IndexedEndpoint, KeyDescriptor, KeyUse, Role, SsoDescriptor,
};
use saml_core::trust::PublishedKey;

use crate::inspect::hexadecimal;

/// One line of a description.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(super) struct Line {
    /// The role, or the entity itself.
    pub(super) part: String,
    /// The label of the line.
    pub(super) name: String,
    /// The value.
    pub(super) value: String,
}

/// Everything that matters to a peer, in the order of the schema.
pub(super) fn describe(entity: &EntityDescriptor) -> Vec<Line> {
    let mut lines = Lines { part: "entity".to_owned(), lines: Vec::new() };
    lines.add("entity ID", entity.entity_id.to_string());
    lines.add_opt("valid until", entity.valid_until.map(|instant| instant.to_string()));
    lines.add_opt(
        "cache",
        entity.cache_duration.as_ref().map(|duration| CacheDuration::as_str(duration).to_owned()),
    );
    lines.add_opt("name", entity.display_name());
    for contact in &entity.contact_persons {
        let names = [contact.given_name.as_deref(), contact.sur_name.as_deref()];
        let mut words: Vec<&str> = names.into_iter().flatten().collect();
        words.extend(contact.email_addresses.iter().map(String::as_str));
        lines.add("contact", format!("{:?}: {}", contact.contact_type, words.join(" ")).to_lowercase());
    }
    for role in entity.roles() {
        lines.role(role);
    }
    "warnings".clone_into(&mut lines.part);
    for part in &entity.empty_parts {
        let found = part.found().unwrap_or_default();
        lines.add("empty", format!("{found}, read as if it were absent ({})", part.code()));
    }
    lines.lines
}

struct Lines {
    part: String,
    lines: Vec<Line>,
}

impl Lines {
    fn add(&mut self, name: &str, value: String) {
        self.lines.push(Line { part: self.part.clone(), name: name.to_owned(), value });
    }

    fn add_opt(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    fn role(&mut self, role: &Role) {
        match role {
            Role::IdpSso(idp) => {
                self.part = part("identity provider", &idp.sso);
                self.add("wants requests", signed(idp.want_authn_requests_signed));
                for service in &idp.single_sign_on_services {
                    self.endpoint("sign on", service);
                }
                self.sso(&idp.sso);
            }
            Role::SpSso(sp) => {
                self.part = part("service provider", &sp.sso);
                self.add("sends requests", signed(sp.authn_requests_signed));
                self.add("wants assertions", signed(sp.want_assertions_signed));
                for service in &sp.assertion_consumer_services {
                    self.indexed("consumer", service);
                }
                self.sso(&sp.sso);
                for service in &sp.attribute_consuming_services {
                    for attribute in &service.requested_attributes {
                        let need = if attribute.is_required { "required" } else { "wanted" };
                        let name = &attribute.attribute;
                        let friendly = name.friendly_name.as_deref().unwrap_or(&name.name);
                        self.add("attribute", format!("{friendly} ({need})"));
                    }
                }
            }
            Role::Other(element) => {
                self.part = format!("another role: {}", element.name().local);
                self.add("role", element.name().to_string());
            }
        }
    }

    fn sso(&mut self, sso: &SsoDescriptor) {
        for service in &sso.single_logout_services {
            self.endpoint("logout", service);
        }
        for service in &sso.artifact_resolution_services {
            self.indexed("artifacts", service);
        }
        for format in &sso.name_id_formats {
            self.add("NameID format", format.uri().to_owned());
        }
        let role = &sso.role;
        self.add("protocols", role.protocol_support_enumeration.join(" "));
        self.add_opt("valid until", role.valid_until.map(|instant| instant.to_string()));
        for key in &role.key_descriptors {
            self.key(key);
        }
    }

    fn endpoint(&mut self, name: &str, endpoint: &Endpoint) {
        let mut value = format!("{} {}", last_part(endpoint.binding.uri()), endpoint.location);
        if let Some(location) = &endpoint.response_location {
            value.push_str(&format!(", responses to {location}"));
        }
        self.add(name, value);
    }

    fn indexed(&mut self, name: &str, indexed: &IndexedEndpoint) {
        let default = if indexed.is_default == Some(true) { ", default" } else { "" };
        let endpoint = &indexed.endpoint;
        let binding = last_part(endpoint.binding.uri());
        self.add(name, format!("{binding} {} (index {}{default})", endpoint.location, indexed.index));
    }

    fn key(&mut self, key: &KeyDescriptor) {
        let name = match key.key_use {
            KeyUse::Signing => "signing key",
            KeyUse::Encryption => "encryption key",
            KeyUse::Both => "key",
        };
        let mut given = false;
        for published in PublishedKey::all_of(key) {
            given = true;
            let value = match published {
                Ok(PublishedKey::Certified(certificate)) => {
                    let kind = certificate.public_key().kind();
                    let print = certificate.fingerprint().map(|print| hexadecimal(print.as_octets()));
                    format!(
                        "{kind}, {} until {}, SHA-256 {}",
                        certificate.subject(),
                        certificate.not_after(),
                        print.unwrap_or_default()
                    )
                }
                Ok(PublishedKey::Bare(key)) => {
                    let print = hexadecimal(key.fingerprint().as_octets());
                    format!("{}, without a certificate, SHA-256 {print}", key.kind())
                }
                Err(unusable) => {
                    format!("unusable: {}: {} ({})", unusable.element, unusable.error, unusable.code())
                }
            };
            self.add(name, value);
        }
        if !given && key.key_names.is_empty() {
            self.add(name, "none of a kind that is known here".to_owned());
        } else if !given {
            self.add(name, format!("by name alone, which is no key: {}", key.key_names.join(" ")));
        }
        let methods: Vec<&str> =
            key.encryption_methods.iter().map(|method| method.algorithm.as_str()).collect();
        if !methods.is_empty() {
            self.add("decrypts", methods.join(" "));
        }
    }
}

/// A role of another protocol counts for nothing, and is told apart.
fn part(role: &str, sso: &SsoDescriptor) -> String {
    if sso.role.speaks_saml() {
        role.to_owned()
    } else {
        format!("{role}, not of SAML 2.0: counts for nothing")
    }
}

fn signed(is_signed: bool) -> String {
    if is_signed { "signed".to_owned() } else { "signed or not".to_owned() }
}

fn last_part(uri: &str) -> &str {
    if uri.starts_with("urn:oasis:") { uri.rsplit(':').next().unwrap_or(uri) } else { uri }
}
