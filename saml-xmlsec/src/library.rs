//! libxmlsec1 as a second opinion.

use saml_core::crypto::{Dissent, SecondOpinion, SignedElement};

use crate::Unusable;
use crate::context::{self, Verification, Verified};
use crate::tree::SignedTree;

/// libxmlsec1 with its OpenSSL back end.
///
/// Verifies one signature: the one that is a direct child of the element, with the one key that verified it here.
/// `KeyInfo` is not looked at, references lead nowhere outside the document, and no transform is known beside
/// enveloped-signature and canonicalisation. Consents only if it digested the very octets that were digested here.
///
/// Does not know RSA-PSS before version 1.3, nor Ed25519: under a policy with this cross-check, messages that are
/// signed so are refused as `cross_check.unable`.
#[derive(Debug)]
pub struct LibXmlSec {
    name: String,
}

impl LibXmlSec {
    /// Loads the libraries, once for the process, and silences their output to the terminal.
    ///
    /// # Errors
    /// [`Unusable`]: the libraries that were found don't fit those that this crate was built with.
    pub fn new() -> Result<Self, Unusable> {
        Ok(Self { name: format!("libxmlsec1 {}", context::load()?) })
    }
}

impl SecondOpinion for LibXmlSec {
    fn name(&self) -> &str {
        &self.name
    }

    fn confirm(&self, signed: &SignedElement<'_>) -> Result<(), Dissent> {
        let tree = SignedTree::parse(signed.document, signed.id)?;
        let verification = Verification::new(signed.key.spki_der())?;
        let Verified { octets } = verification.verify(tree.signature())?;
        if octets == signed.octets {
            Ok(())
        } else {
            Err(Dissent::Disagrees { finding: "it digested other octets" })
        }
    }
}
