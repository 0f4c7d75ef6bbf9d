//! Writing documents.

use super::{accepted, texts};
use crate::base::Coded;
use crate::xml::{ExpandedName, QName, WriteError, Writer, Written, names};

const A: QName<'static> = QName::new("p", "urn:p", "a");
const B: QName<'static> = QName::new("p", "urn:p", "b");
const PLAIN: QName<'static> = QName::new("", "", "plain");

fn write(script: impl FnOnce(&mut Writer)) -> Result<Written, WriteError> {
    let mut writer = Writer::new();
    script(&mut writer);
    writer.finish()
}

#[track_caller]
fn written(script: impl FnOnce(&mut Writer)) -> String {
    String::from_utf8(write(script).unwrap().into_octets()).unwrap()
}

#[test]
fn declares_a_prefix_where_it_is_first_needed() {
    let xml = written(|w| {
        w.start(A);
        w.attribute("x", "1");
        w.attribute_ns("q", ExpandedName::new("urn:q", "y"), "2");
        w.text_element(B, "t");
        w.start(QName::new("q", "urn:q", "c"));
        w.end();
        w.end();
    });
    let expected = "<p:a xmlns:p=\"urn:p\" x=\"1\" xmlns:q=\"urn:q\" q:y=\"2\"><p:b>t</p:b><q:c/></p:a>";
    assert_eq!(xml, expected);
}

#[test]
fn forgets_a_declaration_with_its_element() {
    let xml = written(|w| {
        w.start(PLAIN);
        w.text_element(A, "");
        w.text_element(B, "");
        w.end();
    });
    assert_eq!(xml, "<plain><p:a xmlns:p=\"urn:p\"/><p:b xmlns:p=\"urn:p\"/></plain>");
}

#[test]
fn redeclares_a_prefix_that_means_something_else() {
    let xml = written(|w| {
        w.start(A);
        w.start(QName::new("p", "urn:other", "b"));
        w.end();
        w.text_element(B, "");
        w.end();
    });
    assert_eq!(xml, "<p:a xmlns:p=\"urn:p\"><p:b xmlns:p=\"urn:other\"/><p:b/></p:a>");
}

#[test]
fn undeclares_the_default_namespace_for_names_in_none() {
    let xml = written(|w| {
        w.start(QName::new("", "urn:d", "a"));
        w.text_element(QName::new("", "urn:d", "b"), "");
        w.text_element(PLAIN, "");
        w.end();
    });
    assert_eq!(xml, "<a xmlns=\"urn:d\"><b/><plain xmlns=\"\"/></a>");
    let document = accepted(xml);
    let names: Vec<String> = document.root().child_elements().map(|child| child.name().to_string()).collect();
    assert_eq!(names, ["{urn:d}b", "plain"]);
}

#[test]
fn escapes_text_and_attribute_values() {
    let nasty = "<>&'\"\t\n\r]]>\u{85}\u{2028}\u{10FFFF}é";
    let xml = written(|w| {
        w.start(PLAIN);
        w.attribute("v", nasty);
        w.text(nasty);
        w.end();
    });
    let expected = "<plain v=\"&lt;>&amp;'&quot;&#x9;&#xA;&#xD;]]>\u{85}\u{2028}\u{10FFFF}é\">\
                    &lt;&gt;&amp;'\"\t\n&#xD;]]&gt;\u{85}\u{2028}\u{10FFFF}é</plain>";
    assert_eq!(xml, expected);
    let document = accepted(xml);
    assert_eq!(document.root().attribute("v"), Some(nasty));
    assert_eq!(texts(&document), [nasty]);
}

// Attack 207.
#[test]
fn nothing_can_be_injected() {
    let xml = written(|w| {
        w.start(PLAIN);
        w.attribute("v", "\"/><evil a=\"");
        w.text("</plain><evil/><!--");
        w.text("]]><![CDATA[");
        w.end();
    });
    let document = accepted(xml);
    assert_eq!(document.root().children().count(), 1);
    assert_eq!(document.root().attributes().len(), 1);
}

#[test]
fn rejects_characters_that_xml_has_not() {
    for bad in ["\0", "a\u{1}", "\u{FFFE}", "\u{FFFF}b", "\u{B}", "\u{1F}"] {
        assert_eq!(write(|w| w.text_element(PLAIN, bad)), Err(WriteError::Char), "{}", bad.escape_debug());
        let attribute = write(|w| {
            w.start(PLAIN);
            w.attribute("v", bad);
            w.end();
        });
        assert_eq!(attribute, Err(WriteError::Char));
    }
}

