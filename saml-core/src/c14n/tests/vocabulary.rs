//! Names of methods, prefix lists, errors.

use super::*;
use crate::base::Coded;

#[test]
fn every_method_is_found_by_its_uri() {
    for method in CanonicalizationMethod::ALL {
        assert_eq!(CanonicalizationMethod::from_uri(method.uri()), Some(method));
        assert_eq!(method.to_string(), method.uri());
        assert_eq!(method.keeps_comments(), method.uri().ends_with("#WithComments"));
        assert!(!method.without_comments().keeps_comments());
        assert_eq!(method.without_comments().is_inclusive(), method.is_inclusive());
    }
}

#[test]
fn an_unknown_uri_is_no_method() {
    for uri in [
        "",
        "http://www.w3.org/2001/10/xml-exc-c14n",
        "http://www.w3.org/2001/10/xml-exc-c14n# ",
        "HTTP://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#withcomments",
        "http://www.w3.org/2006/12/xml-c14n11#",
        "http://www.w3.org/2010/xml-c14n2",
    ] {
        assert_eq!(CanonicalizationMethod::from_uri(uri), None, "{uri}");
    }
}

#[test]
fn a_prefix_list_is_tokens_between_white_space() {
    let list = prefixes(" xs\tds\n#default\r\nxs ");
    for (prefix, listed) in [("xs", true), ("ds", true), ("", true), ("d", false), ("#default", false)] {
        assert_eq!(list.contains(prefix), listed, "{prefix:?}");
    }
    assert_eq!(list.to_string(), "#default ds xs");
    assert_eq!(prefixes(&list.to_string()), list);
}

#[test]
fn a_prefix_list_without_tokens_is_empty() {
    for text in ["", " ", "\t\n"] {
        assert_eq!(prefixes(text), *PrefixList::EMPTY);
        assert!(prefixes(text).is_empty());
    }
    assert!(!PrefixList::EMPTY.contains(""));
}

#[test]
fn refuses_tokens_that_are_no_prefixes() {
    for text in ["a:b", "1a", "#Default", "xs,ds", "-", "xs #", "\u{a0}xs", "*"] {
        let error = PrefixList::parse(text).unwrap_err();
        assert_eq!(error, C14nError::NotAPrefix, "{text}");
        assert_eq!(error.code().as_str(), "c14n.prefix_list.not_a_prefix");
    }
}

#[test]
fn refuses_more_prefixes_than_the_bound() {
    let full: Vec<String> = (0..PrefixList::MAX_PREFIXES).map(|n| format!("p{n}")).collect();
    assert!(prefixes(&full.join(" ")).contains("p63"));
    let error = PrefixList::parse(&format!("{} q", full.join(" "))).unwrap_err();
    assert_eq!(error, C14nError::TooManyPrefixes { count: 65 });
    assert_eq!(error.found().as_deref(), Some("65 prefixes"));
}

#[test]
fn every_error_has_a_code_of_its_own() {
    let errors = [
        C14nError::RelativeNamespace,
        C14nError::NamespaceTooLong { octets: 4000 },
        C14nError::TooLarge { limit: 10 },
        C14nError::Empty,
        C14nError::OmittedElementAbsent,
        C14nError::EventOrder,
        C14nError::TooManyPrefixes { count: 100 },
        C14nError::NotAPrefix,
    ];
    let mut codes: Vec<&str> = errors.iter().map(|error| error.code().as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), errors.len());
    assert!(codes.iter().all(|code| code.starts_with("c14n.")));
}
