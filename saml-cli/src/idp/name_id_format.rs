//! Kinds of name in the settings.

use saml_core::assertion::NameIdFormat;
use toml::Spanned;

use super::config::ConfigFile;
use crate::answer::CommandError;
use crate::metadata::name_id_format;

const NOT_ISSUED: &str =
    "no such NameID format is issued here: there are persistent, transient, emailAddress and unspecified";

/// A NameID format that names are issued in, by its short name or its URI.
pub(super) fn format_of(
    file: &ConfigFile,
    field: &'static str,
    name: &Spanned<String>,
) -> Result<NameIdFormat, CommandError> {
    let format = name_id_format(name.get_ref());
    let is_issued = matches!(
        format,
        NameIdFormat::Persistent
            | NameIdFormat::Transient
            | NameIdFormat::EmailAddress
            | NameIdFormat::Unspecified
    );
    if is_issued { Ok(format) } else { Err(file.invalid(field, name.span(), NOT_ISSUED)) }
}
