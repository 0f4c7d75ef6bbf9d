//! [Namespaces in XML 1.0]: what prefixes stand for.

use std::sync::Arc;

use super::{accepted, all_refused, parse};
use crate::base::Limits;
use crate::xml::{Document, NamespaceBinding, NamespaceRule, XmlError, names};

#[track_caller]
fn broken_rule(xml: &str) -> NamespaceRule {
    match parse(xml) {
        Err(XmlError::Namespace { rule, .. }) => rule,
        other => panic!("{xml}: {other:?}"),
    }
}

#[test]
fn rejects_unbound_prefixes() {
    for xml in [
        "<p:a/>",
        "<a p:b='1'/>",
        "<a><b xmlns:p='urn:p'/><p:c/></a>",
        "<a xmlns:p='urn:p'><p:b/></a><!--x-->".replace("<p:b/>", "<q:b/>").as_str(),
        "<a xmlns:pp='urn:p'><p:b/></a>",
        "<a p:b='1'><c xmlns:p='urn:p'/></a>",
    ] {
        assert_eq!(broken_rule(xml), NamespaceRule::UnboundPrefix, "{xml}");
    }
}

#[test]
fn rejects_what_is_reserved() {
    for xml in [
        "<a xmlns:xml='urn:u'/>",
        "<a xmlns:xmlns='urn:u'/>",
        "<a xmlns:xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<xmlns:a/>",
        "<xmlns:a xmlns:p='urn:p'/>",
    ] {
        assert_eq!(broken_rule(xml), NamespaceRule::Reserved, "{xml}");
    }
}

#[test]
fn rejects_an_undeclared_prefix() {
    assert_eq!(broken_rule("<a xmlns:p=''/>"), NamespaceRule::Undeclared);
    assert_eq!(broken_rule("<a xmlns:p='urn:p'><b xmlns:p=''/></a>"), NamespaceRule::Undeclared);
}

#[test]
fn rejects_namespace_names_that_are_no_uri() {
    for uri in [
        "urn:a b",
        "urn:\tx",
        "u\nn",
        " urn:x",
        "urn:x ",
        "urn:{x}",
        "urn:x^",
        "urn:\\x",
        "urn:é",
        "urn:`",
        "urn:a|b",
        "urn:&lt;",
        "urn:&gt;",
        "urn:&quot;x",
        "u&#114;n:x",
        "urn:x&#x20;",
    ] {
        assert_eq!(broken_rule(&format!("<p:a xmlns:p='{uri}'/>")), NamespaceRule::NotAUri, "{uri}");
        assert_eq!(broken_rule(&format!("<a xmlns='{uri}'/>")), NamespaceRule::NotAUri, "{uri}");
    }
}

#[test]
fn rejects_malformed_declarations() {
    all_refused(
        "xml.not_well_formed",
        &["<a xmlns:='urn:u'/>", "<a xmlns:1='urn:u'/>", "<a xmlns:p:q='urn:u'/>"],
    );
}

#[test]
fn notes_relative_namespace_names() {
    for uri in ["ns", "../x", "1:x", "/a:b", "?", "#x", "a/b:c"] {
        let document = accepted(format!("<a><b xmlns:p='{uri}'/></a>"));
        assert_eq!(document.relative_namespace().unwrap().name().local, "b", "{uri}");
    }
    for uri in ["urn:x", "http://a.example/b?c=d&amp;e#f", "a+b-1.c:x", "x:", "HTTP://[::1]/%20'()*,;=!$~"] {
        let document = accepted(format!("<a><b xmlns:p=\"{uri}\"/></a>"));
        assert!(document.relative_namespace().is_none(), "{uri}");
    }
}

#[test]
fn resolves_references_in_namespace_names() {
    assert_eq!(
        accepted("<a xmlns='http://x.example/?a=1&amp;b=&apos;'/>").root().name().namespace,
        "http://x.example/?a=1&b='"
    );
}

