//! Floor 3: the canonicalisation algorithms and their names. Imports nothing of this crate.

use std::fmt;

/// A canonicalisation algorithm of XML Signature, as `Algorithm` attributes name it.
///
/// A same-document reference by ID selects a node-set without comments [XMLDSig §4.4.3.3], whatever the transform that
/// follows: the caller says so with [`CanonicalizationMethod::without_comments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CanonicalizationMethod {
    /// Exclusive XML Canonicalization 1.0 ([EXC-C14N]).
    ///
    /// [EXC-C14N]: https://www.w3.org/TR/2002/REC-xml-exc-c14n-20020718/
    Exclusive {
        /// Whether comments are kept.
        comments: bool,
    },
    /// Canonical XML 1.0 ([C14N]).
    ///
    /// [C14N]: https://www.w3.org/TR/2001/REC-xml-c14n-20010315
    Inclusive10 {
        /// Whether comments are kept.
        comments: bool,
    },
    /// Canonical XML 1.1 ([C14N11]).
    ///
    /// [C14N11]: https://www.w3.org/TR/2008/REC-xml-c14n11-20080502/
    Inclusive11 {
        /// Whether comments are kept.
        comments: bool,
    },
}

impl CanonicalizationMethod {
    /// Exclusive, without comments: what every SAML signature should use [Core §5.4.3].
    pub const EXCLUSIVE: Self = Self::Exclusive { comments: false };

    /// What XML Signature applies to a node-set when no transform says otherwise [XMLDSig §4.4.3.2].
    pub const IMPLIED: Self = Self::Inclusive10 { comments: false };

    /// Every algorithm, in the order of their publication.
    pub const ALL: [Self; 6] = [
        Self::Inclusive10 { comments: false },
        Self::Inclusive10 { comments: true },
        Self::Exclusive { comments: false },
        Self::Exclusive { comments: true },
        Self::Inclusive11 { comments: false },
        Self::Inclusive11 { comments: true },
    ];

    /// The algorithm that an `Algorithm` attribute names. Identifiers are compared octet by octet; `None` for an
    /// unknown one.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.uri() == uri)
    }

    /// The name of the algorithm.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Exclusive { comments: false } => "http://www.w3.org/2001/10/xml-exc-c14n#",
            Self::Exclusive { comments: true } => "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
            Self::Inclusive10 { comments: false } => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            Self::Inclusive10 { comments: true } => {
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
            }
            Self::Inclusive11 { comments: false } => "http://www.w3.org/2006/12/xml-c14n11",
            Self::Inclusive11 { comments: true } => "http://www.w3.org/2006/12/xml-c14n11#WithComments",
        }
    }

    /// The same algorithm, dropping comments.
    #[must_use]
    pub const fn without_comments(self) -> Self {
        match self {
            Self::Exclusive { .. } => Self::Exclusive { comments: false },
            Self::Inclusive10 { .. } => Self::Inclusive10 { comments: false },
            Self::Inclusive11 { .. } => Self::Inclusive11 { comments: false },
        }
    }

    /// Whether comments are kept.
    #[must_use]
    pub const fn keeps_comments(self) -> bool {
        match self {
            Self::Exclusive { comments }
            | Self::Inclusive10 { comments }
            | Self::Inclusive11 { comments } => comments,
        }
    }

    /// Whether every namespace in scope is rendered, used or not.
    pub(super) const fn is_inclusive(self) -> bool {
        match self {
            Self::Exclusive { .. } => false,
            Self::Inclusive10 { .. } | Self::Inclusive11 { .. } => true,
        }
    }
}

impl fmt::Display for CanonicalizationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri())
    }
}
