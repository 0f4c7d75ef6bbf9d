//! The corpus in a folder: messages, certificates, and the manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use saml_testkit::forge::{
    DecryptionKeyring, Expected, Family, ForgeError, ForgedMessage, PinnedCertificate, ReceiverKeyFiles,
    Specimen, attacks_by_encryption, attacks_on, attacks_on_logout, attacks_on_metadata, attacks_on_requests,
    record,
};
use saml_testkit::manifest;

use super::material::Material;
use super::{ForgeOptions, failed};
use crate::answer::{CommandError, InvalidValue};
use crate::output;

/// The manifest in the folder.
const MANIFEST: &str = "manifest.json";

/// What was written.
pub(super) struct Corpus {
    pub(super) manifest: PathBuf,
    /// For each family, how many messages must be refused, and how many only look hostile.
    pub(super) families: BTreeMap<Family, (usize, usize)>,
}

/// Writes everything.
pub(super) fn write(
    folder: &Path,
    options: &ForgeOptions,
    material: &Material,
) -> Result<Corpus, CommandError> {
    let failed_at = |path: &Path| {
        let path = path.to_owned();
        move |source| CommandError::Write { path, source }
    };
    std::fs::create_dir_all(folder).map_err(failed_at(folder))?;
    if std::fs::read_dir(folder).map_err(failed_at(folder))?.next().is_some() {
        return Err(CommandError::option("--out", InvalidValue::Other("the folder is not empty")));
    }
    let recipient = DecryptionKeyring::generate().map_err(failed)?;
    let messages = forge(options, material, &recipient).map_err(failed)?;
    let mut pinned = Vec::new();
    for (role, certificate) in material.keyring.certificates() {
        let file = format!("keys/{role}.crt");
        put(&folder.join(&file), certificate.to_pem().as_bytes())?;
        pinned.push(PinnedCertificate { certificate: certificate.clone(), file });
    }
    let mut cases = Vec::new();
    let mut files = ReceiverKeyFiles::default();
    for (name, pem) in recipient.pems() {
        let file = format!("keys/{name}.key");
        put(&folder.join(&file), pem.as_bytes())?;
        files.decryption_keys.push(file);
    }
    for (name, text) in recipient.shared_texts() {
        let file = format!("keys/{name}.key");
        put(&folder.join(&file), text.as_bytes())?;
        files.shared_keys.push(file);
    }
    for recorded in record(&messages, &pinned, &files).map_err(failed)? {
        put(&folder.join(&recorded.case.file), &recorded.octets)?;
        cases.push(recorded.case);
    }
    let path = folder.join(MANIFEST);
    put(&path, manifest::write(&cases).map_err(CommandError::Json)?.as_bytes())?;
    let mut families = BTreeMap::<Family, (usize, usize)>::new();
    for message in messages.iter().filter(|message| message.attack > 0) {
        let (hostile, decoys) = families.entry(message.family).or_default();
        let count = match message.expected {
            Expected::Refused(_) => hostile,
            Expected::Accepted(_) => decoys,
        };
        *count = count.saturating_add(1);
    }
    Ok(Corpus { manifest: path, families })
}

fn put(path: &Path, octets: &[u8]) -> Result<(), CommandError> {
    let failed = |source| CommandError::Write { path: path.to_owned(), source };
    path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(failed)?;
    // Private keys, and messages that would log somebody in where these keys are believed.
    output::write_new(path, octets, output::OWNER_ALONE)
}

/// The good messages and everything that is made from them.
fn forge(
    options: &ForgeOptions,
    material: &Material,
    recipient: &DecryptionKeyring,
) -> Result<Vec<ForgedMessage>, ForgeError> {
    let Material { keyring, scene, template, signed } = material;
    let keys = keyring.keys();
    let mut messages = Vec::new();
    for signed in signed {
        let specimen = match template {
            Some(template) => template.specimen(scene, *signed, keys)?,
            None => Specimen::issue(scene, keys, *signed)?,
        };
        let good = specimen.good()?;
        messages.push(ForgedMessage { id: format!("good/{}", good.id), ..good });
        messages.extend(attacks_on(&specimen)?);
        let decryption_keys = recipient.decryption_keys()?;
        messages.extend(attacks_by_encryption(&specimen, recipient.recipients(), decryption_keys)?);
    }
    messages.extend(attacks_on_requests(scene, keys)?);
    messages.extend(attacks_on_logout(scene, keys)?);
    messages.extend(attacks_on_metadata(scene, keys)?);
    let wanted = |family| options.only.is_empty() || options.only.contains(&family);
    messages.retain(|message| message.attack == 0 || wanted(message.family));
    if template.is_some() {
        // A change to a value that the message has already is no attack, and a part that the message lacks changes the
        // reason of a refusal.
        messages = messages.into_iter().filter_map(ForgedMessage::fitted).collect();
    }
    Ok(messages)
}
