use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use saml_core::crypto::{Certificate, CryptoError, LocalSigner, PrivateKey, PublicKey};
use saml_core::trust::sp_role;

use super::super::read_file;
use super::*;

use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
use SignatureAlgorithm::{EcdsaSha256, EcdsaSha384, RsaPssSha256, RsaSha1, RsaSha256, RsaSha384, RsaSha512};

fn signer(key: PKey<Private>, algorithm: SignatureAlgorithm) -> LocalSigner {
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    LocalSigner::new(key, algorithm).unwrap()
}

fn rsa() -> LocalSigner {
    signer(PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(), RsaSha256)
}

fn ec() -> LocalSigner {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    signer(PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap(), EcdsaSha256)
}

fn extensions(methods: &str) -> String {
    match methods {
        "" => String::new(),
        _ => format!(
            "<Extensions xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\">{methods}</Extensions>"
        ),
    }
}

/// What holds for a peer whose entity and role list these.
fn signing(entity: &str, role: &str, policy: SigningPolicy) -> PeerSigning {
    let xml = format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sp.example.com\">{}\
         <SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{}\
         <AssertionConsumerService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://sp.example.com/acs\"/></SPSSODescriptor></EntityDescriptor>",
        extensions(entity),
        extensions(role)
    );
    let descriptor = read_file(xml.into_bytes()).1.unwrap();
    PeerSigning::of(&descriptor, &sp_role(&descriptor).unwrap().sso.role, policy)
}

fn method(algorithm: SignatureAlgorithm) -> String {
    format!("<alg:SigningMethod Algorithm=\"{}\"/>", algorithm.uri())
}

fn digest(algorithm: DigestAlgorithm) -> String {
    format!("<alg:DigestMethod Algorithm=\"{}\"/>", algorithm.uri())
}

fn wanting(signature_algorithm: Option<SignatureAlgorithm>) -> SigningPolicy {
    SigningPolicy { signature_algorithm, ..SigningPolicy::default() }
}

#[test]
fn the_signature_algorithm_is_decided_by_policy_then_metadata_then_the_signer() {
    let (rsa, ec) = (rsa(), ec());
    let signers: [&dyn Signer; 2] = [&rsa, &ec];
    for (policy, listed, of_rsa, of_ec) in [
        (None, &[][..], RsaSha256, EcdsaSha256),
        (None, &[RsaSha512, RsaSha256], RsaSha512, EcdsaSha256),
        (None, &[RsaSha1, RsaSha384], RsaSha384, EcdsaSha256),
        (None, &[RsaSha1], RsaSha256, EcdsaSha256),
        (None, &[RsaPssSha256, RsaSha256], RsaPssSha256, EcdsaSha256),
        (None, &[EcdsaSha384, RsaSha384], RsaSha384, EcdsaSha384),
        (Some(RsaSha384), &[RsaSha512], RsaSha384, EcdsaSha256),
        (Some(RsaSha1), &[RsaSha512], RsaSha512, EcdsaSha256),
        (Some(RsaSha1), &[], RsaSha256, EcdsaSha256),
        (Some(EcdsaSha384), &[RsaSha512, EcdsaSha256], RsaSha512, EcdsaSha384),
    ] {
        let listed: String = listed.iter().copied().map(method).collect();
        for (entity, role) in [("", listed.as_str()), (listed.as_str(), "")] {
            let signing = signing(entity, role, wanting(policy));
            let chosen = signers.map(|signer| signing.signer(signer).algorithm());
            assert_eq!(chosen, [of_rsa, of_ec], "{policy:?} {listed}");
        }
    }
    let of_both = signing(&method(RsaSha384), &method(RsaSha512), wanting(None));
    assert_eq!(of_both.signer(&rsa).algorithm(), RsaSha512, "the role is nearer than the entity");
}

#[test]
fn a_method_is_for_keys_as_long_as_it_says() {
    let rsa = rsa();
    for (sizes, chosen) in [
        ("MinKeySize=\"2048\"", RsaSha512),
        ("MinKeySize=\"2049\"", RsaSha256),
        ("MaxKeySize=\"2048\"", RsaSha512),
        ("MaxKeySize=\"2047\"", RsaSha256),
        ("MinKeySize=\"1024\" MaxKeySize=\" 4096 \"", RsaSha512),
        ("MinKeySize=\"many\"", RsaSha256),
        ("MaxKeySize=\"\"", RsaSha256),
    ] {
        let listed = method(RsaSha512).replace("/>", &format!(" {sizes}/>"));
        let signing = signing("", &listed, wanting(None));
        assert_eq!(signing.signer(&rsa).algorithm(), chosen, "{sizes}");
    }
}

#[test]
fn the_digest_is_decided_by_policy_then_metadata_then_default() {
    for (policy, listed, expected) in [
        (None, &[][..], Sha256),
        (None, &[Sha512, Sha256], Sha512),
        (None, &[Sha1, Sha384], Sha384),
        (None, &[Sha1], Sha256),
        (Some(Sha384), &[Sha512], Sha384),
        (Some(Sha1), &[Sha512], Sha512),
        (Some(Sha1), &[], Sha256),
    ] {
        let listed: String = listed.iter().copied().map(digest).collect();
        let policy = SigningPolicy { digest_algorithm: policy, ..SigningPolicy::default() };
        assert_eq!(signing("", &listed, policy).options().digest_algorithm, expected, "{policy:?} {listed}");
    }
}

/// A key that is bound to its algorithm, as in many tokens.
struct Bound(LocalSigner);

impl Signer for Bound {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.0.sign(octets)
    }

    fn certificate(&self) -> Option<&Certificate> {
        self.0.certificate()
    }
}

#[test]
fn a_key_that_is_bound_to_its_algorithm_signs_with_that() {
    let bound = Bound(rsa());
    let signing = signing("", &method(RsaSha512), wanting(Some(RsaPssSha256)));
    assert_eq!(signing.signer(&bound).algorithm(), RsaSha256);
    assert!(signing.signer(&bound).sign(b"octets").is_ok());
    let other = bound.sign_with(RsaSha512, b"octets").unwrap_err();
    assert!(matches!(other, CryptoError::KeyAlgorithmMismatch { algorithm: RsaSha512, .. }));
}
