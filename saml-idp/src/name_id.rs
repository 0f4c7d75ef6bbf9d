//! The name of a person that a service gets. [Core §8.3], [IIP-IDP21]

use saml_core::assertion::{NameId, NameIdFormat};
use saml_core::base::{EntityId, MessageId};
use saml_core::enc::EncryptionTarget;
use saml_core::validation::{RequestedSubject, RoutedAuthnRequest};
use saml_provider::{SystemRandom, mac};

use crate::{Principal, Snapshot, SpPeer, SsoRefusal};

/// Why there is no name of the wanted kind.
pub(crate) enum NoName {
    /// The person has none: no mail address.
    NotForThisPerson,
    /// The request is about somebody else.
    OtherPrincipal,
    /// The Subject of the request can't be compared with anybody.
    IncomparableSubject,
    /// The environment failed.
    Refused(SsoRefusal),
}

/// Whether names of this format are issued at all.
pub(crate) const fn is_issued(format: &NameIdFormat) -> bool {
    match format {
        NameIdFormat::Persistent
        | NameIdFormat::Transient
        | NameIdFormat::EmailAddress
        | NameIdFormat::Unspecified => true,
        NameIdFormat::X509SubjectName
        | NameIdFormat::WindowsDomainQualifiedName
        | NameIdFormat::Kerberos
        | NameIdFormat::Entity
        | NameIdFormat::Encrypted
        | NameIdFormat::Other(_) => false,
    }
}

/// The formats that this service may ask for: ours, and the one of its policy. `encrypted` is not a format of names but
/// of their wrapping, and needs a key.
pub(crate) fn formats(idp: &Snapshot, sp: &SpPeer) -> Vec<NameIdFormat> {
    let ours = &idp.config().name_id_formats;
    let policy = sp.policy.name_id_format.iter().filter(|format| !ours.contains(format));
    let encrypted = sp.recipient.is_some().then_some(NameIdFormat::Encrypted);
    ours.iter().chain(policy).cloned().chain(encrypted).collect()
}

/// The recipient to encrypt the name to, if the policy or the request asks for that [Core §3.4.1.1].
pub(crate) fn recipient<'a>(sp: &'a SpPeer, request: &RoutedAuthnRequest) -> Option<&'a EncryptionTarget> {
    let asked = asked_format(request) == Some(&NameIdFormat::Encrypted);
    sp.recipient.as_ref().filter(|_| sp.policy.encrypt_name_ids || asked)
}

fn asked_format(request: &RoutedAuthnRequest) -> Option<&NameIdFormat> {
    request.name_id_policy.as_ref()?.format.as_ref()
}

/// Whether the service may be told `name`, which is one of the person's: it is of a kind that it may ask for, and the very
/// one that it gets if it does. A person may have several of a kind, as mail addresses: which of them a service is told is
/// not for a request to choose, which nobody may have signed.
pub(crate) fn may_be_told(
    idp: &Snapshot,
    sp: &SpPeer,
    name: &NameId,
    person: &Principal,
) -> Result<bool, SsoRefusal> {
    let format = name.format.clone().unwrap_or(NameIdFormat::Unspecified);
    if !formats(idp, sp).contains(&format) {
        return Ok(false);
    }
    match named(idp, sp, format, person) {
        Ok(told) => Ok(told.value == name.value),
        Err(NoName::Refused(refusal)) => Err(refusal),
        Err(NoName::NotForThisPerson | NoName::OtherPrincipal | NoName::IncomparableSubject) => Ok(false),
    }
}

