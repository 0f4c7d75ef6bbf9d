//! Floor 3: what the outermost element inherits from the ancestors that are left out. May import `xml`.

use std::collections::BTreeSet;
use std::iter::successors;

use super::canonicalizer::Canonicalizer;
use super::error::C14nError;
use super::method::CanonicalizationMethod;
use super::prefix_list::PrefixList;
use super::sink::OctetSink;
use super::xml_base::join_uri_references;
use crate::xml::{Element, ExpandedName, names};

/// The only prefix of the `xml` namespace.
const XML_PREFIX: &str = "xml";

/// Tells the start tag of the apex.
pub(super) fn start_apex<S: OctetSink>(
    canonicalizer: &mut Canonicalizer<S>,
    apex: Element<'_>,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
) -> Result<(), C14nError> {
    canonicalizer.start_element(apex.prefix(), apex.name())?;
    for declaration in apex.namespace_declarations() {
        canonicalizer.namespace_declaration(declaration.prefix, declaration.uri)?;
    }
    if method.is_inclusive() || !prefix_list.is_empty() {
        inherit_namespaces(canonicalizer, apex)?;
    }
    match method {
        CanonicalizationMethod::Exclusive { .. } => attributes(canonicalizer, apex, None),
        CanonicalizationMethod::Inclusive10 { .. } => {
            attributes(canonicalizer, apex, None)?;
            inherit_xml_attributes(canonicalizer, apex, |_| true)
        }
        CanonicalizationMethod::Inclusive11 { .. } => {
            let base = joined_base(apex);
            attributes(canonicalizer, apex, base.is_some().then_some("base"))?;
            // Empty, it says nothing, and is not rendered [C14N11 §2.4].
            if let Some(base) = base.filter(|base| !base.is_empty()) {
                canonicalizer.attribute(XML_PREFIX, xml_name("base"), &base)?;
            }
            inherit_xml_attributes(canonicalizer, apex, |local| matches!(local, "lang" | "space"))
        }
    }
}

/// Its ancestors, nearest first.
fn ancestors(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    successors(element.parent(), |ancestor| ancestor.parent())
}

const fn xml_name(local: &str) -> ExpandedName<'_> {
    ExpandedName { namespace: names::XML, local }
}

/// Tells the attributes of the apex, less one of the `xml` namespace.
fn attributes<S: OctetSink>(
    canonicalizer: &mut Canonicalizer<S>,
    apex: Element<'_>,
    replaced: Option<&str>,
) -> Result<(), C14nError> {
    for attribute in apex.attributes() {
        if replaced.is_none_or(|local| attribute.name() != xml_name(local)) {
            canonicalizer.attribute(attribute.prefix(), attribute.name(), attribute.value())?;
        }
    }
    Ok(())
}

/// Tells the declarations in scope around the apex, those around the document itself included.
fn inherit_namespaces<S: OctetSink>(
    canonicalizer: &mut Canonicalizer<S>,
    apex: Element<'_>,
) -> Result<(), C14nError> {
    let around = apex.document().context();
    for declaration in ancestors(apex).flat_map(Element::namespace_declarations).chain(around) {
        canonicalizer.inherited_namespace(declaration.prefix, declaration.uri)?;
    }
    Ok(())
}

/// Tells the nearest of each attribute of the `xml` namespace that only ancestors have [C14N §2.4], of those that the
/// method lets through [C14N11 §2.4].
fn inherit_xml_attributes<S: OctetSink>(
    canonicalizer: &mut Canonicalizer<S>,
    apex: Element<'_>,
    is_inherited: impl Fn(&str) -> bool,
) -> Result<(), C14nError> {
    let in_xml = |attribute: &crate::xml::Attribute<'_>| attribute.name().namespace == names::XML;
    let mut seen: BTreeSet<&str> =
        apex.attributes().filter(in_xml).map(|attribute| attribute.name().local).collect();
    for attribute in ancestors(apex).flat_map(Element::attributes).filter(in_xml) {
        let name = attribute.name();
        if is_inherited(name.local) && seen.insert(name.local) {
            canonicalizer.attribute(XML_PREFIX, name, attribute.value())?;
        }
    }
    Ok(())
}

/// The `xml:base` of the apex joined with those of its ancestors, innermost first; none if no ancestor has one.
fn joined_base(apex: Element<'_>) -> Option<String> {
    let mut outer = ancestors(apex).filter_map(|ancestor| ancestor.attribute_ns(xml_name("base")));
    let nearest = outer.next()?;
    let innermost = match apex.attribute_ns(xml_name("base")) {
        Some(own) => join_uri_references(nearest, own),
        None => nearest.to_owned(),
    };
    Some(outer.fold(innermost, |inner, base| join_uri_references(base, &inner)))
}
