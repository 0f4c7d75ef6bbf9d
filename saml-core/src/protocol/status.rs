//! Floor 5: how a request went. May import `base` and `xml`.

use crate::base::uri_vocabulary;
use crate::xml::names::samlp;
use crate::xml::schema::{optional, string, word};
use crate::xml::{Element, ElementReader, KeptElement, SchemaError, Writer};

uri_vocabulary! {
    /// How a request went, in one word [Core §3.2.2.2].
    ///
    /// The first four are for the top level, the others below it. Peers put others on top too; whatever isn't
    /// [`StatusCode::Success`] there is a failure.
    StatusCode {
        /// It succeeded.
        Success = "urn:oasis:names:tc:SAML:2.0:status:Success",
        /// It failed by a fault of the requester.
        Requester = "urn:oasis:names:tc:SAML:2.0:status:Requester",
        /// It failed by a fault of the responder.
        Responder = "urn:oasis:names:tc:SAML:2.0:status:Responder",
        /// Its version isn't supported.
        VersionMismatch = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch",
        /// The principal couldn't be authenticated.
        AuthnFailed = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed",
        /// An attribute or a value in the request is unexpected or invalid.
        InvalidAttrNameOrValue = "urn:oasis:names:tc:SAML:2.0:status:InvalidAttrNameOrValue",
        /// The requested name identifier policy can't be met.
        InvalidNameIdPolicy = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy",
        /// The requested authentication context can't be met.
        NoAuthnContext = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext",
        /// No identity provider of the requested list is available.
        NoAvailableIdp = "urn:oasis:names:tc:SAML:2.0:status:NoAvailableIDP",
        /// The principal can't be authenticated passively.
        NoPassive = "urn:oasis:names:tc:SAML:2.0:status:NoPassive",
        /// No identity provider of the requested list is supported.
        NoSupportedIdp = "urn:oasis:names:tc:SAML:2.0:status:NoSupportedIDP",
        /// Not all session participants could be logged out.
        PartialLogout = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout",
        /// The request may not be passed on any further.
        ProxyCountExceeded = "urn:oasis:names:tc:SAML:2.0:status:ProxyCountExceeded",
        /// The responder could, and won't.
        RequestDenied = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied",
        /// The responder doesn't support the request.
        RequestUnsupported = "urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported",
        /// The version of the request is no longer supported.
        RequestVersionDeprecated = "urn:oasis:names:tc:SAML:2.0:status:RequestVersionDeprecated",
        /// The version of the request is too high.
        RequestVersionTooHigh = "urn:oasis:names:tc:SAML:2.0:status:RequestVersionTooHigh",
        /// The version of the request is too low.
        RequestVersionTooLow = "urn:oasis:names:tc:SAML:2.0:status:RequestVersionTooLow",
        /// The resource of the request is unknown or invalid.
        ResourceNotRecognized = "urn:oasis:names:tc:SAML:2.0:status:ResourceNotRecognized",
        /// The response would hold more than the responder can return.
        TooManyResponses = "urn:oasis:names:tc:SAML:2.0:status:TooManyResponses",
        /// The attribute profile of the request is unknown.
        UnknownAttrProfile = "urn:oasis:names:tc:SAML:2.0:status:UnknownAttrProfile",
        /// The principal of the request is unknown.
        UnknownPrincipal = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal",
        /// The requested binding can't be used.
        UnsupportedBinding = "urn:oasis:names:tc:SAML:2.0:status:UnsupportedBinding",
    }
}

/// How a request went [Core §3.2.2.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The top-level code.
    pub code: StatusCode,
    /// The codes below it, each inside the one before.
    pub sub_codes: Vec<StatusCode>,
    /// A message for an operator; never to be shown to a browser as it is. An empty message counts as absent.
    pub message: Option<String>,
    /// Details of any kind, kept as they were.
    pub detail: Vec<KeptElement>,
}

impl Status {
    /// A status of one code.
    #[must_use]
    pub const fn new(code: StatusCode) -> Self {
        Self { code, sub_codes: Vec::new(), message: None, detail: Vec::new() }
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let (code, mut inner) = read_code(reader.required(samlp::STATUS_CODE)?)?;
        let mut sub_codes = Vec::new();
        while let Some(element) = inner {
            let (sub_code, next) = read_code(element)?;
            sub_codes.push(sub_code);
            inner = next;
        }
        let message =
            reader.optional(samlp::STATUS_MESSAGE)?.map(|message| ElementReader::new(message).finish_text());
        let message = message.transpose()?.and_then(|text| string(&text));
        let detail = optional(&mut reader, samlp::STATUS_DETAIL, read_detail)?.unwrap_or_default();
        reader.finish()?;
        Ok(Self { code, sub_codes, message, detail })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::STATUS);
        let codes = || std::iter::once(&self.code).chain(&self.sub_codes);
        for code in codes() {
            writer.start(samlp::STATUS_CODE);
            writer.attribute("Value", code.uri());
        }
        codes().for_each(|_| writer.end());
        if let Some(message) = &self.message {
            writer.text_element(samlp::STATUS_MESSAGE, message);
        }
        if !self.detail.is_empty() {
            writer.start(samlp::STATUS_DETAIL);
            for element in &self.detail {
                element.write(writer);
            }
            writer.end();
        }
        writer.end();
    }
}

/// A code, and the element of the code inside it.
fn read_code(element: Element<'_>) -> Result<(StatusCode, Option<Element<'_>>), SchemaError> {
    let mut reader = ElementReader::new(element);
    let code = reader.parse_required_attribute("Value", word(StatusCode::from_uri))?;
    let inner = reader.optional(samlp::STATUS_CODE)?;
    reader.finish()?;
    Ok((code, inner))
}

fn read_detail(element: Element<'_>) -> Result<Vec<KeptElement>, SchemaError> {
    let mut reader = ElementReader::new(element);
    let detail = reader.rest().map(KeptElement::read).collect();
    reader.finish()?;
    Ok(detail)
}
