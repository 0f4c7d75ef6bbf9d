//! Identifiers: what a `Reference` can mean.

use super::{accepted, all_refused};

#[test]
fn finds_an_element_by_each_kind_of_identifier() {
    let document = accepted(
        "<a ID='i1'><b Id='i2'><c id='i3'/></b><d xml:id='i4'/><e iD='i5' p:ID='i6' xmlns:p='urn:p'/></a>",
    );
    for (id, name) in [("i1", "a"), ("i2", "b"), ("i3", "c"), ("i4", "d")] {
        assert_eq!(document.element_by_id(id).unwrap().name().local, name);
    }
    for id in ["i5", "i6", "", "i", "i11"] {
        assert!(document.element_by_id(id).is_none(), "{id}");
    }
}

#[test]
fn rejects_equal_identifiers_of_any_kind() {
    let documents = [
        "<a ID='i'><b ID='i'/></a>",
        "<a ID='i'><b Id='i'/></a>",
        "<a><b id='i'/><c xml:id='i'/></a>",
        "<a ID='i' xml:id='i'/>",
        "<a ID='i' id='i'/>",
        "<a><b ID='&#105;'/><c ID='i'/></a>",
        "<a ID=''><b ID=''/></a>",
    ];
    all_refused("xml.duplicate_id", &documents);
}

#[test]
fn a_duplicate_is_found_among_many() {
    let many: String = (0..1000).map(|index| format!("<b ID='_{index}'/>")).collect();
    let document = accepted(format!("<a>{many}</a>"));
    for index in 0..1000 {
        let element = document.element_by_id(&format!("_{index}")).unwrap();
        assert_eq!(element.attribute("ID"), Some(format!("_{index}").as_str()));
    }
    all_refused("xml.duplicate_id", &[format!("<a>{many}<c Id='_500'/></a>")]);
}

#[test]
fn identifiers_are_compared_after_normalisation() {
    let document = accepted("<a ID='a&amp;b'/>");
    assert!(document.element_by_id("a&b").is_some());
    assert!(document.element_by_id("a&amp;b").is_none());
}

#[test]
fn finds_an_identifier_that_two_documents_share_whatever_its_kind() {
    let one = accepted("<a ID='i'><b Id='j'/></a>");
    for (other, shared) in [
        ("<a id='j'/>", Some("j")),
        ("<x><y xml:id='i'/></x>", Some("i")),
        ("<x ID='k'><y Id='I'/></x>", None),
        ("<x iD='i'/>", None),
    ] {
        assert_eq!(one.shared_id(&accepted(other)), shared, "{other}");
        assert_eq!(accepted(other).shared_id(&one), shared, "{other}");
    }
}
