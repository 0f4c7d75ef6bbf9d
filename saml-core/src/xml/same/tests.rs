//! Comparing short texts.

use super::same;

#[test]
fn texts_are_the_same_where_every_octet_is() {
    let text = "The quick brown fox jumps over the lazy dog, twice.";
    for length in 0..text.len() {
        let (one, rest) = text.split_at(length);
        let copy = one.to_owned();
        assert!(same(one, &copy), "{length}");
        assert!(!same(one, text) && !same(one, &(copy + rest)), "{length}");
        for at in 0..length {
            let mut other = one.to_owned().into_bytes();
            other[at] ^= 1;
            assert!(!same(one, std::str::from_utf8(&other).unwrap()), "{length} at {at}");
        }
    }
}
