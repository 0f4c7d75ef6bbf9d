//! The statuses that a service gets in place of an assertion. [Core §3.2.2]

use saml_core::base::VerdictCode;
use saml_core::protocol::{Status, StatusCode};
use saml_core::validation::Verdict;

/// Why there is no assertion though the request may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ErrorAnswer {
    /// The person may not be asked, and nobody is signed in whom the answer could be about.
    NoPassive,
    /// People don't sign in here as it was asked for.
    NoAuthnContext {
        /// What was asked for.
        asked: String,
        /// How people sign in.
        possible: String,
    },
    /// The person has no name of the wanted kind: no mail address, say.
    NoName,
    /// Somebody else signed in than the request is about.
    OtherPrincipal,
    /// The Subject of the request can't be compared with anybody.
    IncomparableSubject,
    /// It would have to go in clear what was encrypted for the service before.
    EncryptionKeyWithdrawn,
}

/// An answer in the words of the specification, and of the verdict.
struct Terms {
    top_level: StatusCode,
    status: StatusCode,
    code: &'static str,
    section: &'static str,
    expected: String,
    found: String,
}

impl ErrorAnswer {
    /// The status, with a message for the service's operator. It says nothing of people: every text is fixed, except
    /// for the way of signing in here and the wish of the service.
    pub(super) fn status(&self) -> Status {
        let Terms { top_level, status, code, expected, found, .. } = self.terms();
        Status {
            sub_codes: vec![status],
            message: Some(format!("{code}: expected {expected}, found {found}")),
            ..Status::new(top_level)
        }
    }

    /// The same for our log.
    pub(super) fn verdict(&self) -> Verdict {
        let Terms { code, section, expected, found, .. } = self.terms();
        Verdict::default().with_failure("request", section, VerdictCode::new(code), &expected, &found)
    }

    fn terms(&self) -> Terms {
        let fixed = |status, code, section, expected: &str, found: &str| Terms {
            top_level: StatusCode::Responder,
            status,
            code,
            section,
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        match self {
            Self::NoPassive => fixed(
                StatusCode::NoPassive,
                "request.passive",
                "[Core §3.4.1]",
                "a session of whom the request is about, for nobody may be asked",
                "none",
            ),
            Self::NoAuthnContext { asked, possible } => fixed(
                StatusCode::NoAuthnContext,
                "request.authn_context_unmet",
                "[Core §3.3.2.2.1]",
                possible,
                asked,
            ),
            Self::NoName => fixed(
                StatusCode::InvalidNameIdPolicy,
                "request.name_unavailable",
                "[Core §3.4.1.1]",
                "a person with a name of the kind that is asked for",
                "one without",
            ),
            Self::OtherPrincipal => fixed(
                StatusCode::UnknownPrincipal,
                "request.subject_mismatch",
                "[Core §3.4.1.4]",
                "the principal whom the request is about",
                "another one",
            ),
            Self::EncryptionKeyWithdrawn => fixed(
                StatusCode::RequestDenied,
                "sp.encryption_key_withdrawn",
                "our own rule, `EncryptAssertions`",
                "a key to encrypt with, as the service provider's metadata had one before",
                "none",
            ),
            Self::IncomparableSubject => Terms {
                top_level: StatusCode::Requester,
                ..fixed(
                    StatusCode::RequestUnsupported,
                    "request.subject_unsupported",
                    "[Core §3.4.1.4]",
                    "a Subject with a NameID in clear, confirmed by its bearer",
                    "another one",
                )
            },
        }
    }
}

#[cfg(test)]
mod tests;
