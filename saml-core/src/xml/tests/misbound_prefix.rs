//! A typing error in a namespace that everybody knows.

use super::*;
use crate::xml::names::{XS, XSI};

#[test]
fn a_prefix_of_xml_schema_that_means_something_else_is_found_wherever_it_is_declared() {
    let wrong = "https://www.w3.org/2001/XMLSchema-instance";
    for (declared, prefix, usual) in [
        (format!("xmlns:xsi='{wrong}'"), "xsi", XSI),
        (format!("xmlns:xs='{wrong}'"), "xs", XS),
        (format!("xmlns:xsd='{wrong}'"), "xsd", XS),
    ] {
        for xml in [format!("<a {declared}/>"), format!("<a xmlns:xsi='{XSI}'><b><c {declared}/></b></a>")] {
            let found = accepted(&xml).misbound_prefix().unwrap();
            assert_eq!((found.prefix, found.usual, found.found.as_str()), (prefix, usual, wrong), "{xml}");
        }
    }
    for xml in [
        "<a/>".to_owned(),
        format!("<a xmlns:xsi='{XSI}' xmlns:xs='{XS}' xmlns:xsd='{XS}' xmlns:i='{wrong}' xmlns='{wrong}'/>"),
    ] {
        assert_eq!(accepted(&xml).misbound_prefix(), None, "{xml}");
    }
}
