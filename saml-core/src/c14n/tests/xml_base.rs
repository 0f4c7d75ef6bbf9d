//! Joining values of `xml:base` [C14N11 §2.4].

use super::*;
use crate::c14n::xml_base::join_uri_references;

/// [C14N11 appendix A]: a path, and the same without dot segments.
const DOT_SEGMENTS: [(&str, &str); 60] = [
    ("no/.././/pseudo-netpath/seg/file.ext", "pseudo-netpath/seg/file.ext"),
    ("no/..//.///pseudo-netpath/seg/file.ext", "pseudo-netpath/seg/file.ext"),
    ("yes/no//..//.///pseudo-netpath/seg/file.ext", "yes/pseudo-netpath/seg/file.ext"),
    ("no/../yes", "yes"),
    ("no/../yes/", "yes/"),
    ("no/../yes/no/..", "yes/"),
    ("../../no/../..", "../../../"),
    ("no/../..", "../"),
    ("no/..", ""),
    ("no/../", ""),
    ("/a/b/c/./../../g", "/a/g"),
    ("mid/content=5/../6", "mid/6"),
    ("../../..", "../../../"),
    ("no/../../", "../"),
    ("..yes/..no/..no/..no/../../../..yes", "..yes/..yes"),
    ("..yes/..no/..no/..no/../../../..yes/", "..yes/..yes/"),
    ("../..", "../../"),
    ("../../../", "../../../"),
    (".", ""),
    ("./", ""),
    ("./.", ""),
    ("//no/..", "/"),
    ("../../no/..", "../../"),
    ("../../no/../", "../../"),
    ("yes/no/../", "yes/"),
    ("yes/no/no/../..", "yes/"),
    ("yes/no/no/no/../../..", "yes/"),
    ("yes/no/../yes/no/no/../..", "yes/yes/"),
    ("yes/no/no/no/../../../yes", "yes/yes"),
    ("yes/no/no/no/../../../yes/", "yes/yes/"),
    ("/no/../", "/"),
    ("/yes/no/../", "/yes/"),
    ("/yes/no/no/../..", "/yes/"),
    ("/yes/no/no/no/../../..", "/yes/"),
    ("../../..no/..", "../../"),
    ("../../..no/../", "../../"),
    ("..yes/..no/../", "..yes/"),
    ("..yes/..no/..no/../..", "..yes/"),
    ("..yes/...no/..no/..no/../../..", "..yes/"),
    ("..yes/..no/../..yes/..no/..no/../..", "..yes/..yes/"),
    ("/..no/../", "/"),
    ("/..yes/..no/../", "/..yes/"),
    ("/..yes/..no/..no/../..", "/..yes/"),
    ("/..yes/..no/..no/..no/../../..", "/..yes/"),
    ("/", "/"),
    ("/.", "/"),
    ("/./", "/"),
    ("/./.", "/"),
    ("/././", "/"),
    ("/..", "/"),
    ("/../..", "/"),
    ("/../../..", "/"),
    ("//..", "/"),
    ("//..//..", "/"),
    ("//..//..//..", "/"),
    ("/./..", "/"),
    ("/./.././..", "/"),
    ("/./.././.././..", "/"),
    ("..", "../"),
    ("../", "../"),
];

#[test]
fn dot_segments_are_resolved_as_the_table_of_the_specification_says() {
    for (path, resolved) in DOT_SEGMENTS {
        // A leading "//" would be an authority, so these paths stand behind one.
        if path.starts_with("//") {
            let joined = join_uri_references("s://host", &format!("s://host{path}"));
            assert_eq!(joined, format!("s://host{resolved}"), "{path}");
        } else {
            assert_eq!(join_uri_references("", path), resolved, "{path}");
        }
    }
}