#[test]
fn inner_bindings_hide_outer_ones_until_their_element_ends() {
    let document = accepted(
        "<a xmlns='urn:1' xmlns:p='urn:p1'><b xmlns='urn:2' xmlns:p='urn:p2'><p:c/><c xmlns=''/></b><p:d/><e/><p:f xmlns:p='urn:p3'/><p:g/></a>",
    );
    let root = document.root();
    let mut found = Vec::new();
    let mut stack = vec![root];
    while let Some(element) = stack.pop() {
        found.push(element.name().to_string());
        stack.extend(element.child_elements().collect::<Vec<_>>().into_iter().rev());
    }
    assert_eq!(
        found,
        ["{urn:1}a", "{urn:2}b", "{urn:p2}c", "c", "{urn:p1}d", "{urn:1}e", "{urn:p3}f", "{urn:p1}g"]
    );
}

#[test]
fn declarations_count_for_the_whole_tag_wherever_they_stand_in_it() {
    let document = accepted("<p:a p:b='1' xmlns:p='urn:p'/>");
    assert_eq!(document.root().name().namespace, "urn:p");
    assert_eq!(document.root().attributes().next().unwrap().name().namespace, "urn:p");
}

#[test]
fn the_default_namespace_is_not_that_of_attributes() {
    let document = accepted("<a xmlns='urn:u' b='1'/>");
    assert_eq!(document.root().attributes().next().unwrap().name().namespace, "");
    assert_eq!(document.root().attribute("b"), Some("1"));
}

#[test]
fn xml_needs_no_declaration_and_a_redundant_one_is_left_out() {
    let document =
        accepted("<a xml:space='preserve' xmlns:xml='http://www.w3.org/XML/1998/namespace'><xml:b/></a>");
    let root = document.root();
    assert_eq!(root.attributes().next().unwrap().name().namespace, names::XML);
    assert_eq!(root.child_elements().next().unwrap().name().namespace, names::XML);
    assert_eq!(root.namespace_declarations().len(), 0);
    assert_eq!(root.lookup_prefix("xml"), Some(names::XML));
}

#[test]
fn names_that_only_look_like_declarations_are_attributes() {
    assert_eq!(accepted("<a xmlnsfoo='u'/>").root().attribute("xmlnsfoo"), Some("u"));
    assert_eq!(accepted("<xmlnsa XMLNS='u'/>").root().attribute("XMLNS"), Some("u"));
}

#[test]
fn declarations_are_listed_as_written() {
    let document = accepted("<a xmlns:q='urn:q' xmlns='urn:u'><b xmlns=''/></a>");
    let listed = |element: crate::xml::Element<'_>| -> Vec<(String, String)> {
        element.namespace_declarations().map(|d| (d.prefix.to_owned(), d.uri.to_owned())).collect()
    };
    assert_eq!(listed(document.root()), [("q".into(), "urn:q".into()), (String::new(), "urn:u".into())]);
    assert_eq!(listed(document.root().child_elements().next().unwrap()), [(String::new(), String::new())]);
}

#[test]
fn many_prefixes_are_found_by_the_index() {
    let limits = Limits {
        namespace_declarations: 5000,
        prefixes: 5000,
        total_namespace_declarations: 5000,
        ..Limits::MESSAGE
    };
    let declarations: String = (0..4000).map(|index| format!(" xmlns:n{index}='urn:{index}'")).collect();
    let children: String = (0..4000).map(|index| format!("<n{index}:a n{index}:b='1'/>")).collect();
    let xml = format!("<a{declarations}>{children}<b xmlns:n7='urn:other'><n7:c/></b><n7:d/></a>");
    let document = Document::parse(xml.into_bytes(), &limits).unwrap();
    for (index, child) in document.root().child_elements().take(4000).enumerate() {
        assert_eq!(child.name().namespace, format!("urn:{index}"));
        assert_eq!(child.attributes().next().unwrap().name().namespace, format!("urn:{index}"));
    }
    let last: Vec<_> = document.root().child_elements().skip(4000).collect();
    assert_eq!(last[0].child_elements().next().unwrap().name().namespace, "urn:other");
    assert_eq!(last[1].name().namespace, "urn:7");
}

