use super::*;

/// Metadata of a service provider with these attributes on the entity and on its role.
pub(crate) fn metadata(entity: &str, role: &str) -> Vec<u8> {
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sp.example.com\" {entity}>\
         <SPSSODescriptor {role} protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <AssertionConsumerService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://sp.example.com/acs\"/></SPSSODescriptor></EntityDescriptor>"
    )
    .into_bytes()
}

#[test]
fn the_earlier_end_of_entity_and_role_counts() {
    let early = "validUntil=\"2026-11-20T12:00:00Z\"";
    let late = "validUntil=\"2026-12-20T12:00:00Z\"";
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    for (entity, role, current) in
        [("", "", true), (late, late, true), ("", early, false), (late, early, false), (early, late, false)]
    {
        let sp = ServiceProvider::from_metadata(metadata(entity, role), ServiceProviderPolicy::default());
        assert_eq!(sp.unwrap().is_current(now), current, "{entity} {role}");
    }
}
