//! Canonical XML 1.0 and 1.1: namespaces and inherited attributes.

use super::*;

#[test]
fn every_namespace_is_rendered_where_it_is_declared() {
    let xml = "<a xmlns:p='urn:p'><b xmlns:q='urn:q' xmlns='urn:d'><p:c/></b></a>";
    for method in [INCLUSIVE_10, INCLUSIVE_11] {
        assert_eq!(
            document(xml, method, ""),
            "<a xmlns:p=\"urn:p\"><b xmlns=\"urn:d\" xmlns:q=\"urn:q\"><p:c></p:c></b></a>"
        );
    }
}

/// [C14N §4.6].
#[test]
fn superfluous_declarations_are_dropped() {
    let xml = "<a xmlns='' xmlns:p='urn:p'><b xmlns='urn:d' xmlns:p='urn:p'><c xmlns='urn:d'><d xmlns=''><e xmlns=''/></d></c></b></a>";
    for method in [INCLUSIVE_10, INCLUSIVE_11] {
        assert_eq!(
            document(xml, method, ""),
            "<a xmlns:p=\"urn:p\"><b xmlns=\"urn:d\"><c><d xmlns=\"\"><e></e></d></c></b></a>"
        );
    }
}

#[test]
fn the_apex_renders_every_namespace_in_scope() {
    let xml = "<w xmlns='urn:w' xmlns:p='urn:far' xmlns:q='urn:q'><v xmlns='' xmlns:p='urn:near' xmlns:r='urn:r'>\
               <a ID='apex' xmlns:r='urn:own'><p:b xmlns:q='urn:q'/></a></v></w>";
    for method in [INCLUSIVE_10, INCLUSIVE_11] {
        assert_eq!(
            apex(xml, method, ""),
            "<a xmlns:p=\"urn:near\" xmlns:q=\"urn:q\" xmlns:r=\"urn:own\" ID=\"apex\"><p:b></p:b></a>"
        );
    }
}

#[test]
fn a_default_namespace_undeclared_on_the_apex_hides_that_of_its_ancestors() {
    let xml = "<w xmlns='urn:w'><a ID='apex' xmlns=''><b xmlns='urn:w'/></a></w>";
    assert_eq!(apex(xml, INCLUSIVE_10, ""), "<a ID=\"apex\"><b xmlns=\"urn:w\"></b></a>");
}

#[test]
fn a_prefix_list_means_nothing_to_the_inclusive_methods() {
    let xml = "<w xmlns:p='urn:p' xmlns:q='urn:q'><a ID='apex'/></w>";
    assert_eq!(apex(xml, INCLUSIVE_10, "p"), apex(xml, INCLUSIVE_10, ""));
}

const INHERITANCE: &str = "<w xml:lang='fr' xml:space='default' xml:id='w1' xml:base='b/' xml:other='o' lang='no'>\
     <v xml:lang='de' xml:id='v1'><a ID='apex' xml:space='preserve' z='1'><b/></a></v></w>";

/// [C14N §2.4]: all of them, nearest first, unless the apex has its own.
#[test]
fn version_1_0_inherits_every_attribute_of_the_xml_namespace() {
    assert_eq!(
        apex(INHERITANCE, INCLUSIVE_10, ""),
        "<a ID=\"apex\" z=\"1\" xml:base=\"b/\" xml:id=\"v1\" xml:lang=\"de\" xml:other=\"o\" \
         xml:space=\"preserve\"><b></b></a>"
    );
}

/// [C14N11 §2.4]: `xml:lang` and `xml:space` so, `xml:id` and unknown ones never, `xml:base` joined.
#[test]
fn version_1_1_inherits_language_and_space_and_joins_the_base() {
    assert_eq!(
        apex(INHERITANCE, INCLUSIVE_11, ""),
        "<a ID=\"apex\" z=\"1\" xml:base=\"b/\" xml:lang=\"de\" xml:space=\"preserve\"><b></b></a>"
    );
}

#[test]
fn the_exclusive_method_inherits_no_attribute() {
    assert_eq!(apex(INHERITANCE, EXCLUSIVE, ""), "<a ID=\"apex\" z=\"1\" xml:space=\"preserve\"><b></b></a>");
}

#[test]
fn a_root_inherits_nothing() {
    let xml = "<a ID='apex' xmlns:p='urn:p' xml:base='x/../y' xml:lang=''/>";
    for method in [INCLUSIVE_10, INCLUSIVE_11] {
        assert_eq!(apex(xml, method, ""), document(xml, method, ""));
        assert_eq!(
            apex(xml, method, ""),
            "<a xmlns:p=\"urn:p\" ID=\"apex\" xml:base=\"x/../y\" xml:lang=\"\"></a>"
        );
    }
}

/// Decrypted content brings along the bindings that were in scope around its ciphertext.
#[test]
fn bindings_around_a_decrypted_document_are_in_scope() {
    let outer = parse("<o xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'/>");
    let context = outer.root().namespaces_in_scope();
    let inner = b"<p:a xmlns:q='urn:own'><b/></p:a>".to_vec();
    let document = Document::parse_in_context(inner, &context, &Limits::MESSAGE).unwrap();
    for (method, list, expected) in [
        (EXCLUSIVE, "", "<p:a xmlns:p=\"urn:p\"><b xmlns=\"urn:d\"></b></p:a>"),
        (EXCLUSIVE, "#default", "<p:a xmlns=\"urn:d\" xmlns:p=\"urn:p\"><b></b></p:a>"),
        (INCLUSIVE_10, "", "<p:a xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:own\"><b></b></p:a>"),
    ] {
        let octets =
            canonical_octets(document.root(), None, method, &prefixes(list), &Limits::MESSAGE).unwrap();
        assert_eq!(String::from_utf8(octets).unwrap(), expected);
    }
}
