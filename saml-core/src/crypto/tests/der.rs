use crate::crypto::der::{DerReader, encode, encode_unsigned, is_der};

#[test]
fn accepts_exactly_one_value_in_shortest_framing() {
    for octets in [
        [0x30, 0x00].as_slice(),
        &[0x05, 0x00],
        &[0x30, 0x03, 0x02, 0x01, 0x00],
        &[0xa0, 0x02, 0x05, 0x00],
        &[0x80, 0x01, 0xff],
        &encode(0x30, &[&encode(0x04, &[&[7; 200]])]),
        &encode(0x04, &[&[7; 70_000]]),
    ] {
        assert!(is_der(octets), "{:02x?}", &octets[..octets.len().min(8)]);
    }
}

#[test]
fn refuses_framing_that_is_not_der() {
    for (octets, why) in [
        ([].as_slice(), "nothing"),
        (&[0x30], "no length"),
        (&[0x30, 0x01], "cut"),
        (&[0x30, 0x00, 0x00], "something after the end"),
        (&[0x30, 0x80, 0x00, 0x00], "indefinite length"),
        (&[0x30, 0x80, 0x02, 0x01, 0x00, 0x00, 0x00], "indefinite length"),
        (&[0x04, 0x81, 0x01, 0x00], "long form of a short length"),
        (&[0x04, 0x82, 0x00, 0x01, 0x00], "leading zero in the length"),
        (&[0x04, 0x85, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00], "five octets of length"),
        (&[0x04, 0xff, 0x00], "reserved length"),
        (&[0x1f, 0x81, 0x00, 0x00], "tag of several octets"),
        (&[0x24, 0x03, 0x04, 0x01, 0x00], "string in pieces"),
        (&[0x10, 0x00], "primitive SEQUENCE"),
        (&[0x30, 0x02, 0x02, 0x01], "cut inside"),
        (&[0x30, 0x04, 0x02, 0x01, 0x00, 0x05], "half a value inside"),
        (&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00], "longer than there is"),
    ] {
        assert!(!is_der(octets), "{why}");
    }
}

#[test]
fn refuses_nesting_deeper_than_any_certificate() {
    let nested = |levels: usize| (0..levels).fold(vec![0x05, 0x00], |inner, _| encode(0x30, &[&inner]));
    assert!(is_der(&nested(32)));
    assert!(!is_der(&nested(33)));
    assert!(!is_der(&nested(20_000)));
}

#[test]
fn reads_only_shortest_non_negative_integers() {
    for (octets, magnitude) in [
        ([0x02, 0x01, 0x00].as_slice(), Some([].as_slice())),
        (&[0x02, 0x01, 0x7f], Some(&[0x7f])),
        (&[0x02, 0x02, 0x00, 0x80], Some(&[0x80])),
        (&[0x02, 0x02, 0x00, 0x7f], None),
        (&[0x02, 0x01, 0x80], None),
        (&[0x02, 0x00], None),
        (&[0x04, 0x01, 0x01], None),
    ] {
        assert_eq!(DerReader::new(octets).unsigned(), magnitude, "{octets:02x?}");
        if let Some(magnitude) = magnitude {
            assert_eq!(encode_unsigned(magnitude), octets);
        }
    }
}
