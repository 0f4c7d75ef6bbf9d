//! `saml metadata show`.

use std::path::PathBuf;

use clap::Args;
use saml_core::base::EntityId;
use saml_core::xml::{Document, Element, names};
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
    let message = input::message(&options.file)?;
    let document = message.document()?;
    let entities = entities(&document);
    if wanted.is_none() && entities.len() > 1 {
        list(&entities, options.json)?;
        return Ok(Answer::Accepted);
    }
    let entity = setting::read_descriptor(message, wanted.as_ref())?;
    let lines = describe(&entity);
    if options.json {
        screen::print_json(&json!({ "entityId": entity.entity_id.to_string(), "lines": lines }))?;
    } else {
        show(&lines).print()?;
    }
    Ok(Answer::Accepted)
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

/// All descriptors, however deep in groups.
fn entities(document: &Document) -> Vec<Element<'_>> {
    let mut found = Vec::new();
    let mut open = vec![document.root()];
    while let Some(element) = open.pop() {
        if element.is(names::md::ENTITY_DESCRIPTOR) {
            found.push(element);
        } else if element.is(names::md::ENTITIES_DESCRIPTOR) {
            let children: Vec<Element<'_>> = element.child_elements().collect();
            open.extend(children.into_iter().rev());
        }
    }
    found
}

fn list(entities: &[Element<'_>], json: bool) -> Result<(), CommandError> {
    let rows: Vec<(&str, String)> =
        entities.iter().map(|entity| (entity.attribute("entityID").unwrap_or("?"), roles(*entity))).collect();
    if json {
        let rows: Vec<_> =
            rows.iter().map(|(name, roles)| json!({ "entityId": name, "roles": roles })).collect();
        return screen::print_json(&rows);
    }
    let mut screen = Screen::default();
    for (name, roles) in &rows {
        screen.line(&format!("{roles:<8} {}", screen::plain(name)));
    }
    screen.blank();
    let count = styled(STRONG, &format!("{} entities", rows.len()));
    screen.line(&format!("{count}  {}", styled(DIM, "--entity-id NAME shows one of them")));
    screen.print()
}

fn roles(entity: Element<'_>) -> String {
    let has = |name| entity.child_elements().any(|child| child.is(name));
    let known = [(names::md::IDP_SSO_DESCRIPTOR, "IdP"), (names::md::SP_SSO_DESCRIPTOR, "SP")];
    let roles: Vec<&str> = known.into_iter().filter(|(name, _)| has(*name)).map(|(_, role)| role).collect();
    if roles.is_empty() { "other".to_owned() } else { roles.join("+") }
}