#[test]
fn relative_values_join_into_a_relative_value() {
    for (base, reference, joined) in [
        ("abc/", "../", ""),
        ("../", "../", "../../"),
        ("..", "..", "../../"),
        ("..", "x", "../x"),
        ("..", "../x", "../../x"),
        ("bar/", "foo", "bar/foo"),
        ("something/else", "bar/foo", "something/bar/foo"),
        ("a//b/", "c", "a/b/c"),
        ("..", "", "../"),
        ("a/..", "?q", "a/../?q"),
        ("a/b?q", "", "a/b?q"),
        ("a/b?q", "c?r", "a/c?r"),
        ("a/", "b#fragment", "a/b"),
        ("a/b#x/y", "c", "a/c"),
        ("", "x", "x"),
        ("x", "", "x"),
        ("a/b:c", "d", "a/d"),
        ("a/", ":b", "a/:b"),
    ] {
        assert_eq!(join_uri_references(base, reference), joined, "{base} + {reference}");
    }
}

/// [RFC 3986 §5.4], less the fragments, which the specification drops.
#[test]
fn references_resolve_against_an_absolute_base() {
    for (reference, joined) in [
        ("g:h", "g:h"),
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"),
        (";x", "http://a/b/c/;x"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
    ] {
        assert_eq!(join_uri_references("http://a/b/c/d;p?q", reference), joined, "{reference}");
    }
    assert_eq!(join_uri_references("http://a", "g"), "http://a/g");
}

fn joined(xml: &str) -> String {
    apex(xml, INCLUSIVE_11, "")
}

/// [C14N11 §3.8], as far as one apex can show it.
#[test]
fn the_bases_of_all_left_out_ancestors_are_joined() {
    let xml = "<doc xml:base='something/else'><e1><e2 xml:base='bar/' xml:space='preserve' xml:id='abc'>\
               <e3 ID='apex' xml:base='foo'/></e2></e1></doc>";
    assert_eq!(joined(xml), "<e3 ID=\"apex\" xml:base=\"something/bar/foo\" xml:space=\"preserve\"></e3>");
    assert_eq!(
        apex(xml, INCLUSIVE_10, ""),
        "<e3 ID=\"apex\" xml:base=\"foo\" xml:id=\"abc\" xml:space=\"preserve\"></e3>"
    );
}

#[test]
fn the_innermost_pair_is_joined_first() {
    assert_eq!(
        joined(
            "<a xml:base='foo/bar'><b xml:base='..'><c xml:base='..'><d ID='apex' xml:base='x'/></c></b></a>"
        ),
        "<d ID=\"apex\" xml:base=\"../x\"></d>"
    );
}

#[test]
fn a_base_is_left_as_it_is_where_no_ancestor_has_one() {
    assert_eq!(
        joined("<a><b ID='apex' xml:base='x/../y#f'/></a>"),
        "<b ID=\"apex\" xml:base=\"x/../y#f\"></b>"
    );
    assert_eq!(joined("<a><b ID='apex' xml:base=''/></a>"), "<b ID=\"apex\" xml:base=\"\"></b>");
}

#[test]
fn a_single_inherited_base_is_taken_over_as_it_is() {
    assert_eq!(joined("<a xml:base='x/../y'><b ID='apex'/></a>"), "<b ID=\"apex\" xml:base=\"x/../y\"></b>");
}

#[test]
fn a_base_that_joins_into_nothing_is_not_rendered() {
    assert_eq!(joined("<a xml:base='abc/'><b ID='apex' xml:base='../'/></a>"), "<b ID=\"apex\"></b>");
    assert_eq!(joined("<a xml:base=''><b ID='apex'/></a>"), "<b ID=\"apex\"></b>");
}

#[test]
fn the_base_of_a_descendant_is_not_touched() {
    assert_eq!(
        joined("<a xml:base='x/'><b ID='apex'><c xml:base='y'/></b></a>"),
        "<b ID=\"apex\" xml:base=\"x/\"><c xml:base=\"y\"></c></b>"
    );
}
