//! Floor 1: the one shape of all URI vocabularies.

/// Declares an open vocabulary of URIs: an enum of the known ones, `Other` for the rest, `from_uri` and `uri`.
///
/// Identifiers are compared octet by octet, as [Core §1.3.2] wants.
macro_rules! uri_vocabulary {
    ($(#[$about:meta])* $name:ident { $($(#[$word_about:meta])* $word:ident = $uri:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$word_about])* $word,)+
            /// Any other identifier, as it was written. [`Self::from_uri`] makes it for unknown identifiers only.
            Other(String),
        }

        impl $name {
            /// The value that an identifier stands for. Never fails.
            #[must_use]
            pub fn from_uri(uri: &str) -> Self {
                match uri {
                    $($uri => Self::$word,)+
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The identifier.
            #[must_use]
            pub fn uri(&self) -> &str {
                match self {
                    $(Self::$word => $uri,)+
                    Self::Other(uri) => uri,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.uri())
            }
        }
    };
}

pub(crate) use uri_vocabulary;
