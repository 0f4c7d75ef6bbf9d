//! Floor 2: a finished document, and the places in it where signatures go. Imports nothing of this crate.

use super::writer::WriteError;

/// What a [`Writer`](super::Writer) made: the octets of a well-formed document, and its signature slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    octets: Vec<u8>,
    slots: Vec<SignatureSlot>,
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
    pub(super) const fn new(octets: Vec<u8>, slots: Vec<SignatureSlot>) -> Self {
        Self { octets, slots }
    }

    /// A document that exists, with a slot for one signature at `offset`. Nothing is examined: a document that the
    /// parser has read, and an offset from a [`Place`](super::Place) in it, make a document again.
    #[must_use]
    pub fn with_slot(octets: Vec<u8>, id: &str, offset: usize) -> Self {
        Self { octets, slots: vec![SignatureSlot { id: id.to_owned(), offset }] }
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
        let tail = self.octets.split_off(slot.offset.min(self.octets.len()));
        self.octets.extend_from_slice(xml);
        self.octets.extend_from_slice(&tail);
        for later in self.slots.iter_mut().skip(index) {
            later.offset = later.offset.saturating_add(xml.len());
        }
        Ok(())
    }
}
