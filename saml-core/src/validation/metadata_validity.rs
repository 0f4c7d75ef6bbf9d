//! Floor 8: a peer's metadata, whose keys and endpoints were pinned, has not expired. [Metadata §2.3.1, §2.3.2, §2.4.1]

use super::check::{Check, Rule};
use crate::base::{Relaxation, Relaxations, SamlInstant};

const RULE: Rule = Rule::new("metadata_validity", "[Metadata §2.3.2]");

/// The side that metadata describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerRole {
    /// An identity provider.
    IdentityProvider,
    /// A service provider.
    ServiceProvider,
}

/// Whether metadata that ends at `valid_until` may be used at `now`: the one place where that is decided, for messages,
/// for logins that begin, and for tools. `None` where the metadata states no end.
///
/// The keys and endpoints of expired metadata count as unknown, whoever signed it. Under
/// [`Relaxation::ExpiredMetadata`] the check is a warning. So it is for metadata without an end where
/// [`Relaxation::MetadataWithoutEnd`] is granted: its publisher can't take back what it says.
#[must_use]
pub fn metadata_validity(
    role: PeerRole,
    valid_until: Option<SamlInstant>,
    now: SamlInstant,
    granted: Relaxations,
) -> Option<Check> {
    let Some(end) = valid_until else {
        let endless = granted.contains(Relaxation::MetadataWithoutEnd);
        return endless.then(|| {
            RULE.warn("policy.relaxed")
                .expected("a validUntil")
                .found(Relaxation::MetadataWithoutEnd.name())
                .hint("ask the publisher for metadata that ends, and remove the relaxation from the peer's policy")
        });
    };
    if now < end {
        return Some(RULE.pass().found(&end.to_string()));
    }
    let code = match role {
        PeerRole::IdentityProvider => "idp.metadata_expired",
        PeerRole::ServiceProvider => "sp.metadata_expired",
    };
    let expired =
        if granted.contains(Relaxation::ExpiredMetadata) { RULE.warn(code) } else { RULE.fail(code) };
    Some(expired.expected(format!("now ({now}) before validUntil")).found(&end.to_string()).hint(
        "take the peer's current metadata; where it can't be had in time, `expired-metadata` keeps what was pinned of \
         this peer",
    ))
}
