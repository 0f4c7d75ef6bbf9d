//! Floor 1: how much of anything is too much.

/// Upper bounds on a received document. Reaching one is an error, never a truncation.
///
/// The defaults hold every message that is known to occur in practice with room to spare, and keep the cost of a
/// hostile one below a few milliseconds before its signature is known to be good.
///
/// Where the numbers come from: 84 good Responses of real products, and 289 of their metadata documents, were measured.
/// The largest Response has 14 319 octets, 129 nodes, 9 levels, 6 attributes and 6 declarations on one element, 14
/// declarations in all, names of 29 octets and namespace URIs of 82; a person in a thousand groups makes 87 kB of it.
/// The largest metadata has 2.5 MB, 43 424 nodes, 10 levels and 1476 declarations; one element of it has 19. Everything
/// that an attack multiplies has its own bound: depth (attack 147), attributes and declarations (attack 148), inflated
/// octets (attack 145), octets as such (attack 146), and canonical octets (attacks 110 and 148).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of XML after decoding and inflating.
    pub octets: usize,
    /// Nested elements.
    pub depth: usize,
    /// Elements, texts, comments and processing instructions together.
    pub nodes: usize,
    /// Attributes of one element, namespace declarations not counted.
    pub attributes: usize,
    /// Namespace declarations of one element.
    pub namespace_declarations: usize,
    /// Namespace declarations of the whole document.
    pub total_namespace_declarations: usize,
    /// Different prefixes that the document declares. In a stream, those of one window count.
    pub prefixes: usize,
    /// Octets of one name.
    pub name_octets: usize,
    /// Octets of one namespace URI. Each name with its prefix repeats what one declaration says.
    pub namespace_octets: usize,
    /// Octets after inflating a redirect message.
    pub inflated_octets: usize,
    /// Octets that canonicalising one element may produce.
    pub canonical_octets: usize,
    /// Octets of the canonical form of one `ds:SignedInfo`. It is the only part of a message that is hashed before any
    /// of it has been verified. The longest of 870 measured ones has 1658 octets; each of the 64 prefixes that a
    /// `SignedInfo` may list adds a declaration.
    pub signed_info_octets: usize,
    /// Octets of one tag, comment, processing instruction, CDATA section or reference, where a document is read as a
    /// stream. The reader holds it until its end has come, in up to twice as much memory.
    pub markup_octets: usize,
    /// Octets of all identifiers together, where a document is read as a stream. The reader holds them to find
    /// duplicates.
    pub identifier_octets: usize,
    /// Entities that one aggregate of metadata describes.
    pub entities: usize,
}

impl Limits {
    /// For protocol messages: Response, AuthnRequest, logout and artifact messages.
    pub const MESSAGE: Self = Self {
        octets: 2 * 1024 * 1024,
        depth: 64,
        nodes: 100_000,
        attributes: 128,
        namespace_declarations: 64,
        total_namespace_declarations: 4096,
        prefixes: 4096,
        name_octets: 512,
        namespace_octets: 1024,
        inflated_octets: 256 * 1024,
        canonical_octets: 4 * 1024 * 1024,
        signed_info_octets: 64 * 1024,
        markup_octets: 256 * 1024,
        identifier_octets: 256 * 1024,
        entities: 1,
    };

    /// For the metadata of one entity or a small group, from a trusted place.
    pub const METADATA: Self = Self {
        octets: 16 * 1024 * 1024,
        nodes: 1_000_000,
        total_namespace_declarations: 65_536,
        canonical_octets: 32 * 1024 * 1024,
        entities: 10_000,
        ..Self::MESSAGE
    };

    /// For the aggregate of a whole federation, read as a stream.
    ///
    /// Of what grows with the document, only identifiers and the names of entities are held in memory. The largest
    /// aggregate that is published, that of eduGAIN, had about 100 MB, ten thousand entities and six million nodes in
    /// 2026.
    pub const AGGREGATE: Self = Self {
        octets: 1024 * 1024 * 1024,
        nodes: 100_000_000,
        total_namespace_declarations: 10_000_000,
        canonical_octets: 1024 * 1024 * 1024,
        identifier_octets: 4 * 1024 * 1024,
        entities: 50_000,
        ..Self::METADATA
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::MESSAGE
    }
}

/// The work that may still be done for one message. Once it is spent, every further attempt fails.
///
/// Signature checks and the unwrapping of session keys draw on it, so that a message can't buy thousands of them.
#[derive(Debug)]
pub struct Budget {
    signature_checks: u32,
    key_unwraps: u32,
}

impl Budget {
    /// Enough for two signatures, each tried with every pinned key of a peer.
    pub const SIGNATURE_CHECKS: u32 = 32;
    /// Enough for an assertion, a name and a dozen attributes, each tried with every decryption key of ours.
    pub const KEY_UNWRAPS: u32 = 64;

    /// The budget of one message.
    #[must_use]
    pub const fn for_message() -> Self {
        Self { signature_checks: Self::SIGNATURE_CHECKS, key_unwraps: Self::KEY_UNWRAPS }
    }

    /// Spends one signature check.
    ///
    /// # Errors
    /// Nothing is left.
    pub fn spend_signature_check(&mut self) -> Result<(), BudgetSpent> {
        self.signature_checks = self.signature_checks.checked_sub(1).ok_or(BudgetSpent)?;
        Ok(())
    }

    /// Spends one try to unwrap a session key.
    ///
    /// # Errors
    /// Nothing is left.
    pub fn spend_key_unwrap(&mut self) -> Result<(), BudgetSpent> {
        self.key_unwraps = self.key_unwraps.checked_sub(1).ok_or(BudgetSpent)?;
        Ok(())
    }
}

/// A message asked for more work than any honest one needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message needs more work with keys than the budget allows")]
pub struct BudgetSpent;