#[test]
fn rejects_names_that_are_none() {
    let element = |name: QName<'_>| write(|w| w.text_element(name, "t"));
    for name in [
        QName::new("", "", ""),
        QName::new("", "", "a b"),
        QName::new("", "", "p:a"),
        QName::new("", "", "1"),
        QName::new("p", "urn:p", "a/><evil"),
        QName::new("p q", "urn:p", "a"),
        QName::new("p", "", "a"),
        QName::new("p", "not a uri", "a"),
        QName::new("", "urn:\"x", "a"),
        QName::new("xmlns", "urn:p", "a"),
        QName::new("xmlns", names::XMLNS, "a"),
        QName::new("xml", "urn:p", "a"),
        QName::new("p", names::XML, "a"),
        QName::new("", names::XMLNS, "a"),
    ] {
        assert_eq!(element(name), Err(WriteError::Name), "{name:?}");
    }
    let attribute = |prefix: &str, name: ExpandedName<'_>| {
        write(|w| {
            w.start(PLAIN);
            w.attribute_ns(prefix, name, "v");
            w.end();
        })
    };
    for (prefix, namespace, local) in [
        ("", "", "xmlns"),
        ("", "urn:p", "a"),
        ("p", "", "a"),
        ("xmlns", names::XMLNS, "p"),
        ("", "", "a=\"\" b"),
        ("xml", "urn:x", "id"),
    ] {
        assert_eq!(
            attribute(prefix, ExpandedName::new(namespace, local)),
            Err(WriteError::Name),
            "{prefix}:{local}"
        );
    }
    assert!(attribute("xml", ExpandedName::new(names::XML, "lang")).is_ok());
}

#[test]
fn rejects_a_prefix_with_two_meanings_on_one_element() {
    type Step = fn(&mut Writer);
    let steps: [Step; 5] = [
        |w| w.declare("p", "urn:other"),
        |w| w.attribute_ns("p", ExpandedName::new("urn:other", "x"), "1"),
        |w| {
            w.declare("q", "urn:1");
            w.declare("q", "urn:2");
        },
        |w| {
            w.attribute_ns("q", ExpandedName::new("urn:1", "x"), "1");
            w.attribute_ns("q", ExpandedName::new("urn:2", "x"), "1");
        },
        |w| {
            w.start(B);
            w.declare("p", "urn:other");
        },
    ];
    for (index, step) in steps.into_iter().enumerate() {
        let result = write(|w| {
            w.start(A);
            step(w);
        });
        assert_eq!(result, Err(WriteError::PrefixConflict), "step {index}");
    }
    let default = write(|w| {
        w.start(PLAIN);
        w.declare("", "urn:d");
    });
    assert_eq!(default, Err(WriteError::PrefixConflict));
}

#[test]
fn declares_what_content_needs_once() {
    let xml = written(|w| {
        w.start(A);
        w.declare("xs", names::XS);
        w.declare("xs", names::XS);
        w.declare("p", "urn:p");
        w.declare("xml", names::XML);
        w.start(B);
        w.declare("xs", names::XS);
        w.end();
        w.end();
    });
    assert_eq!(xml, "<p:a xmlns:p=\"urn:p\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><p:b/></p:a>");
}

#[test]
fn rejects_an_attribute_twice() {
    let twice = write(|w| {
        w.start(PLAIN);
        w.attribute("x", "1");
        w.attribute("x", "1");
        w.end();
    });
    assert_eq!(twice, Err(WriteError::DuplicateAttribute));
    let same_namespace = write(|w| {
        w.start(PLAIN);
        w.attribute_ns("p", ExpandedName::new("urn:p", "x"), "1");
        w.attribute_ns("q", ExpandedName::new("urn:p", "x"), "1");
        w.end();
    });
    assert_eq!(same_namespace, Err(WriteError::DuplicateAttribute));
}

#[test]
fn rejects_calls_out_of_order() {
    type Script = fn(&mut Writer);
    let scripts: [Script; 10] = [
        |_| {},
        |w| w.start(A),
        |w| w.end(),
        |w| w.text("x"),
        |w| w.attribute("x", "1"),
        |w| w.signature_slot("i"),
        |w| {
            w.text_element(A, "");
            w.text_element(A, "");
        },
        |w| {
            w.text_element(A, "");
            w.text("x");
        },
        |w| {
            w.start(A);
            w.text("x");
            w.attribute("x", "1");
            w.end();
        },
        |w| {
            w.start(A);
            w.text_element(B, "");
            w.declare("q", "urn:q");
            w.end();
        },
    ];
    for (index, script) in scripts.into_iter().enumerate() {
        assert_eq!(write(script), Err(WriteError::Order), "script {index}");
    }
}

#[test]
fn the_first_error_sticks() {
    let result = write(|w| {
        w.start(PLAIN);
        w.text("\0");
        w.start(QName::new("", "", "bad name"));
        w.end();
        w.end();
    });
    assert_eq!(result, Err(WriteError::Char));
    assert_eq!(result.unwrap_err().code().as_str(), "xml.write");
}

#[test]
fn optional_parts_may_be_absent() {
    let xml = written(|w| {
        w.start(PLAIN);
        w.attribute_opt("x", None);
        w.attribute_opt("y", Some(""));
        w.text_element_opt(A, None);
        w.text("");
        w.end();
    });
    assert_eq!(xml, "<plain y=\"\"/>");
}

