//! Floor 5: responses that carry assertions. May import `base`, `xml` and `assertion`.

use super::status_response::StatusResponse;
use crate::assertion::{Assertion, EncryptedAssertion};
use crate::xml::names::{saml, samlp};
use crate::xml::{Element, ElementReader, ExpandedName, SchemaError, Writer};

/// An answer with any number of assertions [Core §3.3.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// What all responses have.
    pub status_response: StatusResponse,
    /// The assertions in document order.
    pub assertions: Vec<ResponseAssertion>,
}

/// An assertion in clear or encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseAssertion {
    /// In clear.
    Assertion(Box<Assertion>),
    /// Encrypted.
    Encrypted(EncryptedAssertion),
}

impl Response {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        Self::read_with(element, Assertion::read)
    }

    /// Reads the parts that the rules of a profile look at, for a message that is refused.
    pub(crate) fn read_judged(element: Element<'_>) -> Result<Self, SchemaError> {
        Self::read_with(element, Assertion::read_judged)
    }

    fn read_with(element: Element<'_>, read: AssertionReader) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::RESPONSE)?;
        let status_response = StatusResponse::read(&mut reader)?;
        let mut assertions = Vec::new();
        while let Some(assertion) = reader.optional_any_of(&ResponseAssertion::CHOICE)? {
            assertions.push(ResponseAssertion::read(assertion, read)?);
        }
        reader.finish()?;
        Ok(Self { status_response, assertions })
    }

    /// Reads everything but the assertions. It only checks that no other element stands in their place.
    ///
    /// Does not say that an assertion is as its schema type asks.
    pub(crate) fn read_envelope(element: Element<'_>) -> Result<StatusResponse, SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::RESPONSE)?;
        let envelope = StatusResponse::read(&mut reader)?;
        while reader.optional_any_of(&ResponseAssertion::CHOICE)?.is_some() {}
        reader.finish()?;
        Ok(envelope)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::RESPONSE);
        self.status_response.write_attributes(writer);
        self.status_response.write_children(writer);
        for assertion in &self.assertions {
            match assertion {
                ResponseAssertion::Assertion(assertion) => assertion.write(writer),
                ResponseAssertion::Encrypted(assertion) => assertion.write(writer),
            }
        }
        writer.end();
    }
}

/// How much of an assertion is read.
type AssertionReader = fn(Element<'_>) -> Result<Assertion, SchemaError>;

impl ResponseAssertion {
    const CHOICE: [ExpandedName<'static>; 2] = [saml::ASSERTION.name, saml::ENCRYPTED_ASSERTION.name];

    fn read(element: Element<'_>, read: AssertionReader) -> Result<Self, SchemaError> {
        if element.is(saml::ENCRYPTED_ASSERTION) {
            EncryptedAssertion::read(element).map(Self::Encrypted)
        } else {
            read(element).map(Box::new).map(Self::Assertion)
        }
    }
}
