//! [XML §2.1, §2.4–2.8, §3.1]: the shape of a document.

use super::{accepted, all_refused, refused, texts};
use crate::xml::{Node, WellFormedness, XmlError};

const NOT_WELL_FORMED: &str = "xml.not_well_formed";

#[track_caller]
fn broken_rule(xml: &str) -> WellFormedness {
    match super::parse(xml) {
        Err(XmlError::NotWellFormed { rule, .. }) => rule,
        other => panic!("{xml}: {other:?}"),
    }
}

#[test]
fn rejects_anything_but_exactly_one_root() {
    all_refused(
        NOT_WELL_FORMED,
        &["", " ", "<!--c-->", "<?p?>", "<a/><b/>", "<a></a><a></a>", "<?xml version='1.0'?>"],
    );
    assert_eq!(broken_rule(""), WellFormedness::Root);
    assert_eq!(broken_rule("<a/><b/>"), WellFormedness::Root);
}

#[test]
fn rejects_content_outside_the_root() {
    for xml in [
        "x<a/>",
        "<a/>x",
        "hello",
        "<a/>&#65;",
        "&lt;<a/>",
        "<a/><![CDATA[x]]>",
        "<![CDATA[]]><a/>",
        "<a/>\u{A0}",
    ] {
        assert_eq!(broken_rule(xml), WellFormedness::OutsideRoot, "{xml}");
    }
}

#[test]
fn accepts_space_comments_and_instructions_outside_the_root() {
    let document = accepted(" \t\r\n<!--a--><?p q?>\n<r/>\n<?s?><!--b-->\n");
    let kinds: Vec<String> = document.children().map(|node| format!("{node:?}")).collect();
    assert_eq!(
        kinds,
        [
            "Comment(\"a\")",
            "ProcessingInstruction { target: \"p\", data: \"q\" }",
            "Element(Element(r #2))",
            "ProcessingInstruction { target: \"s\", data: \"\" }",
            "Comment(\"b\")",
        ]
    );
}

#[test]
fn rejects_tags_that_do_not_match() {
    let documents = [
        "<a>",
        "<a><b></b>",
        "<a></b>",
        "<a/></b>",
        "</a>",
        "<a></A>",
        "<a></a b='1'>",
        "<a></ a>",
        "<a></a'>'>",
        "<a></aa>",
        "<ab></a>",
        "<a></a/>",
        "<a></>",
        "<a><b></a></b>",
        "<p:a xmlns:p='urn:p'></a>",
        "<p:a xmlns:p='urn:p' xmlns:q='urn:p'></q:a>",
        "<a",
        "<a ",
        "<a b='1'",
        "<a></a",
        "<a></a ",
        "<",
        "<a><",
        "<a></",
        "<a b='>",
        "<a b=\">'/>",
    ];
    for xml in documents {
        assert_eq!(broken_rule(xml), WellFormedness::Tag, "{xml}");
    }
}

#[test]
fn accepts_space_at_the_end_of_tags() {
    accepted("<a ></a >");
    accepted("<a\n></a\r\n\t>");
    accepted("<a />");
    accepted("<a b='1' />");
    accepted("<a b = '1'/>");
    accepted("<a b\n=\t'1'\r\n/>");
}

#[test]
fn rejects_malformed_comments() {
    for xml in [
        "<a><!-- -- --></a>",
        "<a><!-- x---></a>",
        "<a><!---></a>",
        "<a><!--></a>",
        "<a><!--",
        "<a><!-- -",
        "<!--->",
        "<a><!-- --",
        "<a><!-----></a>",
    ] {
        assert_eq!(broken_rule(xml), WellFormedness::Comment, "{xml}");
    }
    assert_eq!(broken_rule("<a><!- x --></a>"), WellFormedness::Markup);
}

#[test]
fn accepts_the_shortest_and_the_oddest_comments() {
    for (xml, content) in [
        ("<a><!----></a>", ""),
        ("<a><!-->--></a>", ">"),
        ("<a><!--<b>&x;]]>--></a>", "<b>&x;]]>"),
        ("<a><!-- - - --></a>", " - - "),
    ] {
        let document = accepted(xml);
        match document.root().children().next() {
            Some(Node::Comment(found)) => assert_eq!(found, content),
            other => panic!("{xml}: {other:?}"),
        }
    }
}

#[test]
fn rejects_malformed_processing_instructions() {
    for xml in [
        "<a><??></a>",
        "<a><? ?></a>",
        "<a><? p?></a>",
        "<a><?1 x?></a>",
        "<a><?p:q x?></a>",
        "<a><?XML x?></a>",
        "<a><?xML?></a>",
        "<a><?p",
        "<a><?p?",
        "<a><?p >",
        "<a><?>",
        "<a><?></a>",
        "<a><?p\u{D7}?></a>",
    ] {
        assert_eq!(broken_rule(xml), WellFormedness::ProcessingInstruction, "{xml}");
    }
}

