//! All texts in all languages that a site speaks.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::accept_language::AcceptLanguage;
use super::error::TextError;
use super::filled::Filled;
use super::language::Language;
use super::pieces::{Part, parts};
use super::text::{Role, Text};
use super::{english, german};

/// All texts in all languages that a site speaks: English and German, unless something else is said. Cheap to clone.
///
/// ```
/// use saml_provider::texts::{Text, TextError, Texts};
///
/// # fn texts() -> Result<Texts, TextError> {
/// let texts = Texts::shipped()
///     .by_default("de")?
///     .with("en", Text::LoginHeading, "Welcome")?
///     .with("de", Text::LoginHeading, "Willkommen")?;
/// // Without its placeholder this text would not say where the person is going.
/// let error = texts.clone().with("en", Text::LoginLead, "to continue").unwrap_err();
/// assert_eq!(error.to_string(), "the text login_lead lacks {service}");
/// # Ok(texts) }
/// # texts().unwrap();
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Texts {
    /// The default language first.
    spoken: Arc<Vec<Spoken>>,
}

/// The texts in one language.
#[derive(Clone, PartialEq, Eq)]
struct Spoken {
    language: Language,
    shipped: Shipped,
    own: BTreeMap<Text, String>,
}

/// What comes with this crate in a language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shipped {
    English,
    German,
    Nothing,
}

static ENGLISH: Spoken = Spoken::shipped(Language::known("en"), Shipped::English);
static GERMAN: Spoken = Spoken::shipped(Language::known("de"), Shipped::German);

impl Spoken {
    const fn shipped(language: Language, shipped: Shipped) -> Self {
        Self { language, shipped, own: BTreeMap::new() }
    }

    fn get(&self, text: Text) -> Option<&str> {
        self.own.get(&text).map(String::as_str).or_else(|| match self.shipped {
            Shipped::English => Some(english::of(text)),
            Shipped::German => Some(german::of(text)),
            Shipped::Nothing => None,
        })
    }
}

impl Texts {
    /// The texts that come with this crate: English, which is the default, and German.
    #[must_use]
    pub fn shipped() -> Self {
        Self { spoken: Arc::new(vec![ENGLISH.clone(), GERMAN.clone()]) }
    }

    /// Answers in this language whoever asks for none that is spoken here.
    ///
    /// # Errors
    /// [`TextError::LanguageUnknown`]: no text was given in it.
    pub fn by_default(mut self, language: &str) -> Result<Self, TextError> {
        let spoken = Arc::make_mut(&mut self.spoken);
        let position =
            spoken.iter().position(|s| s.language.is(language)).ok_or(TextError::LanguageUnknown)?;
        let default = spoken.remove(position);
        spoken.insert(0, default);
        Ok(self)
    }

    /// Answers everybody in this language.
    ///
    /// # Errors
    /// [`TextError::LanguageUnknown`]: no text was given in it.
    pub fn only(self, language: &str) -> Result<Self, TextError> {
        let mut texts = self.by_default(language)?;
        Arc::make_mut(&mut texts.spoken).truncate(1);
        Ok(texts)
    }

    /// Says this in the place of a text. A language that was not spoken here is added; before the site is built, it needs
    /// all texts that its pages show ([`Text::ALL`], [`Text::is_shown_by`]). A release may bring more.
    ///
    /// `words` is plain text: what looks like markup is shown as it is written. Each of the text's
    /// [placeholders](Text::placeholders) stands in it at least once, in braces; a brace itself is written twice.
    ///
    /// # Errors
    /// [`TextError`]: not a language tag; empty; a placeholder is missing or unknown; a brace stands alone.
    pub fn with(mut self, language: &str, text: Text, words: &str) -> Result<Self, TextError> {
        require_right(text, words)?;
        let tag = Language::try_from(language)?;
        let spoken = Arc::make_mut(&mut self.spoken);
        match spoken.iter_mut().find(|spoken| spoken.language == tag) {
            Some(spoken) => {
                spoken.own.insert(text, words.to_owned());
            }
            None => {
                let own = BTreeMap::from([(text, words.to_owned())]);
                spoken.push(Spoken { language: tag, shipped: Shipped::Nothing, own });
            }
        }
        Ok(self)
    }

    /// [`Texts::with`] for many texts.
    ///
    /// # Errors
    /// As there.
    pub fn with_all<'a>(
        self,
        language: &str,
        texts: impl IntoIterator<Item = (Text, &'a str)>,
    ) -> Result<Self, TextError> {
        texts.into_iter().try_fold(self, |all, (text, words)| all.with(language, text, words))
    }

    /// Whether each language has all texts of a role's pages.
    ///
    /// # Errors
    /// [`TextError::Missing`].
    pub fn require_all_of(&self, role: Role) -> Result<(), TextError> {
        let shown = || Text::ALL.iter().filter(|text| text.is_shown_by(role));
        let missing = |spoken: &Spoken| shown().find(|text| spoken.get(**text).is_none()).copied();
        self.spoken.iter().find_map(missing).map_or(Ok(()), |text| Err(TextError::Missing(text)))
    }

    /// The tags of the languages, the default first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.spoken.iter().map(|spoken| spoken.language.as_str())
    }

    /// The texts in the language that fits best: the default if none does.
    #[must_use]
    pub fn for_whom(&self, accepts: &AcceptLanguage<'_>) -> Words<'_> {
        let languages: Vec<&str> = self.languages().collect();
        Words { spoken: self.spoken.get(accepts.choose(&languages)).unwrap_or(&ENGLISH) }
    }

    /// The texts in the default language.
    #[must_use]
    pub fn in_default(&self) -> Words<'_> {
        Words { spoken: self.spoken.first().unwrap_or(&ENGLISH) }
    }

    /// The texts in this language, or in the default one.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Words<'_> {
        let spoken = self.spoken.iter().find(|spoken| spoken.language.is(language));
        spoken.map_or_else(|| self.in_default(), |spoken| Words { spoken })
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::shipped()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.languages().collect::<Vec<_>>()).finish()
    }
}

/// Whether `words` can stand for this text.
pub(super) fn require_right(text: Text, words: &str) -> Result<(), TextError> {
    if words.trim().is_empty() {
        return Err(TextError::Empty(text));
    }
    let mut found = Vec::new();
    for part in parts(words) {
        match part {
            Part::Words(_) => {}
            Part::Open(open) if text.placeholders().contains(&open) => found.push(open),
            Part::Open(_) | Part::Unknown => return Err(TextError::PlaceholderUnknown(text)),
            Part::Brace => return Err(TextError::Brace(text)),
        }
    }
    match text.placeholders().iter().find(|open| !found.contains(open)) {
        Some(&placeholder) => Err(TextError::PlaceholderMissing { text, placeholder }),
        None => Ok(()),
    }
}

/// The texts in one language, for one page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Words<'a> {
    spoken: &'a Spoken,
}

impl<'a> Words<'a> {
    /// English, as it comes with this crate.
    #[must_use]
    pub const fn english() -> Words<'static> {
        Words { spoken: &ENGLISH }
    }

    /// The tag of the language.
    #[must_use]
    pub fn language(self) -> &'a str {
        self.spoken.language.as_str()
    }

    /// This text, to be filled.
    #[must_use]
    pub fn text(self, text: Text) -> Filled<'a> {
        Filled::of(self.spoken.get(text).unwrap_or_else(|| english::of(text)))
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.language()).finish()
    }
}
