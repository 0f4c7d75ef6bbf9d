//! The pages that nothing else shows.

use saml_core::base::{Relaxation, Relaxations};
use std::time::Duration;

use saml_core::crypto::PeerPolicy;
use saml_idp::Throttle;
use saml_sp::IdpPeerPolicy;
use saml_store::{MemoryStore, Namespace};
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::driver::{Browser, Scripts};

#[tokio::test]
async fn mistakes_have_pages_too() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    for (url, heading, name) in [
        (sp.at("/saml/nothing"), "There is no such page", "sp-not-found"),
        (idp.at("/saml/nothing"), "There is no such page", "idp-not-found"),
        (idp.at("/saml/sso?SAMLRequest=x"), "This request can’t be accepted", "request-refused"),
        (
            idp.at("/saml/start?sp=https%3A%2F%2Fevil.example"),
            "This service isn’t known here",
            "unknown-service",
        ),
    ] {
        browser.open(&url).await;
        browser.reads(heading).await;
        browser.picture(name).await;
    }
    browser.post_from_elsewhere(&idp.at("/saml/login"), &[("csrf_token", "guessed")]).await;
    browser.reads("This form can’t be accepted").await;
    browser.picture("form-refused").await;
    browser.is_content().await;
}

#[tokio::test]
async fn too_many_tries_are_told_to_wait() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let idp = IdpPlan::new("idp").configured(|config| {
        config.throttle = Throttle { per_user: 1, per_address: 50, window: Duration::from_secs(240) };
    });
    let world = World::new(Hosting::Loopback, vec![idp], vec![SpPlan::new("app")]);
    browser.open(&world.sp("app").at("/private")).await;
    browser.log_in(ADA, "wrong").await;
    browser.says("isn’t right").await;
    browser.log_in(ADA, PASSWORD).await;
    browser.says("Too many attempts. Wait 4 minutes and try again.").await;
    browser.picture("login-throttled").await;
    browser.is_content().await;
}

#[tokio::test]
async fn a_fault_of_ours_is_called_one() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let full = |namespace| MemoryStore::new().with_capacity(Namespace::new(namespace), 0);
    let idp = IdpPlan::new("idp").storing(full("idp.answered-request"));
    let sps = vec![SpPlan::new("app").storing(full("sp.answered-request")), SpPlan::new("other")];
    let world = World::new(Hosting::Loopback, vec![idp], sps);
    for (name, shot) in [("app", "sp-unavailable"), ("other", "idp-unavailable")] {
        browser.open(&world.sp(name).at("/private")).await;
        browser.reads("This isn’t available at the moment").await;
        browser.picture(shot).await;
    }
}

#[tokio::test]
async fn a_login_may_start_at_the_identity_provider() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let algorithms = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
    let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
    let open = SpPlan::new("travel-expenses").treated(|p| p.idp_initiated = true).with_idp_policy(policy);
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![open, SpPlan::new("library")]);
    let sp = world.sp("travel-expenses");

    browser.open(&world.idp("idp").at("/saml/home")).await;
    browser.reads("Sign in").await;
    browser.picture("idp-login").await;
    browser.log_in(ADA, PASSWORD).await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.picture("idp-home-with-links").await;
    browser.find("a.choice").await.click().await.unwrap();
    browser.says("a public page").await;
    browser.is_at(&sp.url).await;
    browser.open(&sp.at("/private")).await;
    browser.says("signed in: Ada Lovelace").await;
    browser.is_content().await;
}

/// Where both live on one site, the cookie comes with the post, and the page can be kinder.
#[tokio::test]
async fn who_sends_the_same_answer_again_is_told_that_they_are_signed_in() {
    let Some(browser) = Browser::start(Scripts::DontRun).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let sp = world.sp("app");
    browser.open(&sp.at("/private")).await;
    browser.log_in(ADA, PASSWORD).await;
    let response = browser.hidden("SAMLResponse").await;
    browser.press_continue().await;
    browser.says("signed in: Ada Lovelace").await;

    browser.open(&sp.at("/sign-out")).await;
    let post_again = "const form = document.querySelector('form'); form.action = arguments[0]; \
                      const input = document.createElement('input'); input.name = 'SAMLResponse'; \
                      input.value = arguments[1]; form.append(input)";
    browser.driver.execute(post_again, vec![sp.acs().into(), response.into()]).await.unwrap();
    browser.find("button").await.click().await.unwrap();
    browser.reads("You are already signed in").await;
    browser.picture("already-signed-in").await;
    browser.find("main a.button").await.click().await.unwrap();
    browser.says("a public page").await;
    browser.is_content().await;
}
