//! Floor 5: parts of metadata that are there and say nothing. May import `base`, `xml` and `assertion`.

use crate::base::{Coded, VerdictCode};
use crate::xml::names::{MD, md, saml, xenc};
use crate::xml::{Element, ElementReader, QName, SchemaError, is_blank};

/// An empty optional element or attribute of metadata. It is read as if it were absent, and worth a warning, because
/// its author meant something by it [Core §1.3.1, §1.3.2].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an optional part of the metadata is empty")]
pub struct EmptyPart {
    /// The local name of the element.
    pub element: String,
    /// The attribute of it that is empty; none if it is the element itself.
    pub attribute: Option<String>,
}

impl EmptyPart {
    /// More of them than this nobody reads.
    const MOST: usize = 32;

    /// The empty parts of an entity, in document order; of those beyond the first 32 nothing is said.
    ///
    /// Call it on metadata that was read without an error: there, every empty part is optional.
    pub(super) fn all_in(root: Element<'_>) -> Vec<Self> {
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(element) = open.pop()
            && found.len() < Self::MOST
        {
            let part = |attribute: Option<&str>| Self {
                element: element.name().local.to_owned(),
                attribute: attribute.map(str::to_owned),
            };
            if says_nothing(element) {
                found.push(part(None));
                continue;
            }
            if element.is(md::EXTENSIONS) {
                continue;
            }
            let attributes = element.attributes().filter(|attribute| attribute.name().namespace.is_empty());
            found.extend(attributes.filter(|a| is_blank(a.value())).map(|a| part(Some(a.name().local))));
            let first = open.len();
            open.extend(element.child_elements().filter(|child| is_of_metadata(*child)));
            if let Some(children) = open.get_mut(first..) {
                children.reverse();
            }
        }
        found.truncate(Self::MOST);
        found
    }
}

impl Coded for EmptyPart {
    fn code(&self) -> VerdictCode {
        VerdictCode::new("metadata.empty_part")
    }

    fn expected(&self) -> Option<String> {
        Some("a value, or nothing at all".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(match &self.attribute {
            Some(attribute) => format!("{attribute}=\"\" in {}", self.element),
            None => format!("an empty {}", self.element),
        })
    }
}

/// Optional elements with a text, which say nothing without one, whatever their attributes.
const TEXTS: [QName<'static>; 10] = [
    md::COMPANY,
    md::GIVEN_NAME,
    md::SUR_NAME,
    md::EMAIL_ADDRESS,
    md::TELEPHONE_NUMBER,
    md::NAME_ID_FORMAT,
    md::ATTRIBUTE_PROFILE,
    md::SERVICE_DESCRIPTION,
    md::ADDITIONAL_METADATA_LOCATION,
    md::EXTENSIONS,
];

/// Texts that an organization must have. Five of some two hundred published documents have an empty one. Nothing
/// depends on the organization of an entity, so that an organization with an empty part counts as absent, and the
/// entity is kept.
const OF_ORGANIZATIONS: [QName<'static>; 3] =
    [md::ORGANIZATION_NAME, md::ORGANIZATION_DISPLAY_NAME, md::ORGANIZATION_URL];

/// Whether an element of metadata is as good as absent, where its parent lets it be absent.
fn says_nothing(element: Element<'_>) -> bool {
    let is_empty_text = |child: Element<'_>| {
        OF_ORGANIZATIONS.iter().any(|name| child.is(*name)) && child.text_alone().is_some_and(is_blank)
    };
    if element.is(md::ORGANIZATION) && element.child_elements().any(is_empty_text) {
        return true;
    }
    let is_bare = element.attributes().next().is_none() || TEXTS.iter().any(|name| element.is(*name));
    is_bare && element.text_alone().is_some_and(is_blank)
}

/// Whether an element is read as metadata. Content of extensions and keys is not.
fn is_of_metadata(element: Element<'_>) -> bool {
    let others = [saml::ATTRIBUTE, xenc::KEY_SIZE, xenc::OAEP_PARAMS];
    element.name().namespace == MD || others.iter().any(|name| element.is(*name))
}

/// `minOccurs="0" maxOccurs="1"`; an empty element counts as absent.
pub(super) fn optional<T>(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
    read: impl FnOnce(Element<'_>) -> Result<T, SchemaError>,
) -> Result<Option<T>, SchemaError> {
    reader.optional(name)?.filter(|element| !says_nothing(*element)).map(read).transpose()
}

/// `minOccurs="0" maxOccurs="unbounded"`; empty elements count as absent.
pub(super) fn any_number<T>(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
    mut read: impl FnMut(Element<'_>) -> Result<T, SchemaError>,
) -> Result<Vec<T>, SchemaError> {
    let mut values = Vec::new();
    while let Some(element) = reader.optional(name)? {
        if !says_nothing(element) {
            values.push(read(element)?);
        }
    }
    Ok(values)
}
