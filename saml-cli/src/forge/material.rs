//! What messages are forged from.

use saml_core::base::EntityId;
use saml_testkit::forge::{Begun, ForgeError, Keyring, Scene, Signed, Template};

use super::{ForgeOptions, failed, missing};
use crate::answer::{CommandError, InvalidValue};
use crate::input;
use saml_provider::SystemRandom;

/// Keys, parties, and perhaps a message.
pub(super) struct Material {
    pub(super) keyring: Keyring,
    pub(super) scene: Scene,
    pub(super) template: Option<Template>,
    pub(super) signed: Vec<Signed>,
}

impl Material {
    pub(super) fn of(options: &ForgeOptions) -> Result<Self, CommandError> {
        if options.signer.cert.is_none() {
            return Err(CommandError::option(
                "--cert",
                InvalidValue::Other("is needed: it is what is pinned"),
            ));
        }
        let template = options.file.as_deref().map(template).transpose()?;
        let scene = scene(options, template.as_ref())?;
        let signed = match (options.signed.as_slice(), &template) {
            ([], Some(template)) => vec![template.signed()],
            ([], None) => Signed::ALL.to_vec(),
            (chosen, _) => chosen.iter().copied().map(Signed::from).collect(),
        };
        let keyring = Keyring::beside(options.signer.signer()?).map_err(failed)?;
        Ok(Self { keyring, scene, template, signed })
    }
}

fn template(path: &std::path::Path) -> Result<Template, CommandError> {
    let message = input::message(path)?;
    message.document()?;
    Template::read(message.received.xml).map_err(|error| {
        if let ForgeError::Absent { part } = &error
            && matches!(part.as_str(), "Assertion" | "Response")
        {
            return failed(NoMould { name: message.name, part: part.clone() });
        }
        failed(error)
    })
}

/// A file that no message can be made like.
#[derive(Debug, thiserror::Error)]
#[error(
    "{name} holds no {part} in clear: a Response is wanted, decrypted with `saml decrypt` where it is encrypted"
)]
struct NoMould {
    name: String,
    part: String,
}

fn scene(options: &ForgeOptions, template: Option<&Template>) -> Result<Scene, CommandError> {
    let mut scene = match template {
        Some(template) => template.scene().clone(),
        None => Scene::new(input::instant_or_now(None)?, &mut SystemRandom).map_err(failed)?,
    };
    if options.now.is_some() {
        scene.now = input::instant_or_now(options.now.as_deref())?;
    }
    // Without a message, a missing option would have to be guessed.
    let given = |option: &'static str, value: Option<&String>| match (value, template) {
        (Some(value), _) => Ok(Some(value.clone())),
        (None, Some(_)) => Ok(None),
        (None, None) => Err(missing(option)),
    };
    let entity = |option: &'static str, value: Option<&String>| {
        let name = given(option, value)?.map(|name| EntityId::try_from(name.as_str()));
        name.transpose().map_err(|invalid| CommandError::option(option, invalid))
    };
    if let Some(idp) = entity("--idp-entity-id", options.idp_entity_id.as_ref())? {
        scene.idp = idp;
    }
    if let Some(sp) = entity("--sp-entity-id", options.sp_entity_id.as_ref())? {
        scene.sp = sp;
    }
    let acs_url = options.acs_url.as_ref().or(options.against.against.as_ref());
    if let Some(url) = given("--acs-url", acs_url)? {
        scene.acs_url = url;
    }
    if let Some(name) = &options.name_id {
        scene.name_id.clone_from(name);
    }
    if options.against.against.is_some() {
        scene.begun = if options.against.unsolicited { Begun::Unsolicited } else { Begun::ByRequest };
    }
    Ok(scene)
}
