//! A token, and a key in it.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use saml_core::crypto::{CryptoError, Curve, PublicKey, UnsupportedKey};

/// A session with a token, in which its user is logged in.
#[derive(Clone, Debug)]
pub struct Token {
    // A session does one thing at a time. A service under load opens one for each of its threads.
    session: Arc<Mutex<Session>>,
}

impl Token {
    /// Loads the maker's library and logs in to the token with this label.
    pub fn open(module: &str, label: &str, pin: String) -> Result<Self, Box<dyn Error>> {
        let library = Pkcs11::new(module)?;
        library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        for slot in library.get_slots_with_initialized_token()? {
            if library.get_token_info(slot)?.label().trim_end() == label {
                let session = library.open_ro_session(slot)?;
                session.login(UserType::User, Some(&AuthPin::from(pin)))?;
                return Ok(Self { session: Arc::new(Mutex::new(session)) });
            }
        }
        Err(format!("the library knows no token {label:?}").into())
    }

    /// The pair of keys with this label: the private one to use, the public one to know.
    pub fn key(&self, label: &str) -> Result<TokenKey, Box<dyn Error>> {
        let session = self.session()?;
        let only = |class: ObjectClass| {
            let template = [Attribute::Class(class), Attribute::Label(label.as_bytes().to_vec())];
            match session.find_objects(&template)?.as_slice() {
                [only] => Ok::<_, Box<dyn Error>>(*only),
                found => Err(format!("the token holds {} objects {class} {label:?}", found.len()).into()),
            }
        };
        let private = only(ObjectClass::PRIVATE_KEY)?;
        let public_key = read_public_key(&session, only(ObjectClass::PUBLIC_KEY)?)?;
        drop(session);
        Ok(TokenKey { token: self.clone(), private, public_key })
    }

    fn session(&self) -> Result<MutexGuard<'_, Session>, CryptoError> {
        self.session.lock().map_err(|_poisoned| CryptoError::KeyUnavailable)
    }
}

/// A private key that stays in its token.
#[derive(Clone, Debug)]
pub struct TokenKey {
    token: Token,
    private: ObjectHandle,
    public_key: PublicKey,
}

impl TokenKey {
    /// The public key.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Does something with the private key.
    pub fn with<T>(
        &self,
        operation: impl FnOnce(&Session, ObjectHandle) -> cryptoki::error::Result<T>,
    ) -> Result<cryptoki::error::Result<T>, CryptoError> {
        let session = self.token.session()?;
        Ok(operation(&session, self.private))
    }
}

/// A key has one of the two pairs of attributes; a token leaves out what an object doesn't have.
fn read_public_key(session: &Session, public: ObjectHandle) -> Result<PublicKey, Box<dyn Error>> {
    let rsa = session.get_attributes(public, &[AttributeType::Modulus, AttributeType::PublicExponent])?;
    if let [Attribute::Modulus(modulus), Attribute::PublicExponent(exponent)] = rsa.as_slice() {
        return Ok(PublicKey::from_rsa_components(modulus, exponent)?);
    }
    let ec = session.get_attributes(public, &[AttributeType::EcParams, AttributeType::EcPoint])?;
    if let [Attribute::EcParams(parameters), Attribute::EcPoint(point)] = ec.as_slice() {
        return Ok(ec_key(parameters, point)?);
    }
    Err("a key that is neither RSA nor on an elliptic curve".into())
}

/// From the DER of the curve's identifier and of an OCTET STRING that holds the point [PKCS #11 §6.3.3].
fn ec_key(parameters: &[u8], point: &[u8]) -> Result<PublicKey, CryptoError> {
    let curve = match parameters {
        [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07] => Curve::P256,
        [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22] => Curve::P384,
        [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23] => Curve::P521,
        _ => return Err(CryptoError::KeyUnsupported { found: UnsupportedKey::of_curve(parameters) }),
    };
    let content = match point {
        [0x04, 0x81, length, content @ ..] | [0x04, length, content @ ..]
            if usize::from(*length) == content.len() =>
        {
            content
        }
        _ => return Err(CryptoError::KeyMalformed),
    };
    PublicKey::from_ec_point(curve, content)
}
