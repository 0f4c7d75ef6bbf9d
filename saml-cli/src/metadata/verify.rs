//! `saml metadata verify`.

use std::path::{Path, PathBuf};

use clap::Args;
use saml_core::base::{Coded as _, EntityId, Limits, SamlInstant};
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::{EntityDescriptor, Role};
use saml_core::trust::{
    EntitiesInMemory, MetadataPublisher, MetadataStream, MetadataStreamError, TrustError, Verified,
    VerifiedMetadata, require_end,
};
use serde_json::json;

use super::description::{Line, describe};
use super::show;
use crate::answer::{Answer, CommandError};
use crate::input;
use crate::output::{Readers, deliver};
use crate::screen::{self, ACCEPTED, REJECTED, STRONG, Screen, styled};
use crate::verify::chain;

/// Options of `saml metadata verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyOptions {
    /// The metadata, of one entity or a whole federation; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Certificates of the publisher, received out of band.
    #[arg(long, required = true, value_name = "PEM")]
    pub cert: Vec<PathBuf>,
    /// An entity to take out of it.
    #[arg(long, value_name = "NAME")]
    pub entity_id: Option<String>,
    /// Where that entity goes, unsigned, with the validUntil of the groups around it.
    #[arg(long, value_name = "FILE", requires = "entity_id")]
    pub out: Option<PathBuf>,
    /// Relaxations of the profile, such as sha1.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// The instant that validUntil is compared with, RFC 3339; now if left out.
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What was verified.
struct Finding {
    entities: usize,
    entity: Option<Verified<EntityDescriptor>>,
    /// Members that are left out, each with its code and the reason.
    left_out: Vec<(Option<String>, &'static str, String)>,
    /// Whether the wanted metadata, one entity or all of it, has no end.
    endless: bool,
}

/// Verifies the root's signature and its dates, and takes out an entity.
///
/// # Errors
/// A file or an option can't be used.
pub fn run(options: &VerifyOptions) -> Result<Answer, CommandError> {
    let keys = input::peer_keys(&options.cert)?;
    let policy = input::policy(&options.allow)?;
    let now = input::instant_or_now(options.now.as_deref())?;
    let wanted = show::entity_id(options.entity_id.as_deref())?;
    let publisher = MetadataPublisher { keys: &keys, policy: &policy };
    let outcome = read(&options.file, publisher, wanted.as_ref())?
        .and_then(|metadata| take_out(metadata, wanted.as_ref(), now))
        .and_then(|found| if options.out.is_some() { require_ends(found, &policy) } else { Ok(found) });
    if let (Some(out), Ok(Finding { entity: Some(entity), .. })) = (&options.out, &outcome) {
        let written = entity.to_xml().map_err(|error| CommandError::Command(Box::new(error)))?;
        deliver(written.octets(), Some(out), false, Readers::Everybody)?;
        if out == Path::new("-") {
            return Ok(Answer::Accepted);
        }
    }
    if options.json {
        print_json(&outcome)?;
    } else {
        show(&input::name_of(&options.file), &outcome).print()?;
    }
    Ok(Answer::of(outcome.is_ok()))
}

/// Takes the entity out of metadata, as long as it is current. Faults of other entities are reported.
fn take_out(
    mut metadata: VerifiedMetadata<EntitiesInMemory>,
    wanted: Option<&EntityId>,
    now: SamlInstant,
) -> Result<Finding, Box<TrustError>> {
    let entity = match wanted {
        None => {
            metadata.require_current(now)?;
            None
        }
        Some(wanted) => {
            metadata.require_current_entity(wanted, now)?;
            Some(metadata.entity(wanted)?)
        }
    };
    let expired = metadata.expired(now).map(|(entity, valid_until)| {
        let error = TrustError::MetadataExpired { entity: entity.to_owned(), valid_until };
        (Some(entity.to_owned()), error)
    });
    let faults = metadata.faults().map(|(entity, error)| (entity.map(str::to_owned), error));
    let told = |(entity, error): (_, TrustError)| (entity, error.code().as_str(), why(&error));
    Ok(Finding {
        entities: metadata.entity_ids().len(),
        left_out: expired.chain(faults).map(told).collect(),
        endless: entity.as_ref().map_or_else(|| metadata.is_endless(), |entity| entity.valid_until.is_none()),
        entity,
    })
}

/// Metadata that is written to a file must have an end: each role its own, or that of an element around it.
fn require_ends(found: Finding, policy: &PeerPolicy) -> Result<Finding, Box<TrustError>> {
    if let Some(entity) = &found.entity {
        for role in entity.roles() {
            let sso = match role {
                Role::IdpSso(idp) => &idp.sso,
                Role::SpSso(sp) => &sp.sso,
                Role::Other(_) => continue,
            };
            require_end(entity, &sso.role, policy).map_err(Box::new)?;
        }
    }
    Ok(found)
}

/// Verifies the metadata of a file while it is read.
fn read(
    file: &Path,
    publisher: MetadataPublisher<'_>,
    wanted: Option<&EntityId>,
) -> Result<Result<VerifiedMetadata<EntitiesInMemory>, Box<TrustError>>, CommandError> {
    let mut source = input::source(file)?;
    let stream = MetadataStream::new(publisher, &Limits::AGGREGATE, EntitiesInMemory::of(wanted.cloned()));
    match stream.read_all(|buffer| source.next_octets(buffer)) {
        Ok(metadata) => Ok(Ok(metadata)),
        Err(MetadataStreamError::Refused(error)) => Ok(Err(error)),
        Err(MetadataStreamError::Source(source)) => {
            Err(CommandError::Read { name: input::name_of(file), source })
        }
    }
}

/// Why it is refused, in a line.
fn why(error: &TrustError) -> String {
    if let TrustError::MetadataExpired { entity, valid_until } = error {
        format!("{entity} was valid until {valid_until}")
    } else {
        chain(error)
    }
}

fn print_json(outcome: &Result<Finding, Box<TrustError>>) -> Result<(), CommandError> {
    let (found, error) = (outcome.as_ref().ok(), outcome.as_ref().err());
    let entity = found.and_then(|found| found.entity.as_ref());
    screen::print_json(&json!({
        "verified": error.is_none(),
        "code": error.map(|error| error.code().as_str()),
        "why": error.map(|error| why(error)),
        "expected": error.and_then(|error| error.expected()),
        "found": error.and_then(|error| error.found()),
        "hint": error.and_then(|error| error.hint()),
        "entities": found.map(|found| found.entities),
        "leftOut": found.map(|found| {
            let told = |(entity, code, why): &(Option<String>, &str, String)| {
                json!({ "entityId": entity, "code": code, "why": why })
            };
            found.left_out.iter().map(told).collect::<Vec<_>>()
        }),
        "endless": found.map(|found| found.endless),
        "entityId": entity.map(|entity| entity.entity_id.to_string()),
        "lines": entity.map(|entity| describe(entity)),
    }))
}

fn show(name: &str, outcome: &Result<Finding, Box<TrustError>>) -> Screen {
    let mut screen = Screen::default();
    let name = screen::plain(name);
    match outcome {
        Ok(found) => {
            screen.line(&format!("{}  {}", styled(ACCEPTED, "verified"), styled(STRONG, &name)));
            if found.entities > 1 {
                screen.fact("entities", &found.entities.to_string());
            }
            if found.endless {
                let text = "it has no validUntil: an old copy of it is as good as this one";
                screen.fact("warning", text);
            }
            for (entity, code, why) in &found.left_out {
                let entity = entity.as_deref().unwrap_or("a member without a name");
                screen
                    .fact("left out", &format!("{}: {code}: {}", screen::plain(entity), screen::plain(why)));
            }
            if let Some(entity) = &found.entity {
                let lines: Vec<Line> = describe(entity);
                show::add(&mut screen, &lines);
            }
        }
        Err(error) => {
            screen.line(&format!(
                "{}  {}",
                styled(REJECTED, "refused"),
                styled(STRONG, error.code().as_str())
            ));
            screen.fact("file", &name);
            screen.fact("why", &why(error));
            for (label, value) in [("expected", error.expected()), ("found", error.found())] {
                if let Some(value) = value {
                    screen.fact(label, &value);
                }
            }
            if let Some(hint) = error.hint() {
                screen.fact("hint", hint);
            }
        }
    }
    screen
}
