//! Floor 7: why a message can't be taken from, or put on, the wire. Imports `base` and `crypto`.

use super::{Base64Fault, DeflateFault, DestinationFault, Parameter};
use crate::base::{Coded, InvalidRelayState, VerdictCode};
use crate::crypto::CryptoError;

/// Why a message can't be taken from, or put on, the wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindingError {
    /// The peer: neither `SAMLRequest` nor `SAMLResponse`, or an empty one.
    #[error("there is no SAML message in the request")]
    ParameterMissing,
    /// The peer: both `SAMLRequest` and `SAMLResponse`.
    #[error("SAMLRequest and SAMLResponse stand side by side")]
    TwoMessages,
    /// The peer: a parameter occurs more than once.
    #[error("the parameter {parameter} occurs more than once")]
    ParameterDuplicated {
        /// Which.
        parameter: Parameter,
    },
    /// The peer: a parameter name that equals one of ours only after percent-decoding.
    #[error("the name of the parameter {parameter} is not written literally")]
    ParameterEncodedName {
        /// What it decodes to.
        parameter: Parameter,
        /// What stands there.
        found: String,
    },
    /// The peer: a parameter of another binding, which this one would ignore.
    #[error("the parameter {parameter} does not belong to this binding")]
    ParameterUnexpected {
        /// Which.
        parameter: Parameter,
    },
    /// The peer: a `%` without two hexadecimal digits.
    #[error("the parameter {parameter} is not percent-encoded")]
    PercentEncoding {
        /// Where.
        parameter: Parameter,
    },
    /// The peer: octets that are not UTF-8.
    #[error("a parameter is not UTF-8")]
    CharacterEncoding,
    /// The peer: not canonical Base64.
    #[error("the parameter {parameter} is not base64")]
    Base64 {
        /// Where.
        parameter: Parameter,
        /// In which way.
        fault: Base64Fault,
    },
    /// The peer: not one raw DEFLATE stream.
    #[error("the message is not a raw deflate stream")]
    Deflate {
        /// In which way.
        fault: DeflateFault,
    },
    /// The peer: a message in a form that is compressed as if it were in a query. A known fault of some senders.
    #[error("the message in the form is deflated")]
    DeflatedPost,
    /// The peer: more than the limits allow.
    #[error("{measured} is larger than {limit} octets")]
    TooLarge {
        /// What.
        measured: Measured,
        /// How much is allowed.
        limit: usize,
        /// How much there is; unknown where inflating stopped at the limit.
        octets: Option<usize>,
    },
    /// We don't support it: an encoding other than DEFLATE.
    #[error("the SAMLEncoding is not supported")]
    Encoding {
        /// What it names.
        found: String,
    },
    /// The peer: a body that is not form-encoded.
    #[error("the content type is not application/x-www-form-urlencoded")]
    ContentType {
        /// The content type that came, if any.
        found: Option<String>,
    },
    /// The peer: a `RelayState` that can't be echoed.
    #[error(transparent)]
    RelayState(#[from] InvalidRelayState),
    /// The peer: `SigAlg` without `Signature`, the other way round, or an empty one.
    #[error("SigAlg and Signature are not both there")]
    SignatureIncomplete {
        /// The one that is missing or empty.
        missing: Parameter,
    },
    /// Configuration: a URL that no browser may be sent to.
    #[error("the destination is not a URL that a browser may be sent to")]
    Destination {
        /// In which way.
        fault: DestinationFault,
        /// The URL.
        found: String,
    },
    /// Environment: the signer, which may be another program or device, gave no signature.
    #[error("the message could not be signed")]
    Signing(#[source] CryptoError),
}

/// What was held against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measured {
    /// The query as received.
    Query,
    /// The form as received.
    Form,
    /// The message after decoding.
    Message,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Query => "the query",
            Self::Form => "the form",
            Self::Message => "the decoded message",
        })
    }
}

