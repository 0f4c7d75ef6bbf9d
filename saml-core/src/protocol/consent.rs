//! Floor 5: whether a principal agreed. May import `base`.

use crate::base::uri_vocabulary;

uri_vocabulary! {
    /// Whether, and how, a principal agreed to a message being sent [Core §8.4]. A claim of the sender.
    Consent {
        /// Nothing is claimed. What an absent `Consent` means.
        Unspecified = "urn:oasis:names:tc:SAML:2.0:consent:unspecified",
        /// The principal agreed.
        Obtained = "urn:oasis:names:tc:SAML:2.0:consent:obtained",
        /// The principal agreed some time before the action that led to the message.
        Prior = "urn:oasis:names:tc:SAML:2.0:consent:prior",
        /// The principal's agreement follows from that action.
        CurrentImplicit = "urn:oasis:names:tc:SAML:2.0:consent:current-implicit",
        /// The principal agreed explicitly during that action.
        CurrentExplicit = "urn:oasis:names:tc:SAML:2.0:consent:current-explicit",
        /// The principal didn't agree.
        Unavailable = "urn:oasis:names:tc:SAML:2.0:consent:unavailable",
        /// Agreement isn't needed.
        Inapplicable = "urn:oasis:names:tc:SAML:2.0:consent:inapplicable",
    }
}