#[test]
fn reads_target_and_data_of_processing_instructions() {
    let document = accepted("<a><?p?><?p  ?><?p \t d ?e> ?><?xml-stylesheet a='b'?></a>");
    let found: Vec<(&str, &str)> = document
        .root()
        .children()
        .filter_map(|node| {
            if let Node::ProcessingInstruction { target, data } = node { Some((target, data)) } else { None }
        })
        .collect();
    assert_eq!(found, [("p", ""), ("p", ""), ("p", "d ?e> "), ("xml-stylesheet", "a='b'")]);
}

#[test]
fn rejects_a_declaration_that_is_not_xml_1_0_in_utf_8() {
    for xml in [
        "<?xml?><a/>",
        "<?xml ?><a/>",
        "<?xml version='9.9'?><a/>",
        "<?xml version='1.1'?><a/>",
        "<?xml version=''?><a/>",
        "<?xml version=1.0?><a/>",
        "<?xml version='1.0\"?><a/>",
        "<?xml version='1.0' foo='x'?><a/>",
        "<?xml version='1.0'encoding='UTF-8'?><a/>",
        "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>",
        "<?xml encoding='UTF-8' version='1.0'?><a/>",
        "<?xml encoding='UTF-8'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "<?xml version='1.0' version='1.0'?><a/>",
        "<?xml Version='1.0'?><a/>",
        "<?xml version='1.0' ??><a/>",
        " <?xml version='1.0'?><a/>",
        "\n<?xml version='1.0'?><a/>",
        "<!--c--><?xml version='1.0'?><a/>",
        "<?xml version='1.0'?><?xml version='1.0'?><a/>",
        "<a><?xml version='1.0'?></a>",
        "<a/><?xml version='1.0'?>",
    ] {
        assert_eq!(broken_rule(xml), WellFormedness::XmlDeclaration, "{xml}");
    }
}

#[test]
fn accepts_every_form_of_a_supported_declaration() {
    for declaration in [
        "<?xml version='1.0'?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<?xml version='1.0' encoding='utf-8' standalone='no'?>",
        "<?xml\tversion = '1.0'\n encoding\r=\n'Utf-8'  standalone=\"yes\" ?>",
    ] {
        accepted(format!("{declaration}<a/>"));
        accepted(format!("\u{FEFF}{declaration}\n<a/>"));
    }
}

#[test]
fn rejects_every_doctype() {
    let documents = [
        "<!DOCTYPE a><a/>",
        "<!doctype a><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<a/><!DOCTYPE a>",
        "<a><!DOCTYPE a></a>",
        "<!DOCTYPE",
        "<!DOCTYPE a [",
        "<?xml version='1.0'?><!--c--><!DocType a><a/>",
    ];
    all_refused("xml.doctype", &documents);
}

#[test]
fn rejects_unknown_markup() {
    for xml in [
        "<a><!ELEMENT x></a>",
        "<a><![cdata[x]]></a>",
        "<a><![INCLUDE[x]]></a>",
        "<a><!></a>",
        "<a><![CDATA x]]></a>",
        "<a><! DOCTYPE a></a>",
    ] {
        assert_eq!(broken_rule(xml), WellFormedness::Markup, "{xml}");
    }
    assert_eq!(broken_rule("<a><![CDATA[x]]"), WellFormedness::CDataSection);
    assert_eq!(broken_rule("<a><![CDATA[x</a>"), WellFormedness::CDataSection);
}

#[test]
fn rejects_section_end_in_character_data() {
    for xml in ["<a>]]></a>", "<a>x]]>y</a>", "<a>]]]></a>", "<a>[]>]]></a>"] {
        assert_eq!(broken_rule(xml), WellFormedness::CharData, "{xml}");
    }
    assert_eq!(texts(&accepted("<a>]] ></a>")), ["]] >"]);
    assert_eq!(texts(&accepted("<a>]]&gt;></a>")), ["]]>>"]);
    assert_eq!(texts(&accepted("<a>]]<![CDATA[>]]></a>")), ["]]>"]);
    accepted("<a b=']]>'/>");
}

#[test]
fn accepts_greater_than_in_character_data() {
    assert_eq!(texts(&accepted("<a>></a>")), [">"]);
}

#[test]
fn tells_where_a_document_is_broken() {
    let error = super::parse("<a>\n<b c=1/></a>").unwrap_err();
    assert_eq!(error, XmlError::NotWellFormed { rule: WellFormedness::Attribute, offset: 7 });
    assert_eq!(error.to_string(), "the document is not well-formed at octet 7: a malformed attribute");
    assert_eq!(refused("<a>"), NOT_WELL_FORMED);
}
