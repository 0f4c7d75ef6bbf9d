use super::*;
use crate::base::{Coded, Limits, RelayState};
use crate::bindings::MessageParameter;
use crate::bindings::redirect::{RedirectMessage, decode};
use crate::crypto::tests::keys;
use crate::crypto::{CryptoError, Curve, LocalSigner, SignatureAlgorithm, verify_signature};

const XML: &[u8] = b"<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\"/>";

fn read(url: &str) -> RedirectMessage {
    decode(url.split_once('?').unwrap().1, &Limits::MESSAGE).unwrap()
}

fn outgoing<'a>(destination: &'a str, relay_state: Option<&'a RelayState>) -> OutgoingMessage<'a> {
    OutgoingMessage { destination, parameter: MessageParameter::SamlRequest, xml: XML, relay_state }
}

#[test]
fn appends_to_the_query_that_an_endpoint_has() {
    for (destination, beginning) in [
        ("https://idp.example/sso", "https://idp.example/sso?SAMLRequest="),
        ("https://idp.example/sso?", "https://idp.example/sso?SAMLRequest="),
        ("https://idp.example/sso?idpid=C0", "https://idp.example/sso?idpid=C0&SAMLRequest="),
        ("https://idp.example/sso?a=b&", "https://idp.example/sso?a=b&SAMLRequest="),
        ("https://idp.example?a", "https://idp.example?a&SAMLRequest="),
    ] {
        let url = encode(&outgoing(destination, None), None).unwrap();
        assert!(url.starts_with(beginning), "{url}");
        assert_eq!(url, encode(&outgoing(destination, None), None).unwrap());
        assert_eq!(read(&url).xml, XML);
    }
}

#[test]
fn refuses_a_destination_that_would_not_arrive() {
    for destination in [
        "https://idp.example/sso#top",
        "https://idp.example/sso?SAMLRequest=a",
        "https://idp.example/sso?RelayState",
        "https://idp.example/sso?%53igAlg=a",
        "javascript:alert(1)",
        "/sso",
    ] {
        let error = encode(&outgoing(destination, None), None).unwrap_err();
        assert_eq!(error.code().as_str(), "binding.destination", "{destination}");
    }
}

fn signers() -> Vec<LocalSigner> {
    [
        (keys::rsa(2048), SignatureAlgorithm::RsaSha256),
        (keys::ec(Curve::P256), SignatureAlgorithm::EcdsaSha256),
        (keys::ed25519(), SignatureAlgorithm::Ed25519),
    ]
    .map(|(key, algorithm)| LocalSigner::new(key, algorithm).unwrap())
    .into()
}

#[test]
fn every_printable_relay_state_comes_back_under_a_signature() {
    let signers = signers();
    let characters = (0x20..0x7f_u8).map(|octet| char::from(octet).to_string());
    let longer = ["a b+c&SigAlg=x#%41", "é€𝄞", "&SAMLRequest=x"].map(str::to_owned);
    for (number, relay_state) in characters.chain(longer).enumerate() {
        let relay_state = RelayState::received(&relay_state).unwrap();
        let signer = &signers[number % signers.len()];
        let message = outgoing("https://idp.example/sso?a=b", relay_state.as_ref());
        let url = encode(&message, Some(signer)).unwrap();
        assert!(url.bytes().all(|octet| octet.is_ascii_graphic()), "{url}");
        let back = read(&url);
        assert_eq!((back.parameter, back.xml.as_slice()), (MessageParameter::SamlRequest, XML));
        assert_eq!(back.relay_state, relay_state);
        let signature = back.signature.unwrap();
        assert_eq!(signature.algorithm, signer.algorithm().uri());
        let verdict = |octets: &[u8]| {
            verify_signature(signer.public_key(), signer.algorithm(), octets, &signature.value)
        };
        assert_eq!(verdict(&signature.octets), Ok(()), "{url}");
        let mut other = signature.octets.clone();
        other[number] ^= 1;
        assert!(verdict(&other).is_err(), "{url}");
    }
}

// SP-03.
#[test]
fn parameters_stand_in_the_order_in_which_they_are_signed() {
    let relay_state = RelayState::try_from("a").unwrap();
    let signers = signers();
    let message = OutgoingMessage {
        parameter: MessageParameter::SamlResponse,
        ..outgoing("https://sp.example/slo", Some(&relay_state))
    };
    let url = encode(&message, Some(&signers[0])).unwrap();
    let names: Vec<&str> =
        url.split_once('?').unwrap().1.split('&').map(|piece| piece.split_once('=').unwrap().0).collect();
    assert_eq!(names, ["SAMLResponse", "RelayState", "SigAlg", "Signature"]);
    assert_eq!(url, encode(&message, Some(&signers[0])).unwrap(), "RSA PKCS#1 v1.5 draws no random octets");
}

struct Unreachable(LocalSigner);

impl Signer for Unreachable {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    fn public_key(&self) -> &crate::crypto::PublicKey {
        self.0.public_key()
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::LibraryFailed)
    }

    fn certificate(&self) -> Option<&crate::crypto::Certificate> {
        None
    }
}

#[test]
fn no_message_goes_unsigned_because_the_signer_failed() {
    let signer = Unreachable(signers().remove(2));
    let error = encode(&outgoing("https://idp.example/sso", None), Some(&signer)).unwrap_err();
    assert_eq!(error, BindingError::Signing(CryptoError::LibraryFailed));
}

/// Signs as libraries for X.509 do: `r` and `s` in DER.
struct InDer(LocalSigner);

impl crate::crypto::Signer for InDer {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    fn public_key(&self) -> &crate::crypto::PublicKey {
        self.0.public_key()
    }

    fn certificate(&self) -> Option<&crate::crypto::Certificate> {
        None
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        use openssl::bn::BigNum;
        use openssl::ecdsa::EcdsaSig;
        let joined = self.0.sign(octets)?;
        let (r, s) = joined.split_at(joined.len() / 2);
        let pair = EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?;
        Ok(pair.to_der()?)
    }
}

/// In a redirect as in XML [Bindings §3.4.4.1].
#[test]
fn an_ecdsa_value_in_der_beside_a_message_is_told_from_one_of_another_key() {
    use crate::crypto::{PeerPolicy, Signer as _};
    use crate::protocol::LogoutRequest;
    use crate::trust::{PeerKeys, PeerSignatures};
    for (curve, algorithm) in [
        (Curve::P256, SignatureAlgorithm::EcdsaSha256),
        (Curve::P384, SignatureAlgorithm::EcdsaSha384),
        (Curve::P521, SignatureAlgorithm::EcdsaSha512),
    ] {
        let signer = InDer(LocalSigner::new(keys::ec(curve), algorithm).unwrap());
        let pinned = PeerKeys::new([signer.public_key().clone()]).unwrap();
        let peer =
            PeerSignatures { keys: Some(&pinned), policy: &PeerPolicy::default(), limits: &Limits::MESSAGE };
        let verdict = |url: &str| {
            let received = read(url).receive::<LogoutRequest>(&Limits::MESSAGE).unwrap();
            received.verify(peer).map(drop).map_err(|error| error.code().as_str())
        };
        let message = outgoing("https://idp.example/sso", None);
        assert_eq!(verdict(&encode(&message, Some(&signer)).unwrap()), Err("signature.value_in_der"));
        // The control: with `r` and `s` joined, the signature holds and the message is read.
        assert_eq!(verdict(&encode(&message, Some(&signer.0)).unwrap()), Err("schema.missing_attribute"));
    }
}
