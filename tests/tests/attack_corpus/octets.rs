//! Any flipped octet of the signed part, and any cut, is refused.

use saml_testkit::forge::{Expected, ForgedMessage, Keyring, Outcome, Signed, Specimen, Wire, deliver};

use super::{P256, RSA, scene};

/// A good Response and the identity for which it is accepted.
fn good(keyring: &Keyring, signed: Signed) -> (ForgedMessage, String, String) {
    let scene = scene();
    let message = Specimen::issue(&scene, keyring.keys(), signed).unwrap().good().unwrap();
    let Expected::Accepted(identity) = message.expected.clone() else { panic!("a good message") };
    let Wire::Response(octets) = &message.wire else { panic!("a Response") };
    let xml = String::from_utf8(octets.clone()).unwrap();
    (message, xml, identity)
}

fn deliver_octets(message: &mut ForgedMessage, octets: Vec<u8>) -> Outcome {
    message.wire = Wire::Response(octets);
    deliver(message)
}

/// Whether the octet lies in a `KeyInfo`, which nobody signs and nobody reads.
fn in_key_info(xml: &str, position: usize) -> bool {
    xml.match_indices("<ds:KeyInfo>").any(|(begin, _)| {
        let end = begin + xml[begin..].find("</ds:KeyInfo>").unwrap();
        (begin..end).contains(&position)
    })
}

#[test]
fn any_flipped_octet_of_the_signed_part_is_refused() {
    for keyring in [&*RSA, &*P256] {
        for signed in Signed::ALL {
            let (mut message, xml, identity) = good(keyring, signed);
            assert_eq!(deliver(&message), Outcome::Accepted(identity.clone()));
            let part = match signed {
                Signed::Response | Signed::Both => 0..xml.len(),
                Signed::Assertion => xml.find("<saml:Assertion").unwrap()..xml.rfind("</samlp:").unwrap(),
            };
            for position in 0..xml.len() {
                // One bit of each octet, another one for its neighbour.
                let mut octets = xml.clone().into_bytes();
                octets[position] ^= 1 << (position % 8);
                match deliver_octets(&mut message, octets) {
                    Outcome::Refused(codes) => assert!(!codes.is_empty(), "octet {position} of {xml}"),
                    // A change of unsigned octets doesn't change the accepted identity.
                    Outcome::Accepted(found) => {
                        let outside = !part.contains(&position) || in_key_info(&xml, position);
                        assert!(outside && found == identity, "octet {position} of {xml}: {found}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_message_cut_anywhere_is_refused() {
    for signed in Signed::ALL {
        let (mut message, xml, _) = good(&RSA, signed);
        for length in 0..xml.len() {
            let cut = xml.as_bytes()[..length].to_vec();
            let outcome = deliver_octets(&mut message, cut);
            assert!(matches!(outcome, Outcome::Refused(_)), "{length} octets of {xml}");
            let cut = xml.as_bytes()[xml.len() - length..].to_vec();
            let outcome = deliver_octets(&mut message, cut);
            assert!(matches!(outcome, Outcome::Refused(_)), "the last {length} octets of {xml}");
        }
    }
}
