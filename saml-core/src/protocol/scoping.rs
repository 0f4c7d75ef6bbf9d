//! Floor 5: which identity providers may authenticate. May import `base`, `xml` and `assertion`.

use crate::base::{EntityId, NonEmpty};
use crate::xml::names::samlp;
use crate::xml::schema::{
    any_number, entity_id, one_or_more, optional, optional_uri, text_of_type, unsigned, uri_text,
    write_number,
};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// Limits on the identity providers that may authenticate the subject [Core §3.4.1.2].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scoping {
    /// How many proxies there may be between the recipient and the one that authenticates; absent sets no limit.
    pub proxy_count: Option<u32>,
    /// Identity providers that the requester trusts.
    pub idp_list: Option<IdpList>,
    /// On whose behalf the request is made.
    pub requester_ids: Vec<EntityId>,
}

/// Identity providers that a requester trusts, the preferred first [Core §3.4.1.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpList {
    /// The identity providers.
    pub entries: NonEmpty<IdpEntry>,
    /// Where the complete list can be fetched. Never fetched here.
    pub get_complete: Option<String>,
}

/// An identity provider that a requester trusts [Core §3.4.1.3.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpEntry {
    /// The provider.
    pub provider_id: EntityId,
    /// A name of it for people.
    pub name: Option<String>,
    /// An endpoint of it.
    pub loc: Option<String>,
}

impl Scoping {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let proxy_count = reader.parse_attribute("ProxyCount", unsigned)?;
        let idp_list = optional(&mut reader, samlp::IDP_LIST, IdpList::read)?;
        let requester_ids =
            any_number(&mut reader, samlp::REQUESTER_ID, |element| text_of_type(element, entity_id))?;
        reader.finish()?;
        Ok(Self { proxy_count, idp_list, requester_ids })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::SCOPING);
        write_number(writer, "ProxyCount", self.proxy_count);
        if let Some(idp_list) = &self.idp_list {
            idp_list.write(writer);
        }
        for requester_id in &self.requester_ids {
            writer.text_element(samlp::REQUESTER_ID, requester_id.as_str());
        }
        writer.end();
    }
}

impl IdpList {
    fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let entries = one_or_more(&mut reader, samlp::IDP_ENTRY, IdpEntry::read)?;
        let get_complete = optional(&mut reader, samlp::GET_COMPLETE, uri_text)?;
        reader.finish()?;
        Ok(Self { entries, get_complete })
    }

    fn write(&self, writer: &mut Writer) {
        writer.start(samlp::IDP_LIST);
        for entry in &self.entries {
            entry.write(writer);
        }
        writer.text_element_opt(samlp::GET_COMPLETE, self.get_complete.as_deref());
        writer.end();
    }
}

impl IdpEntry {
    fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let provider_id = reader.parse_required_attribute("ProviderID", entity_id)?;
        let name = reader.attribute("Name").map(str::to_owned);
        let loc = reader.attribute("Loc").map(optional_uri);
        reader.finish()?;
        Ok(Self { provider_id, name, loc })
    }

    fn write(&self, writer: &mut Writer) {
        writer.start(samlp::IDP_ENTRY);
        writer.attribute("ProviderID", self.provider_id.as_str());
        writer.attribute_opt("Name", self.name.as_deref());
        writer.attribute_opt("Loc", self.loc.as_deref());
        writer.end();
    }
}
