//! Floor 4: making an enveloped signature over the root of a document of any size.

use super::{EXCLUSIVE, SigningError, SigningOptions, signature};
use crate::base::{Limits, MessageId, is_nc_name};
use crate::c14n::{Canonicalizer, PrefixList};
use crate::crypto::Signer;
use crate::dsig::streamed::Digested;
use crate::xml::{
    DocumentEvents, DocumentStream, ExpandedName, Place, StartTag, XmlError, names, root_start_tag,
};

/// Octets up to the end of the root's start tag that are held at the most: comments may stand before it.
const MAX_HEAD_OCTETS: usize = 1024 * 1024;

/// Metadata of any size on its way to be signed: checked by the strict parser, canonicalised and digested as it comes.
///
/// The signature covers the root and becomes its first child, where the schema of metadata wants it. Memory does not
/// grow with the document beyond what [`DocumentStream`] takes.
#[derive(Debug)]
pub struct SigningStream<'a> {
    document: DocumentStream,
    root: Root,
    head: Head,
    options: SigningOptions<'a>,
}

/// The beginning of a signed document.
///
/// The whole of it is these octets and then the document that was read, from the offset `replaces` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The new beginning of the document: everything up to the root's start tag, then the signature.
    pub octets: Vec<u8>,
    /// Octets of the document that it takes the place of.
    pub replaces: usize,
}

impl<'a> SigningStream<'a> {
    /// A stream that has received nothing yet. Its root gets `fresh_id` if it has no ID.
    #[must_use]
    pub fn new(fresh_id: &MessageId, limits: &Limits, options: SigningOptions<'a>) -> Self {
        let sink = Digested::new(options.digest_algorithm);
        let canonicalizer = Canonicalizer::new(EXCLUSIVE, PrefixList::EMPTY, limits, sink);
        Self {
            document: DocumentStream::new(limits),
            root: Root { canonicalizer, depth: 0, fresh_id: fresh_id.to_string(), id: None, fault: None },
            head: Head::default(),
            options,
        }
    }

    /// Takes the next octets of the document.
    ///
    /// # Errors
    /// Not a document; no metadata; signed already; nothing that can be canonicalised.
    pub fn feed(&mut self, octets: &[u8]) -> Result<(), SigningError> {
        self.head.feed(octets)?;
        let outcome = self.document.feed(octets, &mut self.root);
        self.root.take_fault()?;
        Ok(outcome?)
    }

    /// Ends the document and signs it.
    ///
    /// # Errors
    /// As [`feed`](Self::feed); a document that is not complete; the signer.
    pub fn finish(self, signer: &dyn Signer) -> Result<SignedHead, SigningError> {
        let Self { document, mut root, head, options } = self;
        let outcome = document.finish(&mut root);
        root.take_fault()?;
        outcome?;
        let given = root.id.is_some();
        let id = root.id.unwrap_or(root.fresh_id);
        let digest = root.canonicalizer.finish()?.into_digest()?;
        let signature = signature(&id, &digest, signer, options)?;
        head.with(if given { None } else { Some(&id) }, &signature).ok_or(SigningError::NoPlace)
    }
}

/// Follows the events: the root is looked at, and all of it digested.
#[derive(Debug)]
struct Root {
    canonicalizer: Canonicalizer<Digested<()>>,
    /// Open elements.
    depth: usize,
    fresh_id: String,
    /// The ID that the root has.
    id: Option<String>,
    fault: Option<SigningError>,
}

impl Root {
    fn take_fault(&mut self) -> Result<(), SigningError> {
        self.fault.take().map_or(Ok(()), Err)?;
        self.canonicalizer.failure().map_or(Ok(()), |failure| Err(failure.into()))
    }

    fn start_root(&mut self, tag: &StartTag<'_>) -> Result<(), SigningError> {
        if tag.name().namespace != names::MD {
            return Err(SigningError::NoPlace);
        }
        self.id = tag.attribute("ID").map(str::to_owned);
        if self.id.as_ref().is_some_and(|id| !is_nc_name(id)) {
            return Err(SigningError::ElementWithoutId);
        }
        DocumentEvents::start_element(&mut self.canonicalizer, tag);
        if self.id.is_none() {
            self.canonicalizer.attribute("", ExpandedName::new("", "ID"), &self.fresh_id)?;
        }
        Ok(())
    }
}

impl DocumentEvents for Root {
    fn start_element(&mut self, tag: &StartTag<'_>) {
        let depth = self.depth;
        self.depth = depth.saturating_add(1);
        if self.fault.is_some() {
            return;
        }
        match depth {
            0 => self.fault = self.start_root(tag).err(),
            1 if tag.is(names::ds::SIGNATURE) => self.fault = Some(SigningError::SignedAlready),
            _ => DocumentEvents::start_element(&mut self.canonicalizer, tag),
        }
    }

    fn end_element(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        DocumentEvents::end_element(&mut self.canonicalizer);
    }

    fn text(&mut self, text: &str) {
        DocumentEvents::text(&mut self.canonicalizer, text);
    }

    fn comment(&mut self, text: &str) {
        if self.depth > 0 {
            DocumentEvents::comment(&mut self.canonicalizer, text);
        }
    }

    fn processing_instruction(&mut self, target: &str, data: &str) {
        // Nodes beside the root are not signed.
        if self.depth > 0 {
            DocumentEvents::processing_instruction(&mut self.canonicalizer, target, data);
        }
    }
}

/// The document up to the end of the root's start tag.
#[derive(Debug, Default)]
struct Head {
    octets: Vec<u8>,
    tag: Option<Place>,
}

impl Head {
    fn feed(&mut self, octets: &[u8]) -> Result<(), XmlError> {
        if self.tag.is_some() {
            return Ok(());
        }
        self.octets.extend_from_slice(octets);
        self.tag = root_start_tag(&self.octets);
        let (limit, found) = (MAX_HEAD_OCTETS, self.octets.len());
        match self.tag {
            Some(tag) => self.octets.truncate(tag.content),
            None if found > limit => return Err(XmlError::MarkupTooLong { limit, found }),
            None => {}
        }
        Ok(())
    }

    /// The head with an ID on the root, if one is to be put there, and the signature behind it. `None` if the root has
    /// no content.
    fn with(self, id: Option<&str>, signature: &[u8]) -> Option<SignedHead> {
        let tag = self.tag?;
        let (name, rest) = self.octets.split_at_checked(tag.name_end)?;
        if rest.ends_with(b"/>") {
            return None;
        }
        let mut octets = name.to_vec();
        if let Some(id) = id {
            octets.extend_from_slice(format!(" ID=\"{id}\"").as_bytes());
        }
        octets.extend_from_slice(rest);
        octets.extend_from_slice(signature);
        Some(SignedHead { octets, replaces: tag.content })
    }
}

#[cfg(test)]
mod tests;
