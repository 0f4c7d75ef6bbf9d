//! Elements that are written as canonical XML writes them already, and those that only look so.

use super::*;

/// The last octets of a document are read one by one, so that the octets under test stand before them.
const END: &str = "<end>abcdefghijklmnopqrstuvwxyz</end></r>";

/// Each case is the content of the root, and its canonical form by every method.
fn hold(cases: &[(&str, &str)]) {
    for (xml, wanted) in cases {
        for method in WITHOUT_COMMENTS {
            let form = document(&format!("<r>{xml}{END}"), method, "");
            assert_eq!(form, format!("<r>{wanted}{END}"), "{method}");
        }
    }
}

#[test]
fn stay_as_they_are() {
    for same in [
        "<a></a>",
        "<a>t</a>",
        "<a b=\"c\">t</a>",
        "<a b=\"\" c=\"d'e>f\"><g></g>t<g></g></a>",
        "<a A=\"1\" B=\"2\" a=\"3\"></a>",
    ] {
        hold(&[(same, same)]);
    }
}

#[test]
fn are_written_anew_where_anything_differs() {
    hold(&[
        ("<a/>", "<a></a>"),
        ("<a b=\"c\"/>", "<a b=\"c\"></a>"),
        ("<a />", "<a></a>"),
        ("<a ></a >", "<a></a>"),
        ("<a b=\"c\" />", "<a b=\"c\"></a>"),
        ("<a b=\"c\" ></a>", "<a b=\"c\"></a>"),
        ("<a b='c'></a>", "<a b=\"c\"></a>"),
        ("<a b='\"'></a>", "<a b=\"&quot;\"></a>"),
        ("<a  b=\"c\"></a>", "<a b=\"c\"></a>"),
        ("<a\tb=\"c\"></a>", "<a b=\"c\"></a>"),
        ("<a\nb=\"c\"></a>", "<a b=\"c\"></a>"),
        ("<a b =\"c\"></a>", "<a b=\"c\"></a>"),
        ("<a b= \"c\"></a>", "<a b=\"c\"></a>"),
        ("<a b=\"c\"  d=\"e\"></a>", "<a b=\"c\" d=\"e\"></a>"),
        ("<a b=\"c\"\nd=\"e\"></a>", "<a b=\"c\" d=\"e\"></a>"),
        ("<a d=\"e\" b=\"c\"></a>", "<a b=\"c\" d=\"e\"></a>"),
        ("<a a=\"1\" B=\"2\"></a>", "<a B=\"2\" a=\"1\"></a>"),
        ("<a ab=\"1\" a=\"2\"></a>", "<a a=\"2\" ab=\"1\"></a>"),
        ("<a b=\"&#99;\"></a>", "<a b=\"c\"></a>"),
        ("<a b=\"&gt;&amp;\"></a>", "<a b=\">&amp;\"></a>"),
        ("<a b=\"&#x9;\"></a>", "<a b=\"&#x9;\"></a>"),
        ("<a b=\"\t\n\"></a>", "<a b=\"  \"></a>"),
        ("<a xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"></a>", "<a></a>"),
        ("<a xmlns:xml=\"http://www.w3.org/XML/1998/namespace\" b=\"c\">t</a>", "<a b=\"c\">t</a>"),
        ("<a xmlns=\"\"></a>", "<a></a>"),
        ("<a>&#62;</a>", "<a>&gt;</a>"),
        ("<a><![CDATA[&]]></a>", "<a>&amp;</a>"),
        ("<a>&#13;</a>", "<a>&#xD;</a>"),
        ("<a>t<!-- c --></a>", "<a>t</a>"),
        ("<a><!-- c --></a>", "<a></a>"),
        ("<a><?p?></a>", "<a><?p?></a>"),
    ]);
}

/// The tag is canonical except for the binding of its prefix.
#[test]
fn declare_their_prefix_where_the_output_has_not() {
    let xml = "<r xmlns:p=\"urn:p\"><g p:b=\"c\">t</g><p:a b=\"c\">t</p:a><p:a><p:d></p:d><e>t</e></p:a><p:a></p:a></r>";
    let declared = "xmlns:p=\"urn:p\"";
    let wanted = format!(
        "<r><g {declared} p:b=\"c\">t</g><p:a {declared} b=\"c\">t</p:a><p:a {declared}><p:d></p:d><e>t</e></p:a><p:a {declared}></p:a></r>"
    );
    assert_eq!(document(xml, EXCLUSIVE, ""), wanted);
    assert_eq!(document(xml, EXCLUSIVE, "p"), xml);
    for method in [INCLUSIVE_10, INCLUSIVE_11] {
        assert_eq!(document(xml, method, ""), xml);
    }
}

#[test]
fn follow_what_the_default_namespace_is() {
    for (xml, exclusive, inclusive) in [
        (
            "<p:r xmlns:p=\"urn:p\" xmlns=\"urn:d\"><a>t</a><a>t</a></p:r>",
            "<p:r xmlns:p=\"urn:p\"><a xmlns=\"urn:d\">t</a><a xmlns=\"urn:d\">t</a></p:r>",
            "<p:r xmlns=\"urn:d\" xmlns:p=\"urn:p\"><a>t</a><a>t</a></p:r>",
        ),
        (
            "<a xmlns=\"urn:d\"><p:b xmlns:p=\"urn:p\" xmlns=\"\"><c>t</c></p:b><c>t</c></a>",
            "<a xmlns=\"urn:d\"><p:b xmlns:p=\"urn:p\"><c xmlns=\"\">t</c></p:b><c>t</c></a>",
            "<a xmlns=\"urn:d\"><p:b xmlns=\"\" xmlns:p=\"urn:p\"><c>t</c></p:b><c>t</c></a>",
        ),
    ] {
        assert_eq!(document(xml, EXCLUSIVE, ""), exclusive);
        assert_eq!(document(xml, INCLUSIVE_10, ""), inclusive);
        assert_eq!(document(xml, INCLUSIVE_11, ""), inclusive);
    }
}

/// An element without its end tag yet must not lose it.
#[test]
fn end_as_they_begin() {
    let xml = "<é:a xmlns:é=\"urn:e\"><é:b ü=\"ö\">ä</é:b><é:b ü=\"ö\"><é:c></é:c>ä</é:b></é:a>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(document(xml, method, ""), xml);
    }
}
