//! `saml metadata make`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use saml_core::assertion::NameIdFormat;
use saml_core::base::{Binding, EntityId, MessageId, NonEmpty};
use saml_core::metadata::{
    ContactPerson, ContactType, Endpoint, EntityDescriptor, IdpSsoDescriptor, IndexedEndpoint, KeyDescriptor,
    KeyUse, Localized, Organization, Role, SpSsoDescriptor, SsoDescriptor,
};

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::output::{self, Readers};
use crate::sign;
use saml_provider::SystemRandom;

/// Whom to describe.
#[derive(Clone, Debug, Subcommand)]
pub enum MakeCommand {
    /// A service provider.
    Sp(SpOptions),
    /// An identity provider.
    Idp(IdpOptions),
}

/// Options of `saml metadata make sp`.
#[derive(Args, Clone, Debug)]
pub struct SpOptions {
    /// Where responses are posted to; the first is the default.
    #[arg(long, value_name = "URL", required = true)]
    pub acs_url: Vec<String>,
    /// Our requests are signed.
    #[arg(long)]
    pub signs_requests: bool,
    /// Assertions may come unsigned, if the response around them is signed.
    #[arg(long)]
    pub unsigned_assertions: bool,
    /// What both kinds have.
    #[command(flatten)]
    pub entity: EntityOptions,
}

/// Options of `saml metadata make idp`.
#[derive(Args, Clone, Debug)]
pub struct IdpOptions {
    /// Where requests go, by redirect and by POST.
    #[arg(long, value_name = "URL")]
    pub sso_url: String,
    /// Requests must be signed.
    #[arg(long)]
    pub wants_signed_requests: bool,
    /// What both kinds have.
    #[command(flatten)]
    pub entity: EntityOptions,
}

/// What both kinds have.
#[derive(Args, Clone, Debug)]
pub struct EntityOptions {
    /// The entity ID.
    #[arg(long, value_name = "NAME")]
    pub entity_id: String,
    /// Certificates of signing keys; during a rollover the new one is added.
    #[arg(long, value_name = "PEM")]
    pub cert: Vec<PathBuf>,
    /// Certificates of decryption keys. Some peers then encrypt without being asked.
    #[arg(long, value_name = "PEM")]
    pub encryption_cert: Vec<PathBuf>,
    /// Where logout messages go, by redirect and by POST.
    #[arg(long, value_name = "URL")]
    pub slo_url: Option<String>,
    /// Kinds of names: persistent, transient, emailAddress … or a URI.
    #[arg(long, value_name = "FORMAT")]
    pub name_id_format: Vec<String>,
    /// The organisation, for people.
    #[arg(long, value_name = "NAME", requires = "organization_url")]
    pub organization: Option<String>,
    /// Its web page.
    #[arg(long, value_name = "URL", requires = "organization")]
    pub organization_url: Option<String>,
    /// An address for technical questions.
    #[arg(long, value_name = "ADDRESS")]
    pub technical_contact: Option<String>,
    /// Where the document goes; standard output if left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print JSON: the document in Base64.
    #[arg(long, conflicts_with = "out")]
    pub json: bool,
}

/// Writes the description.
///
/// # Errors
/// An option or a file can't be used.
pub fn run(command: &MakeCommand) -> Result<Answer, CommandError> {
    let (role, options) = match command {
        MakeCommand::Sp(options) => (service_provider(options)?, &options.entity),
        MakeCommand::Idp(options) => (identity_provider(options)?, &options.entity),
    };
    let entity_id = EntityId::try_from(options.entity_id.as_str())
        .map_err(|invalid| CommandError::option("--entity-id", invalid))?;
    let mut descriptor = EntityDescriptor::new(entity_id, role);
    descriptor.id = Some(fresh_id()?);
    if let (Some(name), Some(url)) = (&options.organization, &options.organization_url) {
        let text = |value: &str| NonEmpty::new(Localized { lang: "en".to_owned(), value: value.to_owned() });
        let (names, display_names, urls) = (text(name), text(name), text(url));
        descriptor.organization = Some(Organization { extensions: None, names, display_names, urls });
    }
    descriptor.contact_persons.extend(options.technical_contact.as_deref().map(technical_contact));
    let written = descriptor.to_xml()?;
    output::deliver(written.octets(), options.out.as_deref(), options.json, Readers::Everybody)?;
    Ok(Answer::Accepted)
}

/// An ID of our own.
///
/// # Errors
/// There are no random octets.
pub(super) fn fresh_id() -> Result<MessageId, CommandError> {
    MessageId::generate(&mut SystemRandom).map_err(|error| CommandError::Command(Box::new(error)))
}