impl Coded for BindingError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::ParameterMissing => "binding.parameter_missing",
            Self::TwoMessages => "binding.two_messages",
            Self::ParameterDuplicated { .. } => "binding.parameter_duplicated",
            Self::ParameterEncodedName { .. } => "binding.parameter_encoded_name",
            Self::ParameterUnexpected { .. } => "binding.parameter_unexpected",
            Self::PercentEncoding { .. } => "binding.percent_encoding",
            Self::CharacterEncoding => "binding.character_encoding",
            Self::Base64 { .. } => "binding.base64",
            Self::Deflate { .. } => "binding.deflate",
            Self::DeflatedPost => "binding.deflated_post",
            Self::TooLarge { .. } => "binding.too_large",
            Self::Encoding { .. } => "binding.encoding",
            Self::ContentType { .. } => "binding.content_type",
            Self::RelayState(_) => "binding.relay_state",
            Self::SignatureIncomplete { .. } => "binding.signature_incomplete",
            Self::Destination { .. } => "binding.destination",
            Self::Signing(_) => "binding.signing",
        })
    }

    fn expected(&self) -> Option<String> {
        let expected = match self {
            Self::ParameterMissing | Self::TwoMessages => "SAMLRequest or SAMLResponse",
            Self::ParameterDuplicated { parameter } => return Some(format!("{parameter} once")),
            Self::ParameterEncodedName { parameter, .. } => parameter.name(),
            Self::ParameterUnexpected { parameter } => return Some(format!("no {parameter}")),
            Self::PercentEncoding { .. } => "two hexadecimal digits after each %",
            Self::CharacterEncoding => "UTF-8",
            Self::Base64 { .. } => "base64 in its canonical form, + written as %2B",
            Self::Deflate { .. } => "raw DEFLATE [RFC 1951] to the last octet",
            Self::DeflatedPost => "base64 of the XML itself [Bindings §3.5.4]",
            Self::TooLarge { limit, .. } => return Some(format!("at most {limit} octets")),
            Self::Encoding { .. } => super::parameter::DEFLATE_ENCODING,
            Self::ContentType { .. } => "application/x-www-form-urlencoded",
            Self::RelayState(_) => "at most 1024 octets without control characters",
            Self::SignatureIncomplete { .. } => "SigAlg and Signature, or neither",
            Self::Destination { .. } => "an absolute http: or https: URL",
            Self::Signing(_) => "a signature",
        };
        Some(expected.to_owned())
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::ParameterMissing => Some("neither, or an empty one".to_owned()),
            Self::TwoMessages => Some("both".to_owned()),
            Self::ParameterDuplicated { parameter } => Some(format!("{parameter} more than once")),
            Self::ParameterEncodedName { found, .. } | Self::Encoding { found } => Some(found.clone()),
            Self::ParameterUnexpected { parameter } => Some(parameter.name().to_owned()),
            Self::PercentEncoding { parameter } => Some(format!("a broken escape in {parameter}")),
            Self::CharacterEncoding => Some("other octets".to_owned()),
            Self::Base64 { parameter, fault } => Some(format!("{parameter}: {}", describe_base64(*fault))),
            Self::Deflate { fault } => Some(describe_deflate(*fault).to_owned()),
            Self::DeflatedPost => Some("a DEFLATE stream".to_owned()),
            Self::TooLarge { octets, .. } => {
                Some(octets.map_or_else(|| "more".to_owned(), |octets| format!("{octets} octets")))
            }
            Self::ContentType { found } => {
                let named = found.clone().filter(|found| !found.trim().is_empty());
                Some(named.unwrap_or_else(|| "none".to_owned()))
            }
            Self::RelayState(fault) => Some(fault.to_string()),
            Self::SignatureIncomplete { missing } => Some(format!("{missing} missing or empty")),
            Self::Signing(error) => Some(error.to_string()),
            Self::Destination { fault, found } => Some(format!("{found}: {}", describe_destination(*fault))),
        }
    }
}

/// A short excerpt of a peer's text, for an administrator. It is stored with the verdict.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(128).collect()
}

const fn describe_base64(fault: Base64Fault) -> &'static str {
    match fault {
        Base64Fault::Character => "a character outside the alphabet",
        Base64Fault::LiteralPlus => "a + that is not percent-encoded",
        Base64Fault::PercentEncoding => "a broken escape",
        Base64Fault::Padding => "padding missing or misplaced",
        Base64Fault::TrailingBits => "stray bits before the padding",
    }
}

const fn describe_deflate(fault: DeflateFault) -> &'static str {
    match fault {
        DeflateFault::Corrupt => "a damaged block, or no DEFLATE at all",
        DeflateFault::Truncated => "a stream that stops early",
        DeflateFault::TrailingOctets => "octets after the last block",
        DeflateFault::ZlibHeader => "a zlib header",
        DeflateFault::GzipHeader => "a gzip header",
    }
}

const fn describe_destination(fault: DestinationFault) -> &'static str {
    match fault {
        DestinationFault::NotAbsoluteHttp => "not absolute, or another scheme",
        DestinationFault::Character => "a character that must be escaped",
        DestinationFault::Authority => "no plain host and port",
        DestinationFault::Fragment => "a fragment",
        DestinationFault::SamlParameter => "a parameter of the binding in its query",
    }
}
