//! The octets that are signed are the octets that are sent.

use super::*;
use crate::crypto::SignatureAlgorithm;

#[test]
fn writes_signed_info_in_canonical_form() {
    let references = ["#_1", "#a&b<c>\"d'", "#\t\n\r ", "#ü\u{FFFD}\u{10FFFF}"];
    let digests = DigestAlgorithm::ALL.iter().zip(SignatureAlgorithm::ALL);
    for (reference, (digest, signature)) in
        references.iter().flat_map(|reference| digests.clone().map(move |both| (*reference, both)))
    {
        let signed_info = SignedInfoToWrite {
            reference: reference.to_owned(),
            signature_algorithm: signature.uri(),
            digest_algorithm: digest.uri(),
            digest: STANDARD.encode([0xFB_u8; 32]),
        };
        let octets = signed_info.canonical_octets().unwrap();
        // As it is sent: inside the signature, which declares the prefix.
        let mut sent = Writer::new();
        sent.start(names::ds::SIGNATURE);
        signed_info.write(&mut sent);
        sent.end();
        let sent = Document::parse(sent.finish().unwrap().into_octets(), &Limits::MESSAGE).unwrap();
        let element = sent.root().child_elements().next().unwrap();
        let canonical =
            canonical_octets(element, None, EXCLUSIVE, PrefixList::EMPTY, &Limits::MESSAGE).unwrap();
        assert_eq!(String::from_utf8(octets), String::from_utf8(canonical), "{reference:?}");
    }
}
