//! What anybody can put into a signature without a key: the form of its value, its size, and advice.

use super::*;

/// What OpenSSL, Go, Java and .NET yield, and XML Signature does not take; by a key that is pinned and one that isn't.
#[test]
fn an_ecdsa_value_in_der_is_told_from_one_of_another_key() {
    let (signer, stranger) = (ec_signer(), ec_signer());
    let xml = signed(&signer);
    let policy = PeerPolicy::default();
    let (before, rest) = xml.split_once("<ds:SignatureValue>").unwrap();
    let (value, after) = rest.split_once("</ds:SignatureValue>").unwrap();
    let joined = STANDARD.decode(value).unwrap();
    let integer = |half: &[u8]| {
        let sign: &[u8] = if half[0] >= 0x80 { &[0] } else { &[] };
        [&[2, u8::try_from(half.len() + sign.len()).unwrap()], sign, half].concat()
    };
    let numbers = [integer(&joined[..32]), integer(&joined[32..])].concat();
    let der = [&[0x30, u8::try_from(numbers.len()).unwrap()][..], &numbers].concat();
    let refused = |value: &[u8], keys: &[PublicKey]| {
        let xml = format!("{before}<ds:SignatureValue>{}</ds:SignatureValue>{after}", STANDARD.encode(value));
        verify(&xml, keys, &policy).unwrap_err()
    };
    for key in [&signer, &stranger] {
        let error = refused(&der, &[key.public_key().clone()]);
        assert_eq!(error.code().as_str(), "signature.value_in_der");
        assert!(error.expected().unwrap().starts_with("r and s joined"));
        assert_eq!(error.found().unwrap(), format!("DER of two integers, {} octets", der.len()));
        assert!(error.hint().unwrap().contains("the certificate may be the right one"));
    }
    let key = [signer.public_key().clone()];
    let longer = [&der[..], &[0]].concat();
    let one =
        [&[0x30, u8::try_from(integer(&joined[..32]).len()).unwrap()][..], &integer(&joined[..32])].concat();
    for other in [&joined[..63], &longer, &one, &[0x30, 0], &[0x30, 4, 2, 0, 2, 0], &[]] {
        assert_eq!(refused(other, &key).code().as_str(), "signature.invalid", "{other:?}");
    }
    // Of RSA, it is any other wrong value.
    let rsa = rsa_signer();
    let xml = signed(&rsa);
    let (before, rest) = xml.split_once("<ds:SignatureValue>").unwrap();
    let (_, after) = rest.split_once("</ds:SignatureValue>").unwrap();
    let xml = format!("{before}<ds:SignatureValue>{}</ds:SignatureValue>{after}", STANDARD.encode(&der));
    let error = verify(&xml, &[rsa.public_key().clone()], &policy).unwrap_err();
    assert_eq!(error.code().as_str(), "signature.invalid");
}

/// Until its signature is known to be good, `SignedInfo` is all that a stranger can have us hash: no more than its bound,
/// and once for all keys.
#[test]
fn signed_info_is_bounded_and_hashed_once_for_all_keys() {
    use crate::base::steps_of;
    use crate::crypto::tests::keys::fresh_rsa;
    let signer = rsa_signer();
    let xml = signed(&signer);
    let policy = PeerPolicy::default();
    let strangers: Vec<PublicKey> = (0..4).map(|_| fresh_rsa(2048).public_key().clone()).collect();
    let filled = |octets: usize| {
        xml.replace("</ds:SignedInfo>", &format!("<x>{}</x></ds:SignedInfo>", "a".repeat(octets)))
    };
    let outcome = |octets: usize, keys: &[PublicKey]| {
        let xml = filled(octets);
        let (error, steps) = steps_of(|| verify(&xml, keys, &policy).unwrap_err());
        (error.code().as_str(), steps)
    };
    let (one, four) = (outcome(50_000, &strangers[..1]), outcome(50_000, &strangers));
    assert_eq!((one.0, four.0), ("signature.invalid", "signature.invalid"));
    assert_eq!(four.1, one.1, "three keys more cost no octet more");
    let (code, large) = outcome(1_000_000, &strangers);
    assert_eq!(code, "signature.signed_info_too_large");
    let (code, larger) = outcome(1_900_000, &strangers);
    assert_eq!(code, "signature.signed_info_too_large");
    // The remaining time is that of parsing the message.
    assert!(larger < large + 900_000 + 1000, "{large} {larger}");
    assert!(large < 1_000_000 + 3 * Limits::MESSAGE.signed_info_octets, "{large}");
}

/// [Core §5.4.5]: SAML restricts `KeyInfo` in nothing, and its schema lets in text and elements of any kind.
#[test]
fn key_info_is_advice_and_never_refuses() {
    let signer = rsa_signer();
    let (xml, keys, policy) = (signed(&signer), [signer.public_key().clone()], PeerPolicy::default());
    for advice in [
        "",
        "text",
        "<x xmlns=\"urn:x\"><a b=\"c\">text</a></x>",
        "<o:SecurityTokenReference xmlns:o=\"urn:wsse\"><o:KeyIdentifier>AA==</o:KeyIdentifier></o:SecurityTokenReference>",
        "<ds:KeyName x=\"\">a <x/> name</ds:KeyName>",
        "<ds:X509Data><x xmlns=\"urn:x\"/></ds:X509Data><ds:PGPData/><ds:SPKIData>no Base64</ds:SPKIData>",
        "<ds:RetrievalMethod URI=\"http://localhost/\"/>",
        "<e:EncryptedKey xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\"/>",
        "<e:AgreementMethod xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\" Algorithm=\"urn:x\"/>",
    ] {
        let after = "</ds:SignatureValue>";
        let advised = xml.replace(after, &format!("{after}<ds:KeyInfo x=\"\">{advice}</ds:KeyInfo>"));
        assert!(verify(&advised, &keys, &policy).is_ok(), "{advised}");
    }
}
