use std::convert::Infallible;
use std::ops::Range;

use super::{INDEX_DIGEST, Stored, read_stored};
use crate::base::{Coded as _, Limits};
use crate::crypto::digest;
use crate::trust::EntityStore;

/// A store that counts how often it is asked for octets, and has none.
#[derive(Default)]
struct Empty {
    asked: usize,
}

impl EntityStore for Empty {
    type Error = Infallible;

    fn wants(&mut self, _: &str) -> bool {
        true
    }

    fn append(&mut self, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }

    fn read(&mut self, _: Range<u64>) -> Result<Vec<u8>, Infallible> {
        self.asked += 1;
        Ok(Vec::new())
    }
}

#[test]
fn an_entity_too_large_to_be_parsed_is_not_even_fetched() {
    let limit = u64::try_from(Limits::METADATA.octets).unwrap();
    for (length, code, asked) in
        [(limit, "metadata.stored_entity_changed", 1), (limit + 1, "xml.limit.octets", 0)]
    {
        let stored = Stored { range: 7..7 + length, digest: digest(INDEX_DIGEST, b"entity").unwrap() };
        let mut store = Empty::default();
        let refused = read_stored(&mut store, &stored).unwrap_err();
        assert_eq!((refused.code().as_str(), store.asked), (code, asked));
    }
}
