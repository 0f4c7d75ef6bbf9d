//! Floor 5: endpoints that messages name by number. May import `base`, `xml` and `assertion`.

use super::endpoint::Endpoint;
use crate::xml::schema::{boolean, unsigned, write_bool};
use crate::xml::{Element, ElementReader, QName, SchemaError, Writer};

/// An endpoint with a number by which messages name it [Metadata §2.2.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The number. Nothing here says that it is unique.
    pub index: u16,
    /// Whether it is the default; see [`IndexedEndpoint::default_of`].
    pub is_default: Option<bool>,
}

impl IndexedEndpoint {
    /// The endpoint that is meant where a message names none [Metadata §2.2.3].
    #[must_use]
    pub fn default_of<'e>(endpoints: impl IntoIterator<Item = &'e Self>) -> Option<&'e Self> {
        default_of(endpoints, |endpoint| endpoint.is_default)
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let index = reader.parse_required_attribute("index", unsigned)?;
        let is_default = reader.parse_attribute("isDefault", boolean)?;
        let endpoint = Endpoint::read_with(&mut reader)?;
        reader.finish_open_attributes()?;
        Ok(Self { endpoint, index, is_default })
    }

    pub(super) fn write_as(&self, name: QName<'static>, writer: &mut Writer) {
        writer.start(name);
        self.endpoint.write_attributes(writer);
        writer.attribute("index", &self.index.to_string());
        write_bool(writer, "isDefault", self.is_default);
        writer.end();
    }
}

/// The first with `isDefault="true"`; else the first without `isDefault`; else the first [Metadata §2.2.3].
pub(super) fn default_of<T>(
    values: impl IntoIterator<Item = T>,
    is_default: impl Fn(&T) -> Option<bool>,
) -> Option<T> {
    let mut best: Option<(u8, T)> = None;
    for value in values {
        let rank = match is_default(&value) {
            Some(true) => return Some(value),
            None => 1,
            Some(false) => 0,
        };
        if best.as_ref().is_none_or(|(best, _)| rank > *best) {
            best = Some((rank, value));
        }
    }
    best.map(|(_, value)| value)
}
