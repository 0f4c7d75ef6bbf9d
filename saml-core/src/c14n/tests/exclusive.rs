//! Exclusive canonicalisation [EXC-C14N].

use super::*;

#[test]
fn a_namespace_is_rendered_where_it_is_visibly_used_and_nowhere_else() {
    let xml = "<a xmlns:p='urn:p' xmlns:q='urn:q' xmlns:r='urn:r'><p:b q:x='1'><p:c/><q:d/></p:b><p:e/></a>";
    assert_eq!(
        document(xml, EXCLUSIVE, ""),
        "<a><p:b xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" q:x=\"1\"><p:c></p:c><q:d></q:d></p:b>\
         <p:e xmlns:p=\"urn:p\"></p:e></a>"
    );
}

#[test]
fn a_prefix_in_content_is_no_visible_use() {
    let xml = "<a xmlns:xs='urn:xs' xmlns:xsi='urn:xsi' xsi:type='xs:string'>xs:a</a>";
    assert_eq!(document(xml, EXCLUSIVE, ""), "<a xmlns:xsi=\"urn:xsi\" xsi:type=\"xs:string\">xs:a</a>");
    assert_eq!(
        document(xml, EXCLUSIVE, "xs"),
        "<a xmlns:xs=\"urn:xs\" xmlns:xsi=\"urn:xsi\" xsi:type=\"xs:string\">xs:a</a>"
    );
}

#[test]
fn a_binding_that_changed_and_changed_back_is_rendered_each_time() {
    let xml = "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'><p:c xmlns:p='urn:1'/><p:c/></p:b><p:d/></p:a>";
    assert_eq!(
        document(xml, EXCLUSIVE, ""),
        "<p:a xmlns:p=\"urn:1\"><p:b xmlns:p=\"urn:2\"><p:c xmlns:p=\"urn:1\"></p:c><p:c></p:c></p:b>\
         <p:d></p:d></p:a>"
    );
}

#[test]
fn a_binding_hidden_by_an_element_that_does_not_use_it_is_compared_with_what_was_rendered() {
    let xml = "<p:a xmlns:p='urn:1'><b xmlns:p='urn:2'><p:c xmlns:p='urn:1'/></b></p:a>";
    assert_eq!(document(xml, EXCLUSIVE, ""), "<p:a xmlns:p=\"urn:1\"><b><p:c></p:c></b></p:a>");
}

#[test]
fn the_default_namespace_is_undeclared_only_where_the_output_has_one() {
    let xml = "<a xmlns=''><b xmlns='urn:b'><c xmlns=''><d/></c><e/></b><p:f xmlns:p='urn:p' xmlns='urn:f'><g xmlns=''/></p:f></a>";
    assert_eq!(
        document(xml, EXCLUSIVE, ""),
        "<a><b xmlns=\"urn:b\"><c xmlns=\"\"><d></d></c><e></e></b>\
         <p:f xmlns:p=\"urn:p\"><g></g></p:f></a>"
    );
}

#[test]
fn an_attribute_without_prefix_does_not_use_the_default_namespace() {
    let xml = "<p:a xmlns='urn:d' xmlns:p='urn:p' x='1'/>";
    assert_eq!(document(xml, EXCLUSIVE, ""), "<p:a xmlns:p=\"urn:p\" x=\"1\"></p:a>");
}

// OKTA-11.
#[test]
fn listed_prefixes_are_treated_inclusively() {
    let xml = "<w xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'><p:a xmlns:r='urn:r' ID='apex'><b xmlns:r='urn:r' xmlns=''/>\
               <r:c xmlns:r='urn:r2'/></p:a></w>";
    assert_eq!(
        apex(xml, EXCLUSIVE, ""),
        "<p:a xmlns:p=\"urn:p\" ID=\"apex\"><b></b><r:c xmlns:r=\"urn:r2\"></r:c></p:a>"
    );
    assert_eq!(
        apex(xml, EXCLUSIVE, "r"),
        "<p:a xmlns:p=\"urn:p\" xmlns:r=\"urn:r\" ID=\"apex\"><b></b><r:c xmlns:r=\"urn:r2\"></r:c></p:a>"
    );
    assert_eq!(
        apex(xml, EXCLUSIVE, "#default q nowhere"),
        "<p:a xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" ID=\"apex\"><b xmlns=\"\"></b>\
         <r:c xmlns:r=\"urn:r2\"></r:c></p:a>"
    );
}

#[test]
fn a_listed_prefix_that_is_declared_again_with_the_same_uri_is_superfluous() {
    let xml = "<a xmlns:p='urn:p'><b xmlns:p='urn:p'><p:c xmlns:p='urn:p'/></b></a>";
    assert_eq!(document(xml, EXCLUSIVE, "p"), "<a xmlns:p=\"urn:p\"><b><p:c></p:c></b></a>");
}

/// [EXC-C14N §2.2]: the same element in two envelopes has one exclusive form, and two inclusive ones.
#[test]
fn the_envelope_does_not_show() {
    let in_two = [
        "<n0:local xmlns:n0='foo:bar' xmlns:n3='ftp://example.org'>",
        "<n2:pdu xmlns:n1='http://example.com' xmlns:n2='http://foo.example' xml:lang='fr' xml:space='retain'>",
    ]
    .map(|envelope| {
        let end = envelope.get(1..9).unwrap().split(' ').next().unwrap();
        format!(
            "{envelope}<n1:elem2 ID='apex' xmlns:n1='http://example.net' xml:lang='en'>\
             <n3:stuff xmlns:n3='ftp://example.org'/></n1:elem2></{end}>"
        )
    });
    for xml in &in_two {
        assert_eq!(
            apex(xml, EXCLUSIVE, ""),
            "<n1:elem2 xmlns:n1=\"http://example.net\" ID=\"apex\" xml:lang=\"en\">\
             <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"
        );
    }
    assert_ne!(apex(&in_two[0], INCLUSIVE_10, ""), apex(&in_two[1], INCLUSIVE_10, ""));
}
