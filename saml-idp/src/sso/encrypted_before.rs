//! What was encrypted for a service once is never sent to it in clear because its metadata changed. [saml2int SDP-IDP11]

use std::time::Duration;

use saml_core::base::SamlInstant;
use saml_provider::record::{Draft, RecordKind};
use saml_store::{Insertion, Namespace};

use crate::{EncryptAssertions, Snapshot, SpPeer, SsoRefusal};

/// The services that an assertion was encrypted for, by entity ID: one short record for each.
const ENCRYPTED_FOR: RecordKind<()> = RecordKind::new(Namespace::new("idp.encrypted-for"), 64);

/// How long that is remembered: ten years.
const REMEMBERED: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl Snapshot {
    /// Whether an assertion may go to the service as things stand: encrypted, or in clear where it always did or where
    /// the policy says [`EncryptAssertions::Never`]. That something is about to be encrypted is remembered before it goes
    /// out.
    ///
    /// Not guaranteed beyond what the store remembers: one that has forgotten takes the metadata's word.
    pub(super) async fn keeps_encrypting_for(
        &self,
        sp: &SpPeer,
        now: SamlInstant,
    ) -> Result<bool, SsoRefusal> {
        let name = sp.entity_id().as_str();
        if sp.is_encrypted_for() {
            let expires_at = now.saturating_add(REMEMBERED);
            let draft = Draft { name, content: &(), peer: None, expires_at };
            let (Insertion::Inserted | Insertion::AlreadyPresent) =
                self.records().insert(ENCRYPTED_FOR, draft, now).await?;
            return Ok(true);
        }
        match sp.policy.encrypt_assertions {
            // `Always` has a key, or there is no such peer.
            EncryptAssertions::Never | EncryptAssertions::Always => Ok(true),
            EncryptAssertions::IfPossible => {
                Ok(self.records().get(ENCRYPTED_FOR, name, now).await?.is_none())
            }
        }
    }
}
