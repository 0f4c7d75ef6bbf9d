//! What people read in place of entity IDs.

use saml_idp::{SpPeer, SpPeerPolicy};
use saml_sp::{IdpPeer, IdpPeerPolicy};
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

fn read(metadata: Vec<u8>) -> IdpPeer {
    IdpPeer::from_metadata(metadata, IdpPeerPolicy::default()).unwrap()
}

#[test]
fn each_role_publishes_its_name_and_reads_that_of_the_other() {
    let world = World::small();
    let (idp, sp) = (&world.idp("idp").provider, &world.sp("app").provider);
    assert_eq!(read(idp.metadata_xml().unwrap()).display_name(), idp.config().site.display_name);
    let peer = SpPeer::from_metadata(sp.metadata_xml().unwrap(), SpPeerPolicy::default()).unwrap();
    assert_eq!(peer.display_name(), sp.config().site.display_name);
}

#[test]
fn the_chooser_shows_published_names_and_tells_two_of_one_name_apart() {
    let idps = ["one", "two", "three"].map(IdpPlan::new).into_iter().collect();
    let world = World::new(Hosting::Https, idps, vec![SpPlan::new("app")]);
    let metadata = |name| world.idp(name).provider.metadata_xml().unwrap();
    let sp = &world.sp("app").provider;
    sp.replace_identity_provider(read(metadata("one")).with_display_name("Campus")).unwrap();
    sp.replace_identity_provider(read(metadata("two")).with_display_name("Campus")).unwrap();
    sp.replace_identity_provider(read(metadata("three"))).unwrap();
    let page = world.client().visit(&world.sp("app").at("/saml/login")).body;
    let third = &world.idp("three").provider.config().site.display_name;
    assert!(page.contains(&format!("<strong>{third}</strong></span>")), "{page}");
    for name in ["one", "two"] {
        let entity_id = world.idp(name).entity_id();
        let tile = format!("<strong>Campus</strong> <span class=\"small\">{entity_id}</span>");
        assert!(page.contains(&tile), "{tile}\n{page}");
    }
}
