//! Whole documents: nodes outside the root, comments, processing instructions.

use super::*;

const OUTSIDE: &str = "\n<?one data ?>\n<!-- a -->\n<a/>\n<!-- b -->\n\n<?two?>\n";

#[test]
fn what_stands_outside_the_root_is_on_lines_of_its_own() {
    for method in WITHOUT_COMMENTS {
        assert_eq!(document(OUTSIDE, method, ""), "<?one data ?>\n<a></a>\n<?two?>");
    }
    for method in WITH_COMMENTS {
        assert_eq!(document(OUTSIDE, method, ""), "<?one data ?>\n<!-- a -->\n<a></a>\n<!-- b -->\n<?two?>");
    }
}

#[test]
fn the_xml_declaration_is_dropped_and_nothing_is_added() {
    assert_eq!(document("<?xml version='1.0' encoding='UTF-8'?><a/>", EXCLUSIVE, ""), "<a></a>");
}

#[test]
fn processing_instructions_stay_what_they_are() {
    let xml = "<a><?p   not-an-?>admin<?q?><?r <&>\"\t ?></a>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(document(xml, method, ""), "<a><?p not-an-?>admin<?q?><?r <&>\"\t ?></a>");
    }
}

#[test]
fn comments_inside_the_root_are_kept_or_dropped_as_the_method_says() {
    let xml = "<a>x<!-- <&>\"\n -->y<!----></a>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(document(xml, method, ""), "<a>xy</a>");
    }
    for method in WITH_COMMENTS {
        assert_eq!(document(xml, method, ""), "<a>x<!-- <&>\"\n -->y<!----></a>");
    }
}

#[test]
fn white_space_inside_the_root_is_kept() {
    let xml = "<doc>\r\n   <clean>   </clean>\n\t<dirty   a = 'b'\n>   A   B   </dirty  >\n</doc>";
    assert_eq!(
        document(xml, INCLUSIVE_10, ""),
        "<doc>\n   <clean>   </clean>\n\t<dirty a=\"b\">   A   B   </dirty>\n</doc>"
    );
}

/// [C14N §3.3], without its DOCTYPE.
#[test]
fn start_and_end_tags_are_as_the_specification_shows() {
    let xml = r#"<doc>
   <e1   />
   <e2   ></e2>
   <e3   name = "elem3"   id="elem3"   />
   <e4   name="elem4"   id="elem4"   ></e4>
   <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"
      xmlns:b="http://www.ietf.org"
      xmlns:a="http://www.w3.org"
      xmlns="http://example.org"/>
   <e6 xmlns="" xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="" xmlns:a="http://www.w3.org">
            <e9 xmlns="" xmlns:a="http://www.ietf.org" attr="default"/>
         </e8>
      </e7>
   </e6>
</doc>"#;
    let canonical = r#"<doc>
   <e1></e1>
   <e2></e2>
   <e3 id="elem3" name="elem3"></e3>
   <e4 id="elem4" name="elem4"></e4>
   <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5>
   <e6 xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="">
            <e9 xmlns:a="http://www.ietf.org" attr="default"></e9>
         </e8>
      </e7>
   </e6>
</doc>"#;
    assert_eq!(document(xml, INCLUSIVE_10, ""), canonical);
    assert_eq!(document(xml, INCLUSIVE_11, ""), canonical);
}

#[test]
fn attributes_are_sorted_by_namespace_uri_and_then_by_local_name() {
    let xml = "<a xmlns:z='urn:1' xmlns:y='urn:2' xmlns:x='urn:10' y:b='1' x:c='2' z:a='3' z:B='4' b='5' xml:lang='6' \
               é='7' ab='8' a='9' A='0'/>";
    assert_eq!(
        document(xml, EXCLUSIVE, ""),
        "<a xmlns:x=\"urn:10\" xmlns:y=\"urn:2\" xmlns:z=\"urn:1\" A=\"0\" a=\"9\" ab=\"8\" b=\"5\" é=\"7\" \
         xml:lang=\"6\" z:B=\"4\" z:a=\"3\" x:c=\"2\" y:b=\"1\"></a>"
    );
}

#[test]
fn namespaces_are_sorted_by_prefix_with_the_default_namespace_first() {
    let xml =
        "<a xmlns:b='urn:1' xmlns:é='urn:2' xmlns:a1='urn:3' xmlns='urn:4' xmlns:a='urn:5' xmlns:B='urn:6'/>";
    assert_eq!(
        document(xml, INCLUSIVE_10, ""),
        "<a xmlns=\"urn:4\" xmlns:B=\"urn:6\" xmlns:a=\"urn:5\" xmlns:a1=\"urn:3\" xmlns:b=\"urn:1\" xmlns:é=\"urn:2\"></a>"
    );
}

#[test]
fn two_prefixes_of_one_namespace_do_not_disturb_the_order_of_local_names() {
    let xml = "<a xmlns:p='urn:x' xmlns:q='urn:x' q:a='1' p:b='2' q:c='3' p:d='4'/>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(
            document(xml, method, ""),
            "<a xmlns:p=\"urn:x\" xmlns:q=\"urn:x\" q:a=\"1\" p:b=\"2\" q:c=\"3\" p:d=\"4\"></a>"
        );
    }
}

#[test]
fn the_prefix_xml_is_never_declared() {
    let xml = "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='en'><xml:b/></a>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(document(xml, method, "xml"), "<a xml:lang=\"en\"><xml:b></xml:b></a>");
    }
}
