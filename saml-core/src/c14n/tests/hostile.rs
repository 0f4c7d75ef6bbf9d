//! Documents made to cost, or to leave no octets.

use super::*;
use crate::base::{Coded, steps_of};

fn outcome(xml: &str, method: CanonicalizationMethod, limits: &Limits) -> Result<Vec<u8>, C14nError> {
    let document = Document::parse(xml.as_bytes().to_vec(), limits).unwrap();
    canonical_octets(document.root(), None, method, PrefixList::EMPTY, limits)
}

/// Other implementations return an empty form, whose digest everybody knows. Attack 209.
#[test]
fn a_relative_namespace_uri_is_an_error_whether_it_is_used_or_not() {
    for xml in [
        "<a xmlns='1'/>",
        "<a xmlns:p='x/y'/>",
        "<a><b><p:c xmlns:p='//host/x'/></b></a>",
        "<a><b xmlns='#x'/></a>",
    ] {
        for method in CanonicalizationMethod::ALL {
            let error = outcome(xml, method, &Limits::MESSAGE).unwrap_err();
            assert_eq!(error, C14nError::RelativeNamespace, "{xml}");
            assert_eq!(error.code().as_str(), "c14n.relative_namespace");
        }
    }
}

/// [C14N §1.3] speaks of documents: where in it the URI stands is of no account.
#[test]
fn a_relative_namespace_uri_outside_the_apex_is_an_error() {
    let document = parse("<w><a ID='apex'/><b xmlns:p='relative'/></w>");
    let element = document.element_by_id("apex").unwrap();
    for method in CanonicalizationMethod::ALL {
        let outcome = canonical_octets(element, None, method, PrefixList::EMPTY, &Limits::MESSAGE);
        assert_eq!(outcome, Err(C14nError::RelativeNamespace));
    }
}

#[test]
fn a_namespace_uri_beyond_the_bound_is_an_error() {
    let uri = |octets: usize| format!("urn:{}", "x".repeat(octets - 4));
    let longest = format!("<a xmlns='{}'/>", uri(C14nError::MAX_NAMESPACE_OCTETS));
    assert!(outcome(&longest, EXCLUSIVE, &Limits::MESSAGE).is_ok());
    let longer = format!("<a xmlns='{}'/>", uri(C14nError::MAX_NAMESPACE_OCTETS + 1));
    let limits = Limits { namespace_octets: 2000, ..Limits::MESSAGE };
    let error = outcome(&longer, EXCLUSIVE, &limits).unwrap_err();
    assert_eq!(error, C14nError::NamespaceTooLong { octets: 1025 });
}

/// Exclusive canonicalisation renders a namespace on each sibling anew: a small document, a large form.
#[test]
fn a_form_that_outgrows_its_document_meets_the_limit() {
    let uri = format!("urn:{}", "x".repeat(1000));
    let xml = format!("<a xmlns:p='{uri}'>{}</a>", "<p:b/>".repeat(10_000));
    let limits = Limits { canonical_octets: 500_000, ..Limits::MESSAGE };
    assert_eq!(outcome(&xml, EXCLUSIVE, &limits), Err(C14nError::TooLarge { limit: 500_000 }));
    // Whatever the limit is, a multiple of the document.
    let most = 6 * xml.len() + 256 * 1024;
    assert_eq!(outcome(&xml, EXCLUSIVE, &Limits::MESSAGE), Err(C14nError::TooLarge { limit: most }));
    assert_eq!(outcome(&xml, INCLUSIVE_10, &limits).unwrap().len(), xml.len() + 50_000);
}

/// As deep as the limits let it be, as many declarations on each level, all of them declared anew on each.
#[test]
fn declarations_on_every_level_are_rendered_once_each() {
    let mut xml = String::new();
    for level in 0..64 {
        xml.push_str("<p0:a");
        for prefix in 0..64 {
            xml.push_str(&format!(" xmlns:p{prefix:02}='urn:{prefix}:{level}'").replace("p00", "p0"));
        }
        xml.push('>');
    }
    xml.push_str(&"</p0:a>".repeat(64));
    for (method, declarations) in [(EXCLUSIVE, 64), (INCLUSIVE_10, 4096), (INCLUSIVE_11, 4096)] {
        let octets = outcome(&xml, method, &Limits::MESSAGE).unwrap();
        assert_eq!(String::from_utf8(octets).unwrap().matches(" xmlns:").count(), declarations);
    }
}

