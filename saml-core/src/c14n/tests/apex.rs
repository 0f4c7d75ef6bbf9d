//! One element of a document, less one element in it.

use super::*;

#[test]
fn nothing_around_the_apex_is_written() {
    let xml = "<?p?><!--c--><w>before<a ID='apex'>in<!--c--><?p?></a>after</w><!--c-->";
    for method in WITHOUT_COMMENTS {
        assert_eq!(apex(xml, method, ""), "<a ID=\"apex\">in<?p?></a>");
    }
    for method in WITH_COMMENTS {
        assert_eq!(apex(xml, method, ""), "<a ID=\"apex\">in<!--c--><?p?></a>");
    }
}

/// [XMLDSig §6.6.4]: the signature and all within it, and not the white space beside it.
#[test]
fn the_omitted_element_is_dropped_with_its_content_and_nothing_else() {
    let xml = "<a ID='apex' xmlns:s='urn:s'>1<s:S ID='other'/> <s:S ID='omit'>x<s:T><s:S/></s:T><?p?></s:S> 2<s:S><b/></s:S></a>";
    assert_eq!(
        apex(xml, EXCLUSIVE, ""),
        "<a ID=\"apex\">1<s:S xmlns:s=\"urn:s\" ID=\"other\"></s:S>  2<s:S xmlns:s=\"urn:s\"><b></b></s:S></a>"
    );
}

#[test]
fn namespaces_declared_on_the_omitted_element_leave_no_trace() {
    let xml = "<a ID='apex'><s:S ID='omit' xmlns:s='urn:s' xmlns='urn:d'/><s:T xmlns:s='urn:s'/><b/></a>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(apex(xml, method, ""), "<a ID=\"apex\"><s:T xmlns:s=\"urn:s\"></s:T><b></b></a>");
    }
}

#[test]
fn an_omitted_element_deep_inside_is_dropped() {
    let xml = "<a ID='apex'><b><c><d ID='omit'>x</d>y</c></b></a>";
    assert_eq!(apex(xml, EXCLUSIVE, ""), "<a ID=\"apex\"><b><c>y</c></b></a>");
}

#[test]
fn an_element_to_omit_that_is_not_inside_the_apex_is_an_error() {
    let document = parse("<w><a ID='apex'><b/></a><c ID='beside'/></w>");
    let element = document.element_by_id("apex").unwrap();
    for outside in [document.root(), document.element_by_id("beside").unwrap(), element] {
        let outcome =
            canonical_octets(element, Some(outside.id()), EXCLUSIVE, PrefixList::EMPTY, &Limits::MESSAGE);
        assert_eq!(outcome, Err(C14nError::OmittedElementAbsent));
    }
}

#[test]
fn each_element_of_a_document_can_be_the_apex() {
    let document = parse("<a><b x='1'>t<c/></b><d/></a>");
    let forms: Vec<String> = document
        .root()
        .child_elements()
        .map(|element| canonical_octets(element, None, EXCLUSIVE, PrefixList::EMPTY, &Limits::MESSAGE))
        .map(|octets| String::from_utf8(octets.unwrap()).unwrap())
        .collect();
    assert_eq!(forms, ["<b x=\"1\">t<c></c></b>", "<d></d>"]);
}
