//! The name of a language.

use std::borrow::Cow;

use super::error::TextError;

/// A well-formed language tag: `de`, `pt-BR` [RFC 5646 §2.1]. Case does not matter.
#[derive(Clone, Debug)]
pub(super) struct Language(Cow<'static, str>);

/// The longest tag, in octets [RFC 5646 §4.4.1].
const MAX_OCTETS: usize = 35;

impl Language {
    /// A tag that is known to be one.
    pub(super) const fn known(tag: &'static str) -> Self {
        Self(Cow::Borrowed(tag))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is(&self, tag: &str) -> bool {
        self.0.eq_ignore_ascii_case(tag)
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Eq for Language {}

impl TryFrom<&str> for Language {
    type Error = TextError;

    fn try_from(tag: &str) -> Result<Self, TextError> {
        if tag.len() > MAX_OCTETS || !is_well_formed(tag) {
            return Err(TextError::Language);
        }
        Ok(Self(Cow::Owned(tag.to_owned())))
    }
}

/// Whether this is letters and then letters or digits, up to eight each, with hyphens in between [RFC 4647 §2.1].
pub(super) fn is_well_formed(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let fits = |subtag: &str| (1..=8).contains(&subtag.len());
    subtags.next().is_some_and(|first| fits(first) && first.bytes().all(|o| o.is_ascii_alphabetic()))
        && subtags.all(|subtag| fits(subtag) && subtag.bytes().all(|o| o.is_ascii_alphanumeric()))
}
