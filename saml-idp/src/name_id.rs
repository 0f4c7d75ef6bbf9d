//! What a service is told a person is called. [Core §8.3], [IIP-IDP21]

use saml_core::assertion::{NameId, NameIdFormat};
use saml_core::base::MessageId;
use saml_core::enc::Recipient;
use saml_core::validation::RoutedAuthnRequest;

use crate::{IdentityProvider, Person, ServiceProvider, SsoRefusal, mac};
use saml_provider::SystemRandom;

/// Why there is no name of the wanted kind.
pub(crate) enum NoName {
    /// The person has none: no mail address.
    NotForThisPerson,
    /// The environment failed.
    Refused(SsoRefusal),
}

/// The formats that this service may ask for. `encrypted` is none of a name but of its wrapping, and takes a key.
pub(crate) fn formats(idp: &IdentityProvider, sp: &ServiceProvider) -> Vec<NameIdFormat> {
    let encrypted = sp.recipient.is_some().then_some(NameIdFormat::Encrypted);
    idp.config().name_id_formats.iter().cloned().chain(encrypted).collect()
}

/// For whom the name is sealed by itself: where the policy says so, or the request does [Core §3.4.1.1].
pub(crate) fn recipient<'a>(sp: &'a ServiceProvider, request: &RoutedAuthnRequest) -> Option<&'a Recipient> {
    let asked = asked_format(request) == Some(&NameIdFormat::Encrypted);
    sp.recipient.as_ref().filter(|_| sp.policy.encrypt_name_ids || asked)
}

fn asked_format(request: &RoutedAuthnRequest) -> Option<&NameIdFormat> {
    request.name_id_policy.as_ref()?.format.as_ref()
}

/// The name for this service: of the kind that it asked for, else of its policy's, else of our default.
pub(crate) fn issue(
    idp: &IdentityProvider,
    sp: &ServiceProvider,
    request: &RoutedAuthnRequest,
    person: &Person,
) -> Result<NameId, NoName> {
    let format = asked_format(request)
        .filter(|format| !matches!(format, NameIdFormat::Unspecified | NameIdFormat::Encrypted))
        .cloned()
        .or_else(|| sp.policy.name_id_format.clone())
        .or_else(|| idp.config().name_id_formats.first().cloned())
        .ok_or(NoName::NotForThisPerson)?;
    let value = match &format {
        NameIdFormat::Persistent => persistent(idp, sp, person).map_err(NoName::Refused)?,
        NameIdFormat::Transient => {
            let id = MessageId::generate(&mut SystemRandom);
            id.map_err(|_error| NoName::Refused(SsoRefusal::unavailable("random.unavailable")))?.to_string()
        }
        NameIdFormat::EmailAddress => person.attribute("mail").ok_or(NoName::NotForThisPerson)?.to_owned(),
        NameIdFormat::Unspecified => person.user_name.clone(),
        NameIdFormat::X509SubjectName
        | NameIdFormat::WindowsDomainQualifiedName
        | NameIdFormat::Kerberos
        | NameIdFormat::Entity
        | NameIdFormat::Encrypted
        | NameIdFormat::Other(_) => return Err(NoName::NotForThisPerson),
    };
    let mut name = NameId::new(value);
    if matches!(format, NameIdFormat::Persistent | NameIdFormat::Transient) {
        name.name_qualifier = Some(idp.config().entity_id.to_string());
        name.sp_name_qualifier = Some(sp.entity_id.to_string());
    }
    name.format = Some(format);
    Ok(name)
}

/// One name per person and service, the same for ever, telling nothing and linking nothing (attack 213): an HMAC in
/// base32, which never differs by case only.
fn persistent(idp: &IdentityProvider, sp: &ServiceProvider, person: &Person) -> Result<String, SsoRefusal> {
    // Neither part can hold a line feed: an entity ID has no white space, and the name is last.
    let parts = [sp.entity_id.as_str().as_bytes(), b"\n", person.user_name.as_bytes()];
    let mac = mac::of(idp.persistent_id_secret().expose(), &parts);
    let mac = mac.map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
    Ok(data_encoding::BASE32_NOPAD.encode(&mac))
}
