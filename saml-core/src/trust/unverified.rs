//! Floor 6: a message as it came.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Message, TrustError};
use crate::base::Limits;
use crate::protocol::Response;
use crate::xml::{Document, Element, SchemaError, names};

/// A received message that has not been verified.
///
/// It was parsed strictly, once. It has no `Deref`. Only `claimed_*` hints are visible; they suffice to choose the peer
/// whose pinned keys are tried, and the pending request to compare with.
pub struct Unverified<T> {
    document: Arc<Document>,
    message: PhantomData<fn() -> T>,
}

impl<T: Message> Unverified<T> {
    /// Parses a message under the strict profile and looks at its root element.
    ///
    /// Guarantees well-formedness within `limits`, unique IDs, no document type, no processing instruction and no
    /// comment within text. Does *not* guarantee that the content follows the schema: that is read when needed.
    ///
    /// # Errors
    /// [`TrustError::Xml`] or [`TrustError::UnexpectedMessage`].
    pub fn parse(octets: Vec<u8>, limits: &Limits) -> Result<Self, TrustError> {
        let document = Document::parse(octets, limits)?;
        document.require_message_profile()?;
        let root = document.root().name();
        if root != T::NAME {
            return Err(TrustError::UnexpectedMessage {
                expected: T::NAME.local,
                found: format!("{{{}}}{}", root.namespace, root.local),
            });
        }
        Ok(Self { document, message: PhantomData })
    }

    /// The text of the message's own `Issuer`, if there is one.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<String> {
        let issuer = self.root().child_elements().next().filter(|e| e.is(names::saml::ISSUER))?;
        issuer.simple_text().ok().map(std::borrow::Cow::into_owned)
    }

    /// The message's own `ID`.
    #[must_use]
    pub fn claimed_id(&self) -> Option<&str> {
        self.root().attribute("ID")
    }

    /// The ID of the request that the message says it answers.
    #[must_use]
    pub fn claimed_in_response_to(&self) -> Option<&str> {
        self.root().attribute("InResponseTo")
    }

    /// The endpoint that the message says it is for.
    #[must_use]
    pub fn claimed_destination(&self) -> Option<&str> {
        self.root().attribute("Destination")
    }

    /// The text of the `Issuer` of the first assertion in the message, if there is one in clear.
    #[must_use]
    pub fn claimed_assertion_issuer(&self) -> Option<String> {
        let assertion = self.root().child_elements().find(|e| e.is(names::saml::ASSERTION))?;
        let issuer = assertion.child_elements().next().filter(|e| e.is(names::saml::ISSUER))?;
        issuer.simple_text().ok().map(std::borrow::Cow::into_owned)
    }

    /// All that the message says, for judging requests that need no signature.
    pub(crate) fn claims(&self) -> Result<T, SchemaError> {
        T::read(self.root())
    }

    /// The octets that were parsed, where nothing else of the message is kept.
    pub(super) fn into_octets(self) -> Option<Vec<u8>> {
        Arc::into_inner(self.document).map(Document::into_octets)
    }

    pub(super) fn root(&self) -> Element<'_> {
        self.document.root()
    }
}

impl Unverified<Response> {
    /// The unverified values that the rules look at, to explain a refusal.
    pub(crate) fn judged_claims(&self) -> Result<Response, SchemaError> {
        Response::read_judged(self.root())
    }
}

impl<T: Message> fmt::Debug for Unverified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified")
            .field("message", &T::NAME.local)
            .field("octets", &self.document.octets().len())
            .finish()
    }
}
