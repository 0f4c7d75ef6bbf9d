//! Floor 3: why there is no canonical form. May import `base`.

use crate::base::{Coded, VerdictCode};

/// Why there is no canonical form. Whatever a sink has received before it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum C14nError {
    /// A namespace URI has no scheme: no canonical form is defined [C14N §1.3].
    ///
    /// Implementations that yield no octets for it have verified the digest of nothing.
    #[error("a relative namespace URI has no canonical form")]
    RelativeNamespace,
    /// A namespace URI is longer than [`C14nError::MAX_NAMESPACE_OCTETS`].
    #[error("a namespace URI is too long to be canonicalised")]
    NamespaceTooLong {
        /// Its octets.
        octets: usize,
    },
    /// More octets than [`Limits::canonical_octets`](crate::base::Limits::canonical_octets).
    #[error("the canonical form is larger than the limit")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The canonical form has no octets.
    #[error("the canonical form is empty")]
    Empty,
    /// The element to leave out is not inside the element that is canonicalised.
    #[error("the element to leave out is not part of the canonicalised element")]
    OmittedElementAbsent,
    /// The events do not form a document or an element.
    #[error("the events do not form a document")]
    EventOrder,
    /// A `PrefixList` names more prefixes than [`PrefixList::MAX_PREFIXES`](super::PrefixList::MAX_PREFIXES).
    #[error("a PrefixList names too many prefixes")]
    TooManyPrefixes {
        /// How many it names.
        count: usize,
    },
    /// More prefixes are bound at one place than [`C14nError::MAX_PREFIXES_IN_FORCE`], where they must be remembered.
    #[error("too many prefixes are in force")]
    TooManyPrefixesInForce {
        /// How many.
        count: usize,
    },
    /// A token of a `PrefixList` is neither a prefix nor `#default`.
    #[error("a PrefixList has a token that is no prefix")]
    NotAPrefix,
}

impl C14nError {
    /// The longest namespace URI that is canonicalised, in octets.
    ///
    /// Attributes are sorted by namespace URI: without a bound, two long ones that differ at the end would make each
    /// comparison as dear as the message is long.
    pub const MAX_NAMESPACE_OCTETS: usize = 1024;

    /// The most tokens of one list of prefixes. The longest seen in the wild has nine.
    pub const MAX_PREFIXES: usize = 64;
    /// The most prefixes that may be in force where an entity begins in a streamed aggregate. The most seen there is 19.
    pub const MAX_PREFIXES_IN_FORCE: usize = 256;

    /// [`C14nError::RelativeNamespace`].
    pub const RELATIVE_NAMESPACE: VerdictCode = VerdictCode::new("c14n.relative_namespace");
    /// [`C14nError::NamespaceTooLong`].
    pub const NAMESPACE_TOO_LONG: VerdictCode = VerdictCode::new("c14n.namespace_too_long");
    /// [`C14nError::TooLarge`].
    pub const TOO_LARGE: VerdictCode = VerdictCode::new("c14n.too_large");
    /// [`C14nError::Empty`].
    pub const EMPTY: VerdictCode = VerdictCode::new("c14n.empty");
    /// [`C14nError::OmittedElementAbsent`].
    pub const OMITTED_ELEMENT_ABSENT: VerdictCode = VerdictCode::new("c14n.omitted_element_absent");
    /// [`C14nError::EventOrder`].
    pub const EVENT_ORDER: VerdictCode = VerdictCode::new("c14n.event_order");
    /// [`C14nError::TooManyPrefixes`].
    pub const TOO_MANY_PREFIXES: VerdictCode = VerdictCode::new("c14n.prefix_list.too_many");
    /// [`C14nError::TooManyPrefixesInForce`].
    pub const TOO_MANY_PREFIXES_IN_FORCE: VerdictCode = VerdictCode::new("c14n.too_many_prefixes_in_force");
    /// [`C14nError::NotAPrefix`].
    pub const NOT_A_PREFIX: VerdictCode = VerdictCode::new("c14n.prefix_list.not_a_prefix");
}

impl Coded for C14nError {
    fn code(&self) -> VerdictCode {
        match self {
            Self::RelativeNamespace => Self::RELATIVE_NAMESPACE,
            Self::NamespaceTooLong { .. } => Self::NAMESPACE_TOO_LONG,
            Self::TooLarge { .. } => Self::TOO_LARGE,
            Self::Empty => Self::EMPTY,
            Self::OmittedElementAbsent => Self::OMITTED_ELEMENT_ABSENT,
            Self::EventOrder => Self::EVENT_ORDER,
            Self::TooManyPrefixes { .. } => Self::TOO_MANY_PREFIXES,
            Self::TooManyPrefixesInForce { .. } => Self::TOO_MANY_PREFIXES_IN_FORCE,
            Self::NotAPrefix => Self::NOT_A_PREFIX,
        }
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::RelativeNamespace => Some("a namespace URI with a scheme".to_owned()),
            Self::NamespaceTooLong { .. } => Some(format!("at most {} octets", Self::MAX_NAMESPACE_OCTETS)),
            Self::TooLarge { limit } => Some(format!("at most {limit} octets")),
            Self::TooManyPrefixes { .. } => Some(format!("at most {} prefixes", Self::MAX_PREFIXES)),
            Self::TooManyPrefixesInForce { .. } => {
                Some(format!("at most {} prefixes", Self::MAX_PREFIXES_IN_FORCE))
            }
            Self::NotAPrefix => Some("an NCName or #default".to_owned()),
            Self::Empty => Some("one element at least".to_owned()),
            Self::OmittedElementAbsent => Some("an element within the one that is canonicalised".to_owned()),
            Self::EventOrder => Some("the events of one document or element, in order".to_owned()),
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::NamespaceTooLong { octets } => Some(format!("{octets} octets")),
            Self::TooManyPrefixes { count } | Self::TooManyPrefixesInForce { count } => {
                Some(format!("{count} prefixes"))
            }
            Self::RelativeNamespace => Some("one without".to_owned()),
            Self::TooLarge { .. } => Some("more".to_owned()),
            Self::Empty => Some("none".to_owned()),
            Self::OmittedElementAbsent => Some("an element elsewhere".to_owned()),
            Self::EventOrder => Some("an event out of order".to_owned()),
            Self::NotAPrefix => Some("another token".to_owned()),
        }
    }
}
