//! What holds for every document.

use super::generator::Generated;
use super::*;

const DOCUMENTS: u64 = 400;

#[test]
fn the_canonical_form_of_a_canonical_form_is_itself() {
    for seed in 0..DOCUMENTS {
        let xml = Generated::new(seed).document;
        for method in CanonicalizationMethod::ALL {
            let once = document(&xml, method, "");
            assert_eq!(document(&once, method, ""), once, "seed {seed}");
        }
    }
}

#[test]
fn the_form_of_an_apex_is_that_of_a_document_with_all_that_it_inherits() {
    for seed in 0..DOCUMENTS {
        let generated = Generated::new(seed);
        for (method, alone) in [
            (EXCLUSIVE, &generated.exclusive),
            (INCLUSIVE_10, &generated.inclusive_10),
            (INCLUSIVE_11, &generated.inclusive_11),
        ] {
            assert_eq!(apex(&generated.document, method, ""), document(alone, method, ""), "seed {seed}");
        }
    }
}

#[test]
fn the_form_of_an_apex_is_a_document_with_the_same_form() {
    for seed in 0..DOCUMENTS {
        let xml = Generated::new(seed).document;
        for method in WITHOUT_COMMENTS {
            let once = apex(&xml, method, "");
            assert_eq!(document(&once, method, ""), once, "seed {seed}");
        }
    }
}

/// [EXC-C14N §3]: with every prefix listed there is nothing exclusive left, but for inherited attributes.
#[test]
fn the_exclusive_method_with_every_prefix_listed_is_the_inclusive_one() {
    for seed in 0..DOCUMENTS {
        let generated = Generated::new(seed);
        let all = "#default p q ds é p2";
        assert_eq!(
            document(&generated.document, EXCLUSIVE, all),
            document(&generated.document, INCLUSIVE_10, ""),
            "seed {seed}"
        );
        assert_eq!(
            apex(&generated.document, EXCLUSIVE, all),
            document(&generated.exclusive, INCLUSIVE_10, ""),
            "seed {seed}"
        );
    }
}

#[test]
fn a_whole_document_has_one_inclusive_form() {
    for seed in 0..DOCUMENTS {
        let xml = Generated::new(seed).document;
        assert_eq!(document(&xml, INCLUSIVE_10, ""), document(&xml, INCLUSIVE_11, ""), "seed {seed}");
    }
}
