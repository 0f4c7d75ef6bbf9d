//! Floor 2: a finished document, and the places in it where signatures go. Imports nothing of this crate.

use std::ops::Range;

use super::write_error::WriteError;

/// What a [`Writer`](super::Writer) made: the octets of a well-formed document, and its signature slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    octets: Vec<u8>,
    slots: Vec<SignatureSlot>,
    extents: Vec<Extent>,
}

/// Where an element lies that has, or had, a signature slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) id: String,
    pub(super) range: Range<usize>,
}

/// The place of a `ds:Signature` that is still to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureSlot {
    /// The identifier of the element that the signature will cover.
    pub id: String,
    /// The offset at which its octets go.
    pub offset: usize,
}

impl Written {
    pub(super) const fn new(octets: Vec<u8>, slots: Vec<SignatureSlot>, extents: Vec<Extent>) -> Self {
        Self { octets, slots, extents }
    }

    /// A document that somebody else wrote, in which the element `id` can be replaced, and signed at `slot`.
    ///
    /// Nothing is checked. The document must have been read by the parser, and the offsets must come from a
    /// [`Place`](super::Place) in it.
    #[must_use]
    pub fn of_document(octets: Vec<u8>, id: &str, place: super::Place, slot: usize) -> Self {
        let id = id.to_owned();
        let extent = Extent { id: id.clone(), range: place.start..place.end };
        Self { octets, slots: vec![SignatureSlot { id, offset: slot }], extents: vec![extent] }
    }

    /// The document.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The document, taken over.
    #[must_use]
    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// The slots that are still empty, in document order.
    #[must_use]
    pub fn signature_slots(&self) -> &[SignatureSlot] {
        &self.slots
    }

    /// Puts a signature into the slot of the element `id`, which is then gone; later slots move.
    ///
    /// Does not examine `xml`, which must be one element that declares every prefix it uses.
    ///
    /// # Errors
    /// There is no empty slot for `id`.
    pub fn insert_signature(&mut self, id: &str, xml: &[u8]) -> Result<(), WriteError> {
        let index = self.slots.iter().position(|slot| slot.id == id).ok_or(WriteError::NoSignatureSlot)?;
        let slot = self.slots.remove(index);
        self.splice(slot.offset..slot.offset, xml, index);
        Ok(())
    }

    /// Replaces the element `id` by another one. Its own slot and those inside it are gone then.
    ///
    /// Only elements that were given a slot can be replaced. Does not examine `xml`, which must be one element that
    /// declares every prefix it uses.
    ///
    /// # Errors
    /// There is no such element.
    pub fn replace_element(&mut self, id: &str, xml: &[u8]) -> Result<(), WriteError> {
        let extent = self.extents.iter().find(|extent| extent.id == id).ok_or(WriteError::NoElement)?;
        let Range { start, end } = extent.range;
        // A slot right before the element belongs to the parent.
        self.slots.retain(|slot| slot.offset <= start || slot.offset >= end);
        self.extents.retain(|extent| extent.range.start < start || extent.range.start >= end);
        let later = self.slots.partition_point(|slot| slot.offset <= start);
        self.splice(start..end, xml, later);
        Ok(())
    }

    /// Replaces a range in which no slot and no element is left; slots from the index `later` on move, elements after
    /// it too, elements around it grow or shrink.
    fn splice(&mut self, range: Range<usize>, xml: &[u8], later: usize) {
        let moved = |offset: usize| offset.saturating_sub(range.len()).saturating_add(xml.len());
        for slot in self.slots.iter_mut().skip(later) {
            slot.offset = moved(slot.offset);
        }
        for extent in &mut self.extents {
            if extent.range.start >= range.end {
                extent.range.start = moved(extent.range.start);
            }
            if extent.range.end > range.end {
                extent.range.end = moved(extent.range.end);
            }
        }
        // `Vec::splice` would take them one by one: 25 000 instructions for a signature.
        let after = self.octets.split_off(range.end.min(self.octets.len()));
        self.octets.truncate(range.start);
        self.octets.reserve_exact(xml.len().saturating_add(after.len()));
        self.octets.extend_from_slice(xml);
        self.octets.extend_from_slice(&after);
    }
}
