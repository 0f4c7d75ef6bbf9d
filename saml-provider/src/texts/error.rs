//! Why texts can't be used.

use super::placeholder::Placeholder;
use super::text::Text;

/// Why texts can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Not a language tag [RFC 5646].
    #[error("not a language tag such as de or pt-BR")]
    Language,
    /// Nobody gave a text in that language.
    #[error("there are no texts in that language")]
    LanguageUnknown,
    /// Nothing to read.
    #[error("the text {} is empty", .0.name())]
    Empty(Text),
    /// Braces that hold no name of a placeholder.
    #[error("the text {} has a brace that begins or ends no placeholder: write {{{{ or }}}} for a brace", .0.name())]
    Brace(Text),
    /// A placeholder that this text has no value for.
    #[error("the text {} has a placeholder that it can't have; it has {}", .0.name(), listed(.0))]
    PlaceholderUnknown(Text),
    /// A placeholder without which the text would leave something out.
    #[error("the text {} lacks {{{}}}", text.name(), placeholder.name())]
    PlaceholderMissing {
        /// The text.
        text: Text,
        /// What it lacks.
        placeholder: Placeholder,
    },
    /// A language without this text.
    #[error("a language lacks the text {}", .0.name())]
    Missing(Text),
}

/// The placeholders of a text, for people.
fn listed(text: &Text) -> String {
    if text.placeholders().is_empty() {
        return "none".to_owned();
    }
    text.placeholders().iter().map(|open| format!("{{{}}}", open.name())).collect::<Vec<_>>().join(" ")
}
