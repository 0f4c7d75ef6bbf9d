//! What is well-formed but has no place in a message.

use super::accepted;
use crate::base::Coded;

fn verdict(xml: &str) -> Option<&'static str> {
    accepted(xml).require_message_profile().err().map(|error| error.code().as_str())
}

#[test]
fn rejects_processing_instructions_inside_the_root() {
    assert_eq!(verdict("<a><?p?></a>"), Some("xml.processing_instruction"));
    assert_eq!(verdict("<a><b>text<?p?></b></a>"), Some("xml.processing_instruction"));
    assert_eq!(verdict("<?p?><a/><?q?>"), None);
    let document = accepted("<a><b><?p?></b></a>");
    assert_eq!(document.processing_instruction().unwrap().name().local, "b");
    assert_eq!(document.require_message_profile().unwrap_err().found().as_deref(), Some("one in b"));
}

#[test]
fn rejects_comments_beside_text() {
    for xml in [
        "<a><b>admin@victim.example<!---->.evil.example</b></a>",
        "<a><b><!--x-->text</b></a>",
        "<a><b>text<!--x--></b></a>",
        "<a><b><![CDATA[text]]><!--x--></b></a>",
        "<a><b>&#65;<!--x--></b></a>",
        "<a>\n<!--x-->\n.<b/></a>",
    ] {
        assert_eq!(verdict(xml), Some("xml.comment_in_text"), "{xml}");
    }
}

#[test]
fn accepts_comments_between_elements() {
    assert_eq!(verdict("<!--x--><a>\n <!--x--> <b>text</b> <!--x-->\n</a><!--x-->"), None);
    assert_eq!(verdict("<a><b><!--x--></b>&#32;<!--x--></a>"), None);
}

#[test]
fn rejects_relative_namespaces() {
    assert_eq!(verdict("<a xmlns:p='ns'/>"), Some("xml.namespace.relative"));
    assert_eq!(verdict("<a xmlns:p='urn:ns'/>"), None);
    let again = "<a xmlns:p='urn:ns'><b xmlns:p='ns'/><b xmlns:p='urn:ns'/></a>";
    assert_eq!(verdict(again), Some("xml.namespace.relative"));
}
