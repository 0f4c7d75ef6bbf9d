//! The application's session follows the sign-in.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may stop where they stand")]

#[path = "../src/application.rs"]
mod application;

use saml_tests::client::{Client, Reply};
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, SpPlan, World};

const COOKIE: &str = "application";

fn world() -> World {
    let plan = SpPlan::new("app").serving(application::routes);
    World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![plan])
}

fn sign_in(client: &mut Client, world: &World, user: &str) -> Reply {
    let mut page = client.visit(&world.sp("app").at("/account"));
    if !page.body.contains("name=\"SAMLResponse\"") {
        let form = page.form().with("user_name", user).with("password", PASSWORD);
        page = client.submit(&form, &page.url);
    }
    client.submit(&page.form(), &page.url)
}

fn cookie(client: &Client) -> String {
    client.cookie("app.example.org", COOKIE).unwrap().to_owned()
}

#[test]
fn a_sign_in_is_handed_over_and_what_was_there_stays() {
    let world = world();
    let start = world.sp("app").at("/");
    let mut client = world.client();
    assert_eq!(client.get(&start).body, "nobody, 0 visits before");
    let before = cookie(&client);
    let account = sign_in(&mut client, &world, ADA);
    assert_eq!(account.body, format!("the account of a user of {}", world.idp("idp").entity_id()));
    assert_ne!(cookie(&client), before);
    let page = client.get(&start).body;
    assert!(page.ends_with(", 1 visits before") && !page.starts_with("nobody"), "{page}");
}

/// However the sign-in ended: here its store forgets it, as at its end.
#[test]
fn the_session_ends_with_the_sign_in() {
    let world = world();
    let start = world.sp("app").at("/");
    let mut client = world.client();
    let _account = sign_in(&mut client, &world, ADA);
    assert!(!client.get(&start).body.starts_with("nobody"));
    let token = client.own_cookie(&world.sp("app").url, "app", "session").unwrap().to_owned();
    let token = saml_store::Token::received(&token).unwrap();
    let ended = world.sp("app").provider.end_session(&token, saml_tests::message::now());
    saml_tests::step::step(ended).unwrap();
    assert_eq!(client.get(&start).body, "nobody, 0 visits before", "all of it is gone");
    assert_eq!(client.get(&start).body, "nobody, 1 visits before");
}

#[test]
fn the_button_of_the_application_ends_both() {
    let world = world();
    let mut client = world.client();
    let _account = sign_in(&mut client, &world, ADA);
    let left = client.post(&world.sp("app").at("/leave"), &[]);
    assert_eq!((left.status, left.location()), (303, Some(world.sp("app").at("/"))));
    assert_eq!(client.get(&world.sp("app").at("/")).body, "nobody, 0 visits before");
    assert_eq!(client.get(&world.sp("app").at("/account")).status, 303, "the sign-in is over, too");
}

/// A cookie of one person's session in another one's browser hands nothing over.
#[test]
fn the_session_of_another_person_is_emptied_before_it_is_taken() {
    let world = world();
    let start = world.sp("app").at("/");
    let (mut ada, mut bob) = (world.client(), world.client());
    let _account = sign_in(&mut ada, &world, ADA);
    let _account = sign_in(&mut bob, &world, BOB);
    let (page, own) = (ada.get(&start).body, bob.get(&start).body);
    let name_of = |page: &str| page.split(',').next().unwrap().to_owned();
    assert_ne!(name_of(&page), name_of(&own));
    bob.set_cookie("app.example.org", COOKIE, &cookie(&ada));
    assert_eq!(bob.get(&start).body, format!("{}, 0 visits before", name_of(&own)));
}
