//! What people call an entity.

use super::super::{
    Endpoint, EntityDescriptor, IdpSsoDescriptor, Localized, Organization, Role, RoleDescriptor,
};
use crate::base::{Binding, EntityId, Limits, NonEmpty};
use crate::xml::{Document, KeptElement};

fn role() -> IdpSsoDescriptor {
    let location = "https://idp.example.org/sso".to_owned();
    IdpSsoDescriptor::new(Endpoint { binding: Binding::HttpPost, location, response_location: None })
}

fn entity(role: IdpSsoDescriptor) -> EntityDescriptor {
    let entity_id = EntityId::try_from("https://idp.example.org/saml").unwrap();
    EntityDescriptor::new(entity_id, Role::IdpSso(Box::new(role)))
}

fn with_info(role: &mut RoleDescriptor, names: &[(&str, &str)]) {
    let names: String = names
        .iter()
        .map(|(lang, name)| format!("<m:DisplayName xml:lang=\"{lang}\">{name}</m:DisplayName>"))
        .collect();
    let xml = format!("<m:UIInfo xmlns:m=\"urn:oasis:names:tc:SAML:metadata:ui\">{names}</m:UIInfo>");
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
    role.extensions = Some(super::super::Extensions(NonEmpty::new(KeptElement::read(document.root()))));
}

fn organization(name: &str) -> Organization {
    let one = |value: &str| NonEmpty::new(Localized { lang: "de".to_owned(), value: value.to_owned() });
    let urls = one("https://example.org");
    Organization { extensions: None, names: one("x"), display_names: one(name), urls }
}

#[test]
fn a_published_name_is_read_again_beside_other_extensions() {
    let mut role = role();
    with_info(&mut role.sso.role, &[]);
    role.sso.role.extensions = crate::trust::algorithm_support(&crate::crypto::PeerPolicy::default());
    let listed = role.sso.role.extensions.as_ref().unwrap().0.len();
    role.sso.role.publish_display_name("R&D <Portal>");
    let sso = role.sso.role.clone();
    let xml = String::from_utf8(entity(role).to_xml().unwrap().into_octets()).unwrap();
    let name = "<mdui:UIInfo xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\"><mdui:DisplayName xml:lang=\"en\">\
                R&amp;D &lt;Portal&gt;</mdui:DisplayName></mdui:UIInfo></md:Extensions>";
    assert!(xml.contains(name), "{xml}");
    assert_eq!(sso.extensions.as_ref().unwrap().0.len(), listed + 1);
    assert_eq!(entity(self::role()).display_name_of(&sso).as_deref(), Some("R&D <Portal>"));
}

#[test]
fn prefers_english_then_the_first_and_then_the_organisation() {
    let mut role = role();
    let mut entity = entity(role.clone());
    let of = |entity: &EntityDescriptor, role: &IdpSsoDescriptor| entity.display_name_of(&role.sso.role);
    assert_eq!(of(&entity, &role), None);
    entity.organization = Some(organization("Hochschule"));
    assert_eq!(of(&entity, &role).as_deref(), Some("Hochschule"));
    role.sso.role.organization = Some(organization("Rechenzentrum"));
    assert_eq!(of(&entity, &role).as_deref(), Some("Rechenzentrum"));
    with_info(&mut role.sso.role, &[("en", " \n ")]);
    assert_eq!(of(&entity, &role).as_deref(), Some("Rechenzentrum"));
    with_info(&mut role.sso.role, &[("fr", "Université"), ("de", "Universität")]);
    assert_eq!(of(&entity, &role).as_deref(), Some("Université"));
    with_info(&mut role.sso.role, &[("fr", "Université"), ("en-GB", "\n  University\n of Example ")]);
    assert_eq!(of(&entity, &role).as_deref(), Some("University of Example"));
}
