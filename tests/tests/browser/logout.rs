//! People sign out.

use saml_cli::demo::{PASSWORD, USER_NAME};
use saml_tests::served::Served;
use saml_tests::world::{self, ADA, Hosting, IdpPlan, SpPlan, World};

use crate::driver::{Browser, Scripts};

#[tokio::test]
async fn logout_at_an_application_ends_its_session_and_no_other() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let (_served, [_, orchard, harbour]) = Served::demo();
    browser.open(&format!("{orchard}/saml/login")).await;
    browser.log_in(USER_NAME, PASSWORD).await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.open(&format!("{harbour}/saml/login")).await;
    browser.reads("Hello, Ada Lovelace").await;

    browser.open(&orchard).await;
    browser.find("header button").await.click().await.unwrap();
    browser.reads("You are signed out here").await;
    browser.picture("app-signed-out").await;
    browser.open(&orchard).await;
    browser.reads("Know what is ripe before the pickers do").await;
    browser.open(&harbour).await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_content().await;
}

#[tokio::test]
async fn after_logout_a_protected_page_asks_again() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    browser.open(&sp.at("/private")).await;
    browser.log_in(ADA, world::PASSWORD).await;
    browser.says("signed in: Ada Lovelace").await;

    // At the identity provider, too: otherwise its session signs the person in again without a question.
    browser.open(&idp.at("/saml/home")).await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.picture("idp-home").await;
    browser.find("header button").await.click().await.unwrap();
    browser.reads("You are signed out here").await;
    browser.picture("idp-signed-out").await;
    // A logout is a POST of the application's own page.
    browser.open(&sp.at("/sign-out")).await;
    browser.find("button").await.click().await.unwrap();
    browser.reads("You are signed out here").await;

    browser.open(&sp.at("/private")).await;
    browser.reads("Sign in").await;
    browser.is_at(&idp.url).await;
    browser.is_content().await;
}

#[tokio::test]
async fn another_site_can_not_sign_people_out() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    browser.open(&sp.at("/private")).await;
    browser.log_in(ADA, world::PASSWORD).await;
    browser.says("signed in: Ada Lovelace").await;

    browser.post_from_elsewhere(&sp.at("/saml/logout"), &[]).await;
    browser.reads("You are signed out here").await;
    browser.open(&sp.at("/private")).await;
    browser.says("signed in: Ada Lovelace").await;
    browser.post_from_elsewhere(&idp.at("/saml/logout"), &[("csrf_token", "guessed")]).await;
    browser.reads("This form can’t be accepted").await;
    browser.open(&idp.at("/saml/home")).await;
    browser.reads("Hello, Ada Lovelace").await;
}
