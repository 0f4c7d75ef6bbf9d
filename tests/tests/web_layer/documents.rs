//! Metadata and files are asked for again cheaply.

use saml_tests::client::Request;
use saml_tests::world::World;

#[test]
fn whoever_has_a_document_is_not_sent_it_again() {
    let world = World::small();
    for origin in [&world.sp("app").url, &world.idp("idp").url] {
        for path in ["/saml/metadata", "/saml/assets/pages.css", "/saml/assets/post.js"] {
            let get = || Request::get(&format!("{origin}{path}"));
            let first = world.client().send(&get());
            let tag = first.header("etag").unwrap().to_owned();
            assert_eq!((first.status, first.body.is_empty()), (200, false), "{path}");
            assert!(first.header("cache-control").unwrap().starts_with("public, max-age="), "{path}");
            for known in [&tag, &format!("\"x\", W/{tag}"), "*"] {
                let again = world.client().send(&get().with("if-none-match", known));
                assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
                assert_eq!(again.header("etag"), Some(tag.as_str()));
                assert_eq!(again.header("cache-control"), first.header("cache-control"));
            }
            let changed = world.client().send(&get().with("if-none-match", "\"another\""));
            assert_eq!((changed.status, &changed.body), (200, &first.body), "{path}");
        }
    }
}

/// The tag is of the content: two services have two.
#[test]
fn a_tag_names_the_content() {
    let world = World::small();
    let tag = |url: String| world.client().get(&url).header("etag").unwrap().to_owned();
    assert_ne!(tag(world.sp("app").at("/saml/metadata")), tag(world.idp("idp").at("/saml/metadata")));
    assert_eq!(tag(world.sp("app").at("/saml/metadata")), tag(world.sp("app").at("/saml/metadata")));
}
