//! The signed element as libxml2 reads it.

use libxml::parser::{Parser, ParserOptions};
use libxml::tree::{Document, Node, NodeType};
use saml_core::crypto::Dissent;
use xmlsec::XmlSecDocumentExt as _;

use crate::context::has_document_type;

const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A parsed document and the one signature in it that is looked at.
pub(crate) struct SignedTree {
    // The nodes live in it.
    _document: Document,
    signature: Node,
}

/// libxml2 repairs and fetches nothing, expands no entity, and keeps its own bounds on depth and sizes.
const STRICT: ParserOptions<'_> = ParserOptions {
    recover: false,
    no_def_dtd: true,
    no_error: true,
    no_warning: true,
    pedantic: false,
    no_blanks: false,
    no_net: true,
    no_implied: false,
    huge: false,
    compact: false,
    ignore_enc: false,
    encoding: Some("UTF-8"),
};

impl SignedTree {
    /// Parses a document in which the element with this `ID` stands below elements without further children.
    pub(crate) fn parse(octets: &[u8], id: &str) -> Result<Self, Dissent> {
        let document = Parser::default()
            .parse_string_with_options(octets, STRICT)
            .map_err(|_malformed| Dissent::Disagrees { finding: "libxml2 finds it not well-formed" })?;
        if has_document_type(&document) {
            return Err(Dissent::Disagrees { finding: "libxml2 finds a document type" });
        }
        let element = find(&document, id)?;
        let signature = own_signature(&element)?;
        // An NCName holds no quote.
        document.specify_idattr(&format!("//*[@ID='{id}']"), "ID", None).map_err(|_ambiguous| {
            Dissent::Disagrees { finding: "libxml2 finds the ID twice, or not at all" }
        })?;
        Ok(Self { _document: document, signature })
    }

    pub(crate) const fn signature(&self) -> &Node {
        &self.signature
    }
}

/// Goes down from the root; each element on the way holds nothing but the next one.
fn find(document: &Document, id: &str) -> Result<Node, Dissent> {
    let missing = Dissent::Disagrees { finding: "libxml2 finds no element with the ID where it must be" };
    let mut element = document.get_root_element().ok_or(missing)?;
    while element.get_attribute_no_ns("ID").as_deref() != Some(id) {
        let mut children = element.get_child_nodes().into_iter();
        element = match (children.next(), children.next()) {
            (Some(only), None) if only.get_type() == Some(NodeType::ElementNode) => only,
            (Some(_) | None, _) => return Err(missing),
        };
    }
    Ok(element)
}

fn own_signature(element: &Node) -> Result<Node, Dissent> {
    let is_signature = |node: &Node| {
        node.get_name() == "Signature"
            && node.get_namespace().is_some_and(|namespace| namespace.get_href() == XMLDSIG)
    };
    let mut signatures = element.get_child_elements().into_iter().filter(is_signature);
    match (signatures.next(), signatures.next()) {
        (Some(only), None) => Ok(only),
        (Some(_) | None, _) => Err(Dissent::Disagrees { finding: "libxml2 finds no signature, or several" }),
    }
}
