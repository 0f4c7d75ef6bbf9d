//! The words of the pages, as the settings replace them.

use saml_idp::texts::{Text, TextError, Texts};

use super::config::ConfigFile;
use crate::answer::CommandError;

/// The shipped texts with those of the settings.
///
/// # Errors
/// A text of another name, one that can't stand in its place, or a default language that has no texts.
pub(super) fn texts(file: &ConfigFile) -> Result<Texts, CommandError> {
    let mut texts = Texts::shipped();
    for (language, replaced) in &file.settings.texts {
        for (name, words) in replaced {
            let invalid = |reason: &str| file.invalid("texts", words.span(), reason);
            let Some(text) = Text::named(name) else {
                return Err(invalid(&format!("there is no text of the name {name}")));
            };
            let taken = texts.with(language, text, words.get_ref());
            texts = taken.map_err(|error: TextError| invalid(&error.to_string()))?;
        }
    }
    match &file.settings.language {
        None => Ok(texts),
        Some(language) => texts
            .by_default(language.get_ref())
            .map_err(|error| file.invalid("language", language.span(), &error.to_string())),
    }
}
