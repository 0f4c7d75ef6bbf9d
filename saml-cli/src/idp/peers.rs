//! The service providers of the settings: one that can't be served is left out, by name, and stops no other.

use std::collections::BTreeMap;

use saml_core::base::{EntityId, Relaxation, Relaxations, RequestMaxAge, SamlInstant};
use saml_core::crypto::{KeyName, PeerPolicy, SharedKey};
use saml_idp::{AttributeRelease, PeerError, PeerFault, SpPeer, SpPeerPolicy};

use super::config::{ConfigFile, ServiceProviderSettings};
use super::files;
use super::finding::{Finding, Severity};
use super::name_id_format::format_of;
use crate::answer::CommandError;
use crate::input;
use crate::verify::chain;

/// The service providers that are served, and the findings about all of them.
pub(super) struct Peers {
    pub(super) served: Vec<SpPeer>,
    pub(super) findings: Vec<Finding>,
}

/// Reads all of them.
///
/// # Errors
/// A value of the settings says nothing usable. A fault of a file becomes a finding.
pub(super) fn read(file: &ConfigFile, now: SamlInstant) -> Result<Peers, CommandError> {
    let mut findings = Vec::new();
    let mut read = Vec::new();
    for settings in &file.settings.service_provider {
        let policy = policy(file, settings)?;
        findings.extend(
            settings.shared_key.iter().filter_map(|path| files::readable_by_others(&file.path(path))),
        );
        match service_provider(file, settings, policy) {
            Ok(peer) => read.push((input::name_of(&file.path(&settings.metadata)), peer)),
            Err(finding) => findings.push(finding),
        }
    }
    let served = without_doubles(read, &mut findings);
    for (name, peer) in &served {
        for warning in peer.warnings() {
            let mut finding = Finding::new(Severity::Warning, warning);
            finding.text = format!("{name}: {}", finding.text);
            findings.push(finding);
        }
        if let Some(error) = peer.expiry(now).map(|error| error.in_file(name)) {
            let is_over = matches!(error.fault, PeerFault::Expired { .. });
            let severity = if is_over { Severity::Failing } else { Severity::Warning };
            findings.push(Finding::new(severity, &error));
        }
    }
    Ok(Peers { served: served.into_iter().map(|(_, peer)| peer).collect(), findings })
}

/// Two of one name: which is meant is not guessed, and neither is served.
fn without_doubles(read: Vec<(String, SpPeer)>, findings: &mut Vec<Finding>) -> Vec<(String, SpPeer)> {
    let mut count: BTreeMap<EntityId, usize> = BTreeMap::new();
    for (_, peer) in &read {
        let seen = count.entry(peer.entity_id().clone()).or_default();
        *seen = seen.saturating_add(1);
    }
    let mut served = Vec::new();
    for (name, peer) in read {
        if count.get(peer.entity_id()).is_some_and(|count| *count > 1) {
            let error = PeerError::of(peer.entity_id(), PeerFault::Duplicate).in_file(&name);
            findings.push(Finding::new(Severity::LeftOut, &error));
        } else {
            served.push((name, peer));
        }
    }
    served
}

fn service_provider(
    file: &ConfigFile,
    settings: &ServiceProviderSettings,
    policy: SpPeerPolicy,
) -> Result<SpPeer, Finding> {
    let unreadable =
        |error: CommandError| Finding { severity: Severity::LeftOut, ..Finding::warning(chain(&error)) };
    let policy = SpPeerPolicy { shared_key: shared_key(file, settings).map_err(unreadable)?, ..policy };
    let message = input::message(&file.path(&settings.metadata)).map_err(unreadable)?;
    let peer = SpPeer::from_metadata(message.received.xml, policy)
        .map_err(|error| Finding::new(Severity::LeftOut, &error.in_file(&message.name)))?;
    Ok(match &settings.display_name {
        Some(name) => peer.with_display_name(name),
        None => peer,
    })
}

/// Makes the policy of a service provider from its settings. The shared key, which is in a file, is added later.
fn policy(file: &ConfigFile, settings: &ServiceProviderSettings) -> Result<SpPeerPolicy, CommandError> {
    let release = if settings.release.iter().any(|name| name == "*") {
        AttributeRelease::All
    } else {
        AttributeRelease::Named(settings.release.clone())
    };
    let name_id_format =
        settings.name_id_format.as_ref().map(|name| format_of(file, "name_id_format", name)).transpose()?;
    shared_key_name(file, settings)?;
    Ok(SpPeerPolicy {
        permitted: algorithms(file, settings)?,
        request_max_age: request_max_age(file, settings)?,
        release,
        name_id_format,
        idp_initiated: settings.idp_initiated,
        encrypt_assertions: settings.encrypt_assertions.into(),
        encrypt_name_ids: settings.encrypt_name_ids,
        signatures: settings.signatures.into(),
        published_bindings: settings.bindings.into(),
        ..SpPeerPolicy::default()
    })
}

fn algorithms(file: &ConfigFile, settings: &ServiceProviderSettings) -> Result<PeerPolicy, CommandError> {
    let mut granted = Relaxations::NONE;
    for name in &settings.allow {
        let relaxation: Relaxation =
            name.get_ref().parse().map_err(|unknown: saml_core::base::UnknownRelaxation| {
                file.invalid("allow", name.span(), &unknown.to_string())
            })?;
        granted = granted.with(relaxation);
    }
    Ok(PeerPolicy::relaxed(granted))
}

fn request_max_age(
    file: &ConfigFile,
    settings: &ServiceProviderSettings,
) -> Result<RequestMaxAge, CommandError> {
    let Some(minutes) = &settings.request_max_age_minutes else { return Ok(RequestMaxAge::default()) };
    RequestMaxAge::from_secs(u64::from(*minutes.get_ref()).saturating_mul(60)).map_err(|_beyond| {
        file.invalid("request_max_age_minutes", minutes.span(), "not between one minute and 31 days")
    })
}

fn shared_key_name(
    file: &ConfigFile,
    settings: &ServiceProviderSettings,
) -> Result<Option<KeyName>, CommandError> {
    let Some(name) = &settings.shared_key_name else { return Ok(None) };
    let invalid = |reason| file.invalid("shared_key_name", name.span(), reason);
    if settings.shared_key.is_none() {
        KeyName::try_from(name.get_ref().as_str()).map_err(|_invalid| invalid("not the name of a key"))?;
        return Err(invalid("there is no shared_key that it names"));
    }
    KeyName::try_from(name.get_ref().as_str()).map(Some).map_err(|_invalid| invalid("not the name of a key"))
}

/// The key that is shared with a service provider, under its name.
fn shared_key(
    file: &ConfigFile,
    settings: &ServiceProviderSettings,
) -> Result<Option<SharedKey>, CommandError> {
    let Some(path) = &settings.shared_key else { return Ok(None) };
    let key = input::shared_key(&file.path(path))?;
    Ok(Some(match shared_key_name(file, settings)? {
        Some(name) => key.named(name),
        None => key,
    }))
}