#[test]
fn signatures_go_into_their_slots_in_any_order() {
    let script = |w: &mut Writer| {
        w.start(A);
        w.attribute("ID", "outer");
        w.text_element(B, "issuer");
        w.signature_slot("outer");
        w.start(B);
        w.attribute("ID", "inner");
        w.signature_slot("inner");
        w.end();
        w.end();
    };
    let expected =
        "<p:a xmlns:p=\"urn:p\" ID=\"outer\"><p:b>issuer</p:b><o/><p:b ID=\"inner\"><i/></p:b></p:a>";
    for order in [["outer", "inner"], ["inner", "outer"]] {
        let mut document = write(script).unwrap();
        assert_eq!(document.signature_slots().len(), 2);
        for id in order {
            document.insert_signature(id, if id == "outer" { b"<o/>" } else { b"<i/>" }).unwrap();
        }
        assert!(document.signature_slots().is_empty());
        assert_eq!(document.insert_signature("inner", b"<i/>"), Err(WriteError::NoSignatureSlot));
        assert_eq!(String::from_utf8(document.into_octets()).unwrap(), expected);
    }
}

#[test]
fn slots_at_the_same_place_keep_their_order() {
    for order in [["1", "2"], ["2", "1"]] {
        let mut document = write(|w| {
            w.start(PLAIN);
            w.signature_slot("1");
            w.signature_slot("2");
            w.end();
        })
        .unwrap();
        for id in order {
            document.insert_signature(id, format!("<s{id}/>").as_bytes()).unwrap();
        }
        assert_eq!(document.octets(), b"<plain><s1/><s2/></plain>");
    }
}

#[test]
fn an_unfilled_slot_leaves_an_empty_element() {
    let xml = written(|w| {
        w.start(PLAIN);
        w.signature_slot("i");
        w.end();
    });
    assert_eq!(xml, "<plain></plain>");
}

/// Two siblings with slots, in a parent with one.
fn with_siblings() -> Written {
    write(|w| {
        w.start(PLAIN);
        w.signature_slot("parent");
        for id in ["1", "2"] {
            w.start(QName::new("", "", "child"));
            w.attribute("ID", id);
            w.signature_slot(id);
            w.text(id);
            w.end();
        }
        w.end();
    })
    .unwrap()
}

#[test]
fn an_element_with_a_slot_can_be_replaced() {
    let mut document = with_siblings();
    document.replace_element("1", b"<longer-than-before/>").unwrap();
    assert_eq!(document.octets(), b"<plain><longer-than-before/><child ID=\"2\">2</child></plain>");
    let slots: Vec<&str> = document.signature_slots().iter().map(|slot| slot.id.as_str()).collect();
    assert_eq!(slots, ["parent", "2"]);
    // The remaining slots move with it, in either order.
    document.insert_signature("2", b"<s2/>").unwrap();
    document.insert_signature("parent", b"<sp/>").unwrap();
    document.replace_element("2", b"<x/>").unwrap();
    assert_eq!(document.octets(), b"<plain><sp/><longer-than-before/><x/></plain>");
    document.replace_element("parent", b"<all/>").unwrap();
    assert_eq!(document.octets(), b"<all/>");
    assert!(document.signature_slots().is_empty());
}

#[test]
fn an_element_is_replaced_with_the_signature_in_it() {
    let mut document = with_siblings();
    document.insert_signature("1", b"<s1/>").unwrap();
    document.insert_signature("parent", b"<sp/>").unwrap();
    document.replace_element("1", b"<x/>").unwrap();
    document.insert_signature("2", b"<s2/>").unwrap();
    assert_eq!(document.octets(), b"<plain><sp/><x/><child ID=\"2\"><s2/>2</child></plain>");
    assert_eq!(document.replace_element("1", b"<x/>"), Err(WriteError::NoElement));
    assert_eq!(document.replace_element("nobody", b"<x/>"), Err(WriteError::NoElement));
}

#[test]
fn an_element_with_several_slots_ends_where_it_ends() {
    for id in ["1", "2"] {
        let mut document = write(|w| {
            w.start(PLAIN);
            w.start(QName::new("", "", "child"));
            w.signature_slot("1");
            w.start(QName::new("", "", "inner"));
            w.signature_slot("inner");
            w.end();
            w.signature_slot("2");
            w.end();
            w.text("after");
            w.end();
        })
        .unwrap();
        document.replace_element(id, b"<x/>").unwrap();
        assert_eq!(document.octets(), b"<plain><x/>after</plain>");
        assert!(document.signature_slots().is_empty());
    }
}

#[test]
fn gives_every_element_an_end_tag_where_that_is_asked_for() {
    let mut writer = Writer::with_end_tags();
    writer.start(A);
    writer.attribute("x", "1");
    writer.text_element(B, "");
    writer.text_element(B, "t");
    writer.end();
    let xml = String::from_utf8(writer.finish().unwrap().into_octets()).unwrap();
    assert_eq!(xml, "<p:a xmlns:p=\"urn:p\" x=\"1\"><p:b></p:b><p:b>t</p:b></p:a>");
}
