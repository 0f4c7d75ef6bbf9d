//! Lanes against their definition.

use super::*;

#[test]
fn lanes_mark_what_the_octet_by_octet_definition_marks() {
    for octet in 0..=u8::MAX {
        for at in 0..16 {
            let mut lane = [b'a'; 16];
            lane[at] = octet;
            let mark = |wanted: bool| if wanted { 1_u32 << at } else { 0 };
            assert_eq!(ends_of_name(&lane), mark(!is_name_octet(octet)), "{octet} at {at}");
            assert_eq!(colons(&lane), mark(octet == b':'), "{octet} at {at}");
            let ends = octet < 0x20 || matches!(octet, b'"' | b'&' | b'<');
            assert_eq!(ends_of_value(&lane, b'"'), mark(ends), "{octet} at {at}");
        }
    }
    assert_eq!((before(0), before(1), before(0x8000)), (16, 0, 15));
    assert_eq!((until(0b1011, 0b1000), until(0b1011, 0)), (0b0011, 0b1011));
    assert_eq!((several(0), several(0b100), several(0b101)), (false, false, true));
}
