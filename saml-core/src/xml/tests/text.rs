//! [XML §2.11, §3.3.3]: line endings, CDATA, and what becomes of adjacent character data.

use super::{accepted, texts};
use crate::xml::Node;

#[test]
fn normalises_line_endings_in_text() {
    assert_eq!(texts(&accepted("<a>p\r\nq\rr\r\r\ns&#13;\nt\r</a>")), ["p\nq\nr\n\ns\r\nt\n"]);
    assert_eq!(texts(&accepted("<a>\r</a>")), ["\n"]);
    assert_eq!(texts(&accepted("<a>\r\n\r\n</a>")), ["\n\n"]);
}

#[test]
fn normalises_line_endings_in_cdata_comments_and_instructions() {
    assert_eq!(texts(&accepted("<a><![CDATA[x\r\ny\rz]]></a>")), ["x\ny\nz"]);
    let document = accepted("<a><!--x\r\ny\r--><?p \r\n x\r\ny?></a>");
    let mut nodes = document.root().children();
    assert!(matches!(nodes.next(), Some(Node::Comment("x\ny\n"))));
    assert!(matches!(nodes.next(), Some(Node::ProcessingInstruction { target: "p", data: "x\ny" })));
}

#[test]
fn a_line_ending_is_not_joined_across_markup() {
    assert_eq!(texts(&accepted("<a>x\r<![CDATA[\n]]></a>")), ["x\n\n"]);
    assert_eq!(texts(&accepted("<a>x\r&#10;</a>")), ["x\n\n"]);
}

#[test]
fn makes_white_space_of_attribute_values_spaces() {
    let document = accepted("<a b='x\r\ny\tz&#10;w\n\n&#9;&#13;\r.'/>");
    assert_eq!(document.root().attribute("b"), Some("x y z\nw  \t\r ."));
}

#[test]
fn merges_text_references_and_cdata() {
    assert_eq!(texts(&accepted("<a>x&amp;y<![CDATA[<&>]]>z</a>")), ["x&y<&>z"]);
    assert_eq!(texts(&accepted("<a><![CDATA[x]]><![CDATA[y]]></a>")), ["xy"]);
    assert_eq!(texts(&accepted("<a><![CDATA[]]>x<![CDATA[]]></a>")), ["x"]);
    assert_eq!(texts(&accepted("<a>x<![CDATA[y]]></a>")), ["xy"]);
    assert_eq!(texts(&accepted("<a>&lt;</a>")), ["<"]);
    assert_eq!(texts(&accepted("<a><![CDATA[a]]b]]]]><![CDATA[>]]></a>")), ["a]]b]]>"]);
}

#[test]
fn has_no_empty_text() {
    assert_eq!(accepted("<a><![CDATA[]]></a>").root().children().count(), 0);
    assert_eq!(accepted("<a></a>").root().children().count(), 0);
    assert_eq!(accepted("<a b=''/>").root().attribute("b"), Some(""));
}

#[test]
fn markup_parts_texts() {
    let document = accepted("<a>1<b/>2<!--c-->3<?p?>4</a>");
    assert_eq!(texts(&document), ["1", "2", "3", "4"]);
    assert_eq!(document.root().children().count(), 7);
}

#[test]
fn keeps_white_space_between_elements() {
    assert_eq!(texts(&accepted("<a>\n  <b/>\n</a>")), ["\n  ", "\n"]);
}

#[test]
fn long_values_are_read_in_whole() {
    for length in 0..70 {
        let plain = "x".repeat(length);
        let document = accepted(format!("<a b='{plain}' c=\"{plain}'\" d='{plain}&amp;{plain}'>{plain}</a>"));
        assert_eq!(document.root().attribute("b"), Some(plain.as_str()));
        assert_eq!(document.root().attribute("c"), Some(format!("{plain}'").as_str()));
        assert_eq!(document.root().attribute("d"), Some(format!("{plain}&{plain}").as_str()));
        assert_eq!(document.root().simple_text().unwrap(), plain);
    }
}
