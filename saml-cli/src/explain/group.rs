//! The branches of the tree: which check belongs where.

/// A part of the message, in the order of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Message,
    Signature,
    Encryption,
    Response,
    Assertion,
    Subject,
    Confirmation,
    Conditions,
    Authentication,
    Further,
}

impl Group {
    /// Every branch, in order.
    pub(super) const ALL: [Self; 10] = [
        Self::Message,
        Self::Signature,
        Self::Encryption,
        Self::Response,
        Self::Assertion,
        Self::Subject,
        Self::Confirmation,
        Self::Conditions,
        Self::Authentication,
        Self::Further,
    ];

    /// The title of the group for readers.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Message => "Message",
            Self::Signature => "Signature",
            Self::Encryption => "Encryption",
            Self::Response => "Response",
            Self::Assertion => "Assertion",
            Self::Subject => "Subject",
            Self::Confirmation => "SubjectConfirmation",
            Self::Conditions => "Conditions",
            Self::Authentication => "AuthnStatement",
            Self::Further => "Further checks",
        }
    }

    /// The branch of a check and its name there.
    pub(super) fn of(name: &str) -> (Self, String) {
        let words = |text: &str| text.replace('_', " ");
        if let Some(rest) = name.strip_prefix("subject_confirmation_") {
            return (Self::Confirmation, words(rest));
        }
        let group = match name {
            "message" => Self::Message,
            "signature" | "signature_demand" | "relaxations" | "metadata_validity" => Self::Signature,
            "decryption" => Self::Encryption,
            "response_issuer"
            | "pending_request"
            | "destination"
            | "in_response_to"
            | "response_issue_instant"
            | "status" => Self::Response,
            "assertion_issuer" | "assertion_issue_instant" | "assertion_age" => Self::Assertion,
            "name_id" | "name_id_sp_name_qualifier" => Self::Subject,
            "conditions_validity" | "conditions_understood" | "audience" => Self::Conditions,
            "authn_statement" | "authn_instant" | "session_not_on_or_after" | "requested_authn_context" => {
                Self::Authentication
            }
            _ => Self::Further,
        };
        let short = match group {
            Self::Response => name.strip_prefix("response_"),
            Self::Assertion => name.strip_prefix("assertion_"),
            Self::Conditions => name.strip_prefix("conditions_"),
            Self::Subject => name.strip_prefix("name_id_"),
            Self::Message
            | Self::Signature
            | Self::Encryption
            | Self::Confirmation
            | Self::Authentication
            | Self::Further => None,
        };
        (group, words(short.unwrap_or(name)))
    }
}