fn technical_contact(address: &str) -> ContactPerson {
    let address =
        if address.starts_with("mailto:") { address.to_owned() } else { format!("mailto:{address}") };
    ContactPerson {
        contact_type: ContactType::Technical,
        extensions: None,
        company: None,
        given_name: None,
        sur_name: None,
        email_addresses: vec![address],
        telephone_numbers: Vec::new(),
    }
}

fn service_provider(options: &SpOptions) -> Result<Role, CommandError> {
    let mut endpoints = Vec::new();
    for (index, url) in options.acs_url.iter().enumerate() {
        let index = u16::try_from(index)
            .map_err(|_beyond| CommandError::option("--acs-url", InvalidValue::Other("too many")))?;
        let endpoint = endpoint("--acs-url", Binding::HttpPost, url)?;
        endpoints.push(IndexedEndpoint { endpoint, index, is_default: (index == 0).then_some(true) });
    }
    let mut endpoints = endpoints.into_iter();
    let first = endpoints
        .next()
        .ok_or_else(|| CommandError::option("--acs-url", InvalidValue::Other("is missing")))?;
    let mut role = SpSsoDescriptor::new(first);
    endpoints.for_each(|endpoint| role.assertion_consumer_services.push(endpoint));
    role.authn_requests_signed = options.signs_requests;
    role.want_assertions_signed = !options.unsigned_assertions;
    describe(&mut role.sso, &options.entity)?;
    Ok(Role::SpSso(Box::new(role)))
}

fn identity_provider(options: &IdpOptions) -> Result<Role, CommandError> {
    if options.entity.cert.is_empty() {
        let reason = InvalidValue::Other("an identity provider without a key can't be trusted");
        return Err(CommandError::option("--cert", reason));
    }
    let by = |binding| endpoint("--sso-url", binding, &options.sso_url);
    let mut role = IdpSsoDescriptor::new(by(Binding::HttpRedirect)?);
    role.single_sign_on_services.push(by(Binding::HttpPost)?);
    role.want_authn_requests_signed = options.wants_signed_requests;
    describe(&mut role.sso, &options.entity)?;
    Ok(Role::IdpSso(Box::new(role)))
}

fn describe(sso: &mut SsoDescriptor, options: &EntityOptions) -> Result<(), CommandError> {
    if let Some(url) = &options.slo_url {
        for binding in [Binding::HttpRedirect, Binding::HttpPost] {
            sso.single_logout_services.push(endpoint("--slo-url", binding, url)?);
        }
    }
    sso.name_id_formats.extend(options.name_id_format.iter().map(|name| name_id_format(name)));
    keys(sso, KeyUse::Signing, &options.cert)?;
    keys(sso, KeyUse::Encryption, &options.encryption_cert)
}

fn keys(sso: &mut SsoDescriptor, key_use: KeyUse, paths: &[PathBuf]) -> Result<(), CommandError> {
    for path in paths {
        let certificate = sign::certificate(Path::new(path))?;
        sso.role.key_descriptors.push(KeyDescriptor::of_certificate(key_use, certificate.to_base64()));
    }
    Ok(())
}

fn endpoint(option: &'static str, binding: Binding, location: &str) -> Result<Endpoint, CommandError> {
    let is_url = location.starts_with("https://") || location.starts_with("http://");
    let is_plain = location.bytes().all(|octet| octet.is_ascii_graphic());
    if !is_url || !is_plain {
        let reason = InvalidValue::Other("not an https: or http: URL");
        return Err(CommandError::option(option, reason));
    }
    Ok(Endpoint { binding, location: location.to_owned(), response_location: None })
}

/// A short name or a URI.
pub(crate) fn name_id_format(name: &str) -> NameIdFormat {
    match name {
        "persistent" => NameIdFormat::Persistent,
        "transient" => NameIdFormat::Transient,
        "emailAddress" | "email" => NameIdFormat::EmailAddress,
        "unspecified" => NameIdFormat::Unspecified,
        "kerberos" => NameIdFormat::Kerberos,
        uri => NameIdFormat::from_uri(uri),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_web_addresses() {
        for url in ["https://sp.example.org/acs", "http://127.0.0.1:8000/"] {
            assert_eq!(endpoint("--acs-url", Binding::HttpPost, url).unwrap().location, url);
        }
        for url in ["", "javascript:alert(1)", "/acs", "https://a b"] {
            assert!(endpoint("--acs-url", Binding::HttpPost, url).is_err(), "{url}");
        }
    }
}
