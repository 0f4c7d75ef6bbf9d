//! What people are shown in place of a peer's entity ID.

use saml_core::base::EntityId;
use saml_core::metadata::{EntityDescriptor, RoleDescriptor};

/// What people call the peer: the name that its metadata publishes, or else the host of its entity ID, which is shorter
/// than the ID and is not broken in the middle of a word.
#[must_use]
pub fn name_for_people(entity: &EntityDescriptor, role: &RoleDescriptor) -> String {
    entity.display_name_of(role).unwrap_or_else(|| host_or_whole(&entity.entity_id))
}

/// The host of an entity ID that is a plain address of the web, or else the whole ID.
fn host_or_whole(entity_id: &EntityId) -> String {
    let whole = entity_id.as_str();
    let address = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://"));
    let host = address.and_then(|address| address.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if !host.is_empty() && host.chars().all(is_plain) { host.to_owned() } else { whole.to_owned() }
}

#[cfg(test)]
mod tests {
    use saml_core::base::EntityId;

    use super::host_or_whole;

    #[test]
    fn a_peer_without_a_name_is_called_by_its_host() {
        for (entity_id, name) in [
            ("https://idp.example.org/saml/metadata", "idp.example.org"),
            ("http://localhost:8711?x", "localhost:8711"),
            ("urn:mace:example.org:idp", "urn:mace:example.org:idp"),
            ("https:///saml", "https:///saml"),
            // Nobody reads the bank's name in front of another host.
            ("https://bank.example@evil.example/saml", "https://bank.example@evil.example/saml"),
        ] {
            assert_eq!(host_or_whole(&EntityId::try_from(entity_id).unwrap()), name);
        }
    }
}
