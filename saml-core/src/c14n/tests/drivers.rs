//! Two drivers, one form: the arena walker and the token stream lead to the same octets, or to the same refusal.

use super::generator::Generated;
use super::*;
use crate::xml::DocumentStream;

const DOCUMENTS: u64 = 60;

/// The canonical form of a whole document that is read in windows of a size.
pub(super) fn streamed(
    xml: &str,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
    window: usize,
) -> Result<Vec<u8>, CanonicalStreamError> {
    let document = DocumentStream::with_window(&Limits::MESSAGE, window);
    let canonicalizer = Canonicalizer::new(method, prefix_list, &Limits::MESSAGE, Vec::new());
    let mut stream = CanonicalStream::over(document, canonicalizer);
    stream.feed(xml.as_bytes())?;
    stream.finish()
}

fn walked(
    xml: &str,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
) -> Result<Vec<u8>, CanonicalStreamError> {
    let mut octets = Vec::new();
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE)?;
    canonicalize_document(&document, method, prefix_list, &Limits::MESSAGE, &mut octets)?;
    Ok(octets)
}

#[test]
fn both_give_the_same_octets_wherever_a_window_ends() {
    for seed in 0..DOCUMENTS {
        let xml = Generated::new(seed).document;
        for method in CanonicalizationMethod::ALL {
            for list in ["", "#default p é"] {
                let list = prefixes(list);
                let form = walked(&xml, method, &list).unwrap();
                for window in [1, 3, 16, 61, xml.len() / 2, 2 * xml.len()] {
                    let streamed = streamed(&xml, method, &list, window.max(1));
                    assert_eq!(streamed.as_ref(), Ok(&form), "seed {seed}, {method}, window {window}");
                }
            }
        }
    }
}

#[test]
fn every_window_size_gives_the_same_octets() {
    for seed in DOCUMENTS..DOCUMENTS + 6 {
        let xml = Generated::new(seed).document;
        for method in [WITH_COMMENTS[0], WITH_COMMENTS[1]] {
            let form = walked(&xml, method, PrefixList::EMPTY).unwrap();
            for window in 1..=xml.len() + 1 {
                let streamed = streamed(&xml, method, PrefixList::EMPTY, window);
                assert_eq!(streamed.as_ref(), Ok(&form), "seed {seed}, window {window}");
            }
        }
    }
}

#[test]
fn every_division_of_the_input_gives_the_same_octets() {
    for seed in 0..5 {
        let xml = Generated::new(seed).document;
        let form = walked(&xml, EXCLUSIVE, PrefixList::EMPTY).unwrap();
        for cut in 0..=xml.len() {
            let mut stream = CanonicalStream::new(EXCLUSIVE, PrefixList::EMPTY, &Limits::MESSAGE, Vec::new());
            let (first, second) = xml.as_bytes().split_at(cut);
            stream.feed(first).unwrap();
            stream.feed(second).unwrap();
            assert_eq!(stream.finish().unwrap(), form, "seed {seed}, cut {cut}");
        }
    }
}

/// One octet of a good document is left out, doubled or replaced. Most results are malformed.
#[test]
fn both_refuse_the_same_documents() {
    let (mut refused, mut accepted) = (0, 0);
    for seed in 0..10 {
        let xml = Generated::new(seed).document;
        for position in (0..xml.len()).filter(|position| xml.is_char_boundary(*position)) {
            let (before, after) = xml.split_at(position);
            let rest = after.chars().next().map_or("", |c| after.split_at(c.len_utf8()).1);
            let replacement = ["", "<", "&", "'", ":", "]", "\u{1}", "xmlns"][position % 8];
            let broken = format!("{before}{replacement}{rest}");
            let walked = walked(&broken, INCLUSIVE_10, PrefixList::EMPTY);
            for window in [1, 29, 4096] {
                let streamed = streamed(&broken, INCLUSIVE_10, PrefixList::EMPTY, window);
                assert_eq!(
                    streamed.as_ref().ok(),
                    walked.as_ref().ok(),
                    "seed {seed}, window {window}: {broken}"
                );
            }
            if walked.is_ok() { accepted += 1 } else { refused += 1 }
        }
    }
    assert!(refused > 2_000 && accepted > 200, "{refused} {accepted}");
}

#[test]
fn a_relative_namespace_uri_has_no_form_by_either() {
    for xml in
        ["<a xmlns='x'/>", "<a><b xmlns:p='#x'/></a>", "<a><p:b xmlns:p='urn:p' p:c='' xmlns='x/'/></a>"]
    {
        for method in CanonicalizationMethod::ALL {
            let expected = Err(CanonicalStreamError::Canonicalization(C14nError::RelativeNamespace));
            assert_eq!(walked(xml, method, PrefixList::EMPTY), expected);
            assert_eq!(streamed(xml, method, PrefixList::EMPTY, 5), expected);
        }
    }
}

#[test]
fn the_form_of_a_document_that_is_cut_off_does_not_exist() {
    let xml = "<a><b>text</b></a>";
    for end in 0..xml.len() {
        let (beginning, _) = xml.split_at(end);
        assert!(streamed(beginning, EXCLUSIVE, PrefixList::EMPTY, 4).is_err(), "{end}");
    }
}