fn binding(prefix: &str, uri: &str) -> NamespaceBinding {
    NamespaceBinding { prefix: prefix.to_owned(), uri: uri.into() }
}

fn parse_in(context: &[NamespaceBinding], xml: &str) -> Result<Arc<Document>, XmlError> {
    Document::parse_in_context(xml.as_bytes().to_vec(), context, &Limits::MESSAGE)
}

#[test]
fn a_decrypted_element_sees_the_bindings_around_it() {
    let context = [binding("", "urn:d"), binding("p", "urn:p"), binding("q", "urn:q")];
    let document = parse_in(&context, "<a p:b='1'><q:c xmlns:q='urn:q2'/><q:d xmlns=''/></a>").unwrap();
    let root = document.root();
    assert_eq!(root.name().namespace, "urn:d");
    assert_eq!(root.attributes().next().unwrap().name().namespace, "urn:p");
    assert_eq!(root.lookup_prefix("p"), Some("urn:p"));
    assert_eq!(root.lookup_prefix(""), Some("urn:d"));
    assert_eq!(root.namespace_declarations().len(), 0);
    let children: Vec<_> = root.child_elements().collect();
    assert_eq!(children[0].name().namespace, "urn:q2");
    assert_eq!(children[0].lookup_prefix("q"), Some("urn:q2"));
    assert_eq!(children[1].name().namespace, "urn:q");
    assert_eq!(children[1].lookup_prefix(""), None);
    assert_eq!(root.namespaces_in_scope(), context);
    assert_eq!(document.context().count(), 3);
    assert_eq!(children[0].namespaces_in_scope()[2], binding("q", "urn:q2"));
    assert_eq!(children[1].namespaces_in_scope(), context[1..]);
}

#[test]
fn a_decrypted_element_may_bind_the_same_prefix_again() {
    let document = parse_in(&[binding("p", "urn:p")], "<p:a xmlns:p='urn:x'/>").unwrap();
    assert_eq!(document.root().name().namespace, "urn:x");
}

#[test]
fn rejects_a_context_that_no_document_could_have() {
    for bad in [
        binding("xmlns", "urn:x"),
        binding("xml", "urn:x"),
        binding("p", ""),
        binding("p", "a b"),
        binding("1", "urn:x"),
        binding("p:q", "urn:x"),
    ] {
        assert!(parse_in(std::slice::from_ref(&bad), "<a/>").is_err(), "{bad:?}");
    }
    assert_eq!(
        parse_in(&[binding("xml", names::XML), binding("", "")], "<a/>").unwrap().context().count(),
        0
    );
}

#[test]
fn a_context_does_not_leak_an_unbound_prefix() {
    assert!(matches!(
        parse_in(&[binding("p", "urn:p")], "<q:a/>"),
        Err(XmlError::Namespace { rule: NamespaceRule::UnboundPrefix, .. })
    ));
}

#[test]
fn namespaces_in_scope_are_the_innermost_of_each_prefix() {
    let document = accepted(
        "<a xmlns='urn:1' xmlns:p='urn:p' xmlns:q='urn:q'><b xmlns='' xmlns:p='urn:p2'><c/></b></a>",
    );
    let c = document.root().child_elements().next().unwrap().child_elements().next().unwrap();
    assert_eq!(c.namespaces_in_scope(), [binding("p", "urn:p2"), binding("q", "urn:q")]);
    assert_eq!(
        (c.lookup_prefix(""), c.lookup_prefix("p"), c.lookup_prefix("r")),
        (None, Some("urn:p2"), None)
    );
}
