//! `saml metadata show`.

use std::path::PathBuf;

use clap::Args;
use saml_core::base::{Coded as _, EntityId, SamlInstant};
use saml_core::metadata::{EntityDescriptor, Role};
use saml_core::trust::{SignatureKeys, Verified, idp_role, sp_role};
use saml_core::xml::{Document, Element, names};
use saml_provider::peer::{PeerError, PeerFault, Validity};
use serde_json::json;

use super::description::{Line, describe};
use crate::answer::{Answer, CommandError};
use crate::screen::{self, DIM, STRONG, Screen, styled};
use crate::{input, setting};

/// Options of `saml metadata show`.
#[derive(Args, Clone, Debug)]
pub struct ShowOptions {
    /// The metadata; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Which entity, where there are several.
    #[arg(long, value_name = "NAME")]
    pub entity_id: Option<String>,
    /// The instant that validUntil is compared with, RFC 3339; now if left out.
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Shows one entity, or the names of several.
///
/// # Errors
/// The file can't be read or holds no metadata.
pub fn run(options: &ShowOptions) -> Result<Answer, CommandError> {
    let wanted = entity_id(options.entity_id.as_deref())?;
    let now = input::instant_or_now(options.now.as_deref())?;
    let message = input::message(&options.file)?;
    let document = message.document()?;
    let entities = entities(&document);
    if wanted.is_none() && entities.len() > 1 {
        list(&entities, now, options.json)?;
        return Ok(Answer::Accepted);
    }
    let entity = setting::read_descriptor(message, wanted.as_ref())?;
    let lines = describe(&entity);
    let warnings = warnings(&entity, now);
    if options.json {
        let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        screen::print_json(
            &json!({ "entityId": entity.entity_id.to_string(), "lines": lines, "warnings": texts }),
        )?;
    } else {
        let mut screen = show(&lines);
        if !warnings.is_empty() {
            screen.heading("warnings");
        }
        for warning in &warnings {
            screen.fact_at(2, 18, warning.code().as_str(), &warning.to_string());
        }
        screen.print()?;
    }
    Ok(Answer::Accepted)
}

/// The warnings for those who rely on the entity: its end, and the keys and endpoints that can't be used.
fn warnings(entity: &Verified<EntityDescriptor>, now: SamlInstant) -> Vec<PeerError> {
    let of = |fault| PeerError::of(&entity.entity_id, fault);
    let idp = (entity.roles().any(|role| matches!(role, Role::IdpSso(_)))).then(|| idp_role(entity));
    let sp = (entity.roles().any(|role| matches!(role, Role::SpSso(_)))).then(|| sp_role(entity));
    let mut faults = Vec::new();
    let mut ends = vec![entity.valid_until];
    for role in [idp.map(|role| role.map(|idp| &idp.sso)), sp.map(|role| role.map(|sp| &sp.sso))] {
        match role {
            None => {}
            Some(Err(error)) => faults.push(PeerFault::Role(error)),
            Some(Ok(sso)) => {
                ends.push(sso.role.valid_until);
                let keys = SignatureKeys::of_descriptors(&sso.role.key_descriptors);
                faults.extend(keys.faults.into_iter().map(PeerFault::Key));
            }
        }
    }
    let end = Validity(ends.into_iter().flatten().min());
    end.fault(now).into_iter().chain(faults).map(of).collect()
}

/// The option as an entity ID.
///
/// # Errors
/// It is none.
pub(super) fn entity_id(option: Option<&str>) -> Result<Option<EntityId>, CommandError> {
    option
        .map(|name| EntityId::try_from(name).map_err(|invalid| CommandError::option("--entity-id", invalid)))
        .transpose()
}

fn show(lines: &[Line]) -> Screen {
    let mut screen = Screen::default();
    add(&mut screen, lines);
    screen
}

/// Adds the description of an entity.
pub(super) fn add(screen: &mut Screen, lines: &[Line]) {
    let mut part = "";
    for line in lines {
        if line.part != part {
            part = &line.part;
            screen.heading(part);
        }
        screen.fact_at(2, 18, &line.name, &line.value);
    }
}

/// A description in a group, and the earliest end of the groups around it and its own, as they say it.
struct Listed<'d> {
    element: Element<'d>,
    valid_until: Option<SamlInstant>,
}

/// All descriptors, however deep in groups.
fn entities(document: &Document) -> Vec<Listed<'_>> {
    let mut found = Vec::new();
    let mut open = vec![(document.root(), None)];
    while let Some((element, outer)) = open.pop() {
        let own = element.attribute("validUntil").and_then(|text| SamlInstant::try_from(text).ok());
        let valid_until = own.into_iter().chain(outer).min();
        if element.is(names::md::ENTITY_DESCRIPTOR) {
            found.push(Listed { element, valid_until });
        } else if element.is(names::md::ENTITIES_DESCRIPTOR) {
            let children: Vec<Element<'_>> = element.child_elements().collect();
            open.extend(children.into_iter().rev().map(|child| (child, valid_until)));
        }
    }
    found
}

fn list(entities: &[Listed<'_>], now: SamlInstant, json: bool) -> Result<(), CommandError> {
    let name = |entity: &Listed<'_>| entity.element.attribute("entityID").unwrap_or("?").to_owned();
    let is_expired = |entity: &Listed<'_>| !Validity(entity.valid_until).is_current(now);
    if json {
        let row = |entity: &Listed<'_>| json!({ "entityId": name(entity), "roles": roles(entity.element), "expired": is_expired(entity) });
        return screen::print_json(&entities.iter().map(row).collect::<Vec<_>>());
    }
    let mut screen = Screen::default();
    for entity in entities {
        let expired = if is_expired(entity) { "  expired" } else { "" };
        screen.line(&format!("{:<8} {}{expired}", roles(entity.element), screen::plain(&name(entity))));
    }
    screen.blank();
    let count = styled(STRONG, &format!("{} entities", entities.len()));
    screen.line(&format!("{count}  {}", styled(DIM, "--entity-id NAME shows one of them")));
    screen.print()
}

/// The roles of SAML 2.0: no other counts.
fn roles(entity: Element<'_>) -> String {
    let speaks_saml = |role: Element<'_>| {
        let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
        protocols.split_ascii_whitespace().any(|protocol| protocol == names::SAMLP)
    };
    let has = |name| entity.child_elements().any(|child| child.is(name) && speaks_saml(child));
    let known = [(names::md::IDP_SSO_DESCRIPTOR, "IdP"), (names::md::SP_SSO_DESCRIPTOR, "SP")];
    let roles: Vec<&str> = known.into_iter().filter(|(name, _)| has(*name)).map(|(_, role)| role).collect();
    if roles.is_empty() { "other".to_owned() } else { roles.join("+") }
}
