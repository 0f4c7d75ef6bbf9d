//! §8: XML Encryption, and what other sections say about it.

mod ciphertexts;
mod key_wraps;
mod keys;
mod parts;
mod plaintexts;
mod shapes;
mod transports;
mod trust;

use saml_core::trust::DecryptionKeys;
use saml_core::xml::{XmlElement, names};

use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::seal::Seal;
use crate::forge::sign::Recipe;
use crate::forge::{Family, ForgeError, ForgedMessage, Recipients, Specimen, Tree};

/// Every attack that encrypts something of this specimen, or something beside it, to the receiver.
///
/// `decryption_keys` are the receiver's, for one that is asked by [`deliver`](crate::forge::deliver); nothing here
/// needs them. The ciphertexts differ each time, because the session keys are drawn anew.
///
/// # Errors
/// The specimen is refused as it is, or lacks a part that an attack works on.
pub fn attacks_by_encryption(
    specimen: &Specimen<'_>,
    to: Recipients<'_>,
    decryption_keys: DecryptionKeys,
) -> Result<Vec<ForgedMessage>, ForgeError> {
    let mut good = specimen.good()?;
    good.context.decryption_keys = decryption_keys;
    let mut corpus = Corpus::over(good, specimen.signed.name());
    corpus.family(Family::Encryption);
    let desk = Desk { s: specimen, to };
    trust::forge(&desk, &mut corpus)?;
    parts::forge(&desk, &mut corpus)?;
    keys::forge(&desk, &mut corpus)?;
    key_wraps::forge(&desk, &mut corpus)?;
    transports::forge(&desk, &mut corpus)?;
    ciphertexts::forge(&desk, &mut corpus)?;
    shapes::forge(&desk, &mut corpus)?;
    plaintexts::forge(&desk, &mut corpus)?;
    Ok(corpus.into_messages())
}

/// Where letters are written: a specimen, and keys to seal to.
///
/// A signature of the Response is made last, over the ciphertext, with the genuine key. So attacks that a stranger
/// could make only on an unsigned Response are tried in a signed one, too.
struct Desk<'a> {
    s: &'a Specimen<'a>,
    to: Recipients<'a>,
}

/// A change of a tree.
type Edit<'e> = &'e dyn Fn(&mut XmlElement) -> Result<(), ForgeError>;

impl Desk<'_> {
    /// The way in which the product encrypts.
    fn seal(&self) -> Seal<'_> {
        Seal::plain(self.to.receiver)
    }

    /// The genuine assertion after a change by the peer, signed if the specimen's is.
    fn assertion_with(&self, edit: Edit<'_>) -> Result<XmlElement, ForgeError> {
        let mut assertion = self.s.bare().cut(names::saml::ASSERTION)?;
        edit(&mut assertion)?;
        if self.s.signed != Signed::Response {
            Recipe::plain(self.s.keys.genuine).sign(&mut assertion, names::saml::ASSERTION)?;
        }
        Ok(assertion)
    }

    /// The genuine assertion, signed if the specimen's is.
    fn assertion(&self) -> Result<XmlElement, ForgeError> {
        self.assertion_with(&|_| Ok(()))
    }

    /// The plaintext of the genuine message.
    fn plaintext(&self) -> Result<Vec<u8>, ForgeError> {
        self.assertion()?.to_octets()
    }

    /// The Response with `content` in place of its assertion, signed if the specimen's is.
    fn response<const N: usize>(&self, content: [XmlElement; N]) -> Result<XmlElement, ForgeError> {
        self.response_with(content, &|_| Ok(()))
    }

    /// The same after a change of the Response by the peer.
    fn response_with<const N: usize>(
        &self,
        content: [XmlElement; N],
        edit: Edit<'_>,
    ) -> Result<XmlElement, ForgeError> {
        let mut response = self.s.bare();
        response.cut(names::saml::ASSERTION)?;
        content.into_iter().for_each(|element| response.append(element));
        edit(&mut response)?;
        if self.s.signed != Signed::Assertion {
            Recipe::plain(self.s.keys.genuine).sign(&mut response, names::samlp::RESPONSE)?;
        }
        Ok(response)
    }

    /// The Response with these octets encrypted in it.
    fn enclosing(&self, plaintext: &[u8]) -> Result<XmlElement, ForgeError> {
        self.response([self.seal().seal(plaintext)?.assertion()])
    }

    /// The genuine Response whose `EncryptedAssertion` was changed.
    fn tampered(&self, edit: Edit<'_>) -> Result<XmlElement, ForgeError> {
        let mut encrypted = self.seal().seal(&self.plaintext()?)?.assertion();
        edit(&mut encrypted)?;
        self.response([encrypted])
    }
}
