//! Floor 3: the canonical form of a parsed document, or of one of its elements. May import `base` and `xml`.

use super::apex::start_apex;
use super::canonicalizer::Canonicalizer;
use super::error::C14nError;
use super::method::CanonicalizationMethod;
use super::prefix_list::PrefixList;
use super::sink::{MeasuredBuffer, OctetSink};
use crate::base::Limits;
use crate::xml::{Document, Element, Node, NodeId, Nodes};

/// Writes the canonical form of `element` and its content to `sink`. One element inside it may be left out: the
/// signature that the enveloped-signature transform removes [XMLDSig §6.6.4].
///
/// Guarantees: the octets that the method defines for that subset of the document, attributes and namespaces of
/// left-out ancestors included where the method says so; nothing but `omit` and its content is left out, and comments
/// where the method drops them. Does not guarantee anything about octets that `sink` received before an error.
///
/// Attributes of the `xml` namespace are taken from ancestors within the document alone: a document that was decrypted
/// out of another one carries its namespaces along, but not those.
///
/// # Errors
/// A relative namespace URI anywhere in the document, or an overlong one; more octets than `limits` allow; `omit` is not inside `element`.
pub fn canonicalize_element(
    element: Element<'_>,
    omit: Option<NodeId>,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
    limits: &Limits,
    sink: &mut impl OctetSink,
) -> Result<(), C14nError> {
    let mut canonicalizer = begin_element(element, omit, method, prefix_list, limits, sink)?;
    canonicalizer.end_element()?;
    canonicalizer.finish()?;
    Ok(())
}

/// As [`canonicalize_element`], but for the end of the element: its document is only the beginning of a longer one, and
/// the caller reports what follows.
pub(crate) fn begin_element<S: OctetSink>(
    element: Element<'_>,
    omit: Option<NodeId>,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
    limits: &Limits,
    sink: S,
) -> Result<Canonicalizer<S>, C14nError> {
    require_absolute_namespaces(element.document())?;
    let mut canonicalizer = Canonicalizer::new(method, prefix_list, limits, sink);
    start_apex(&mut canonicalizer, element, method, prefix_list)?;
    let omitted = walk(&mut canonicalizer, element, omit)?;
    if omit.is_some() && !omitted { Err(C14nError::OmittedElementAbsent) } else { Ok(canonicalizer) }
}

/// The canonical form of `element` as [`canonicalize_element`] writes it, in a buffer of its own that exists only when
/// it is complete.
///
/// # Errors
/// As [`canonicalize_element`].
pub fn canonical_octets(
    element: Element<'_>,
    omit: Option<NodeId>,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
    limits: &Limits,
) -> Result<Vec<u8>, C14nError> {
    // Who lifts the limit altogether lifts this one too.
    let most = match limits.canonical_octets {
        usize::MAX => usize::MAX,
        limit => limit.min(most_octets(element.document().octets().len())),
    };
    let limits = &Limits { canonical_octets: most, ..limits.clone() };
    let expected = expected_octets(element).min(limits.canonical_octets);
    let mut buffer = MeasuredBuffer::with_capacity(expected);
    canonicalize_element(element, omit, method, prefix_list, limits, &mut buffer)?;
    match buffer.complete() {
        Ok(octets) => Ok(octets),
        Err(needed) => {
            let mut octets = Vec::with_capacity(needed);
            canonicalize_element(element, omit, method, prefix_list, limits, &mut octets)?;
            Ok(octets)
        }
    }
}

/// How large the canonical form of a part of a document with so many octets may be.
///
/// An escape makes six octets of one. A form that is longer still consists of namespaces that exclusive
/// canonicalisation declares anew on each sibling. A short message must not grow to megabytes by those before its
/// digest is known.
/// If the document is long, its form and all that is read of the form must fit into eight times the octets of the
/// document, so the form may be only four times as long.
const fn most_octets(document: usize) -> usize {
    const GROWTH: usize = 4;
    const GROWTH_BY_ESCAPES: usize = 2;
    const MOST_BY_ESCAPES: usize = 1024 * 1024;
    const NAMESPACES: usize = 256 * 1024;
    let by_escapes = document.saturating_mul(GROWTH_BY_ESCAPES);
    let by_escapes = if by_escapes < MOST_BY_ESCAPES { by_escapes } else { MOST_BY_ESCAPES };
    document.saturating_mul(GROWTH).saturating_add(by_escapes).saturating_add(NAMESPACES)
}