#[test]
fn the_deepest_apex_sorts_all_that_it_inherits() {
    let mut xml = String::new();
    for level in (0..63).rev() {
        xml.push_str("<a");
        for prefix in (0..60).rev() {
            xml.push_str(&format!(" xmlns:p{level:02}{prefix:02}='urn:{prefix}'"));
        }
        for attribute in (0..100).rev() {
            xml.push_str(&format!(" xml:a{level:02}{attribute:02}=''"));
        }
        xml.push('>');
    }
    xml.push_str(&format!("<b ID='apex'/>{}", "</a>".repeat(63)));
    let form = apex(&xml, INCLUSIVE_10, "");
    let attributes: Vec<&str> = form.split(' ').filter(|part| part.starts_with("xml:")).collect();
    let namespaces: Vec<&str> = form.split(' ').filter(|part| part.starts_with("xmlns:")).collect();
    assert_eq!((attributes.len(), namespaces.len()), (6300, 3780));
    assert!(attributes.is_sorted() && namespaces.is_sorted());
}

#[test]
fn depth_costs_no_stack() {
    let depth = 200_000;
    let limits = Limits { depth, nodes: depth, canonical_octets: usize::MAX, ..Limits::MESSAGE };
    let xml = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert_eq!(outcome(&xml, INCLUSIVE_11, &limits).unwrap(), xml.into_bytes());
}

/// Prefixes that have ended are forgotten: they take no memory, and nobody walks them.
#[test]
fn nothing_is_kept_of_prefixes_that_have_ended() {
    let axis_after = |count: usize| {
        let mut axis = crate::c14n::namespace_axis::NamespaceAxis::new();
        let root = axis.enter();
        axis.render("", "urn:root").unwrap();
        let ((), steps) = steps_of(|| {
            for n in 0..count {
                let outer = axis.enter();
                axis.render(&format!("p{n}"), "urn:x").unwrap();
                assert!(axis.is_in_force(&format!("p{n}"), "urn:x"));
                // Asking makes nothing known.
                assert!(!axis.is_in_force(&format!("q{n}"), "urn:x"));
                axis.write_pending(|_, _| Ok(())).unwrap();
                axis.leave(outer);
                assert!(!axis.is_in_force(&format!("p{n}"), "urn:x"));
            }
        });
        let kept = axis.prefixes();
        axis.leave(root);
        (kept, steps)
    };
    let ((few, short), (many, long)) = (axis_after(1000), axis_after(4000));
    assert_eq!((few, many), (2, 2), "the default namespace and xml");
    assert!(long <= 4 * short + 100, "{short} {long}");
}

/// The number of prefixes goes back and forth over the bound from which they are looked up in a tree.
#[test]
fn prefixes_come_and_go_around_the_size_of_a_scan() {
    let nested = |from: usize, to: usize, inner: &str| {
        (from..to).rev().fold(inner.to_owned(), |inner, n| {
            format!("<p{n}:x xmlns:p{n}=\"urn:{n}\" p{n}:a=\"\">{inner}</p{n}:x>")
        })
    };
    let again: String = (10..24).map(|to| nested(5, to, "<p3:y></p3:y>")).collect();
    let other: String = (0..30).map(|n| format!("<p{n}:z xmlns:p{n}=\"urn:other\"></p{n}:z>")).collect();
    let xml = nested(0, 5, &format!("{again}<p0:v></p0:v>{}{again}", nested(5, 20, "")));
    assert_eq!(outcome(&xml, EXCLUSIVE, &Limits::MESSAGE).unwrap(), xml.as_bytes());
    let xml = format!("<a>{other}{xml}{other}{xml}</a>");
    assert_eq!(outcome(&xml, EXCLUSIVE, &Limits::MESSAGE).unwrap(), xml.as_bytes());
}