/// Whether `name` is one that the person has for this service: the same text and the same attributes, where a
/// qualifier may be left out that says no more than who issues the name, and for whom [Core §3.3.4, §8.3.7].
pub(crate) fn is_name_of(
    idp: &Snapshot,
    sp: &SpPeer,
    name: &NameId,
    person: &Principal,
) -> Result<bool, SsoRefusal> {
    let is = |qualifier: &Option<String>, entity: &EntityId| {
        qualifier.as_deref().is_none_or(|qualifier| qualifier == entity.as_str())
    };
    let qualified = is(&name.name_qualifier, &idp.config().site.entity_id)
        && is(&name.sp_name_qualifier, &sp.entity_id)
        && name.sp_provided_id.is_none();
    let value = &name.value;
    Ok(qualified
        && match name.format.as_ref().unwrap_or(&NameIdFormat::Unspecified) {
            NameIdFormat::Unspecified => *value == person.user_name,
            NameIdFormat::EmailAddress => {
                let mut addresses = person.attributes.iter().filter(|attribute| attribute.name == "mail");
                addresses.any(|attribute| attribute.values.contains(value))
            }
            NameIdFormat::Persistent => *value == persistent(idp, sp, person)?,
            // Those of earlier answers are not kept, and the others are never issued.
            NameIdFormat::Transient
            | NameIdFormat::X509SubjectName
            | NameIdFormat::WindowsDomainQualifiedName
            | NameIdFormat::Kerberos
            | NameIdFormat::Entity
            | NameIdFormat::Encrypted
            | NameIdFormat::Other(_) => false,
        })
}

/// The kinds of name to try in their order: the one that the request asks for, else that of our policy for the service,
/// else those of its metadata that we issue, else our default. Only of those of the metadata there is more than one: it
/// lists what would do.
fn candidates(idp: &Snapshot, sp: &SpPeer, request: &RoutedAuthnRequest) -> Vec<NameIdFormat> {
    let says_something =
        |format: &&NameIdFormat| !matches!(format, NameIdFormat::Unspecified | NameIdFormat::Encrypted);
    let asked = asked_format(request).filter(says_something).or(sp.policy.name_id_format.as_ref());
    if let Some(format) = asked {
        return vec![format.clone()];
    }
    let ours = &idp.config().name_id_formats;
    let listed = sp.role.sso.name_id_formats.iter().filter(says_something);
    let listed: Vec<NameIdFormat> = listed.filter(|format| ours.contains(format)).cloned().collect();
    if listed.is_empty() { ours.first().into_iter().cloned().collect() } else { listed }
}

/// The name for this service, of the first kind that the person has.
///
/// Where the request is about somebody, it has to be this person: that is all that a Subject decides. If it names them as
/// the service is told them anyway, that name comes back as it is [Core §3.4.1.4]. By any other it gets the name that it
/// gets without: a request can't make us tell a service what our policy for it does not.
pub(crate) fn issue(
    idp: &Snapshot,
    sp: &SpPeer,
    request: &RoutedAuthnRequest,
    person: &Principal,
) -> Result<NameId, NoName> {
    match &request.subject {
        None => {}
        Some(RequestedSubject::Incomparable) => return Err(NoName::IncomparableSubject),
        Some(RequestedSubject::Named(name)) => {
            if !is_name_of(idp, sp, name, person).map_err(NoName::Refused)? {
                return Err(NoName::OtherPrincipal);
            }
            let asked = asked_format(request);
            if asked
                .is_none_or(|format| matches!(format, NameIdFormat::Unspecified | NameIdFormat::Encrypted))
                && may_be_told(idp, sp, name, person).map_err(NoName::Refused)?
            {
                return Ok(name.clone());
            }
        }
    }
    for format in candidates(idp, sp, request) {
        match named(idp, sp, format, person) {
            Err(NoName::NotForThisPerson) => {}
            decided => return decided,
        }
    }
    Err(NoName::NotForThisPerson)
}

fn named(idp: &Snapshot, sp: &SpPeer, format: NameIdFormat, person: &Principal) -> Result<NameId, NoName> {
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
        name.name_qualifier = Some(idp.config().site.entity_id.to_string());
        name.sp_name_qualifier = Some(sp.entity_id.to_string());
    }
    name.format = Some(format);
    Ok(name)
}

/// One name per person and service, the same for ever, telling nothing and linking nothing (attack 213): an HMAC in
/// base32, which never differs by case only.
pub(crate) fn persistent(idp: &Snapshot, sp: &SpPeer, person: &Principal) -> Result<String, SsoRefusal> {
    // Neither part can hold a line feed: an entity ID has no white space, and the name is last.
    let parts = [sp.entity_id.as_str().as_bytes(), b"\n", person.user_name.as_bytes()];
    let mac = mac::of(idp.persistent_id_secret().expose(), &parts);
    let mac = mac.map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
    Ok(data_encoding::BASE32_NOPAD.encode(&mac))
}

#[cfg(test)]
mod tests;