/// About how many octets the canonical form of an element will have: its share of the document by nodes, and some more
/// for declarations that move and tags that end. A guess that is wrong costs time, nothing else.
fn expected_octets(element: Element<'_>) -> usize {
    let document = element.document();
    let share = element.node_count().saturating_mul(document.octets().len()) / document.node_count().max(1);
    share.saturating_add(share / 4).saturating_add(256)
}

/// Writes the canonical form of a whole document to `sink`, with the processing instructions outside the root, and the
/// comments there if the method keeps them.
///
/// # Errors
/// A relative namespace URI anywhere in the document, or an overlong one; more octets than `limits` allow.
pub fn canonicalize_document(
    document: &Document,
    method: CanonicalizationMethod,
    prefix_list: &PrefixList,
    limits: &Limits,
    sink: &mut impl OctetSink,
) -> Result<(), C14nError> {
    require_absolute_namespaces(document)?;
    let mut canonicalizer = Canonicalizer::new(method, prefix_list, limits, sink);
    for node in document.children() {
        match node {
            Node::Element(root) => {
                start_apex(&mut canonicalizer, root, method, prefix_list)?;
                walk(&mut canonicalizer, root, None)?;
                canonicalizer.end_element()?;
            }
            Node::Comment(text) => canonicalizer.comment(text)?,
            Node::ProcessingInstruction { target, data } => {
                canonicalizer.processing_instruction(target, data)?;
            }
            // The parser drops the white space there; anything else would be refused here.
            Node::Text(text) => canonicalizer.text(text)?,
        }
    }
    canonicalizer.finish()?;
    Ok(())
}

/// Refuses a document that has a relative namespace URI anywhere, inside or outside the canonicalised part [C14N §1.3].
fn require_absolute_namespaces(document: &Document) -> Result<(), C14nError> {
    if document.relative_namespace().is_some() { Err(C14nError::RelativeNamespace) } else { Ok(()) }
}

/// Reports the content of `apex`, whose start tag is open. Returns whether `omit` was found.
fn walk<S: OctetSink>(
    canonicalizer: &mut Canonicalizer<S>,
    apex: Element<'_>,
    omit: Option<NodeId>,
) -> Result<bool, C14nError> {
    let mut omitted = false;
    let mut ancestors: Vec<Nodes<'_>> = Vec::new();
    let mut siblings = apex.children();
    loop {
        match siblings.next() {
            Some(Node::Element(element)) if omit == Some(element.id()) => omitted = true,
            Some(Node::Element(element)) => {
                if tell(canonicalizer, element)? == Told::StartTag {
                    ancestors.push(std::mem::replace(&mut siblings, element.children()));
                }
            }
            Some(Node::Text(text)) => canonicalizer.text(text)?,
            Some(Node::Comment(text)) => canonicalizer.comment(text)?,
            Some(Node::ProcessingInstruction { target, data }) => {
                canonicalizer.processing_instruction(target, data)?;
            }
            None => match ancestors.pop() {
                Some(parent) => {
                    canonicalizer.end_element()?;
                    siblings = parent;
                }
                None => return Ok(omitted),
            },
        }
    }
}

/// The part of an element that has been reported so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    StartTag,
    Whole,
}

/// Tells the start tag of an element inside the apex, or the whole element if that is no more work.
fn tell<S: OctetSink>(canonicalizer: &mut Canonicalizer<S>, element: Element<'_>) -> Result<Told, C14nError> {
    let (prefix, name) = (element.prefix(), element.name());
    if let Some(tag) = element.plain_start_tag() {
        let text = element.text_alone();
        if canonicalizer.plain_element(prefix, name, tag, text)? {
            return Ok(if text.is_some() { Told::Whole } else { Told::StartTag });
        }
    }
    canonicalizer.start_element(prefix, name)?;
    for declaration in element.namespace_declarations() {
        canonicalizer.namespace_declaration(declaration.prefix, declaration.uri)?;
    }
    for attribute in element.attributes() {
        canonicalizer.attribute(attribute.prefix(), attribute.name(), attribute.value())?;
    }
    Ok(Told::StartTag)
}
