//! Floor 5: what parties agreed on outside the protocol schema. May import `base` and `xml`.

use crate::base::NonEmpty;
use crate::xml::names::{self, ds, saml, samlp};
use crate::xml::schema::foreign_elements;
use crate::xml::{Element, KeptElement, QName, SchemaError, Writer};

/// Optional content of messages, in other namespaces than SAML's [Core §3.2.1], [Core §3.2.2].
///
/// Kept as it was and never read: nothing in here counts. What only a mistaken reader could take for a message, an
/// assertion or a signature is refused at any depth. Other elements of SAML below a foreign one are not judged: requested
/// attributes (`req-attr`) and eIDAS are written so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extensions(pub NonEmpty<KeptElement>);

/// What stands for itself elsewhere, and in here for an attack (29, 38 and 105).
const NEVER: [QName<'static>; 4] =
    [saml::ASSERTION, saml::ENCRYPTED_ASSERTION, samlp::RESPONSE, ds::SIGNATURE];

impl Extensions {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        match saml_in(element) {
            Some(found) => Err(SchemaError::saml_in_extensions(element, found)),
            None => foreign_elements(element).map(Self),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::EXTENSIONS);
        for element in &self.0 {
            element.write(writer);
        }
        writer.end();
    }
}

/// The first element that has no place anywhere in extensions, or none as their child.
fn saml_in<'d>(extensions: Element<'d>) -> Option<Element<'d>> {
    let is_child_of_saml =
        |child: &Element<'d>| [names::SAML, names::SAMLP].contains(&child.name().namespace);
    let children = extensions.child_elements().find(is_child_of_saml);
    children.or_else(|| extensions.descendants().find(|element| NEVER.iter().any(|name| element.is(*name))))
}
