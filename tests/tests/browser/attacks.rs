//! Attacks that must not work. Scripts are off, so that the page with the answer stays and can be tampered with.

use saml_core::base::SamlInstant;
use saml_tests::answer::Answer;
use saml_tests::journal;
use saml_tests::message::{altered, decode, encode, now};
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};
use thirtyfour::prelude::*;

use crate::driver::{Browser, Scripts};

fn small() -> World {
    World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")])
}

/// Goes as far as the page that carries the answer to the application.
async fn answer(browser: &Browser, world: &World) -> String {
    browser.open(&world.sp("app").at("/private")).await;
    if !browser.text().await.contains("Continue to") {
        browser.log_in(ADA, PASSWORD).await;
    }
    browser.hidden("SAMLResponse").await
}

/// The page for a refused answer. It is constant, except for the number of the log line that has the details, and the
/// time.
async fn is_refused(browser: &Browser, code: &str) {
    browser.reads("We couldn’t sign you in").await;
    let text = browser.text().await;
    let (rest, time) = text.rsplit_once(char::is_whitespace).unwrap();
    let (constant, id) = rest.trim_end().rsplit_once(char::is_whitespace).unwrap();
    assert!(SamlInstant::try_from(time).is_ok(), "{text}");
    assert_eq!(
        constant,
        "App\nWe couldn’t sign you in\nThe answer of your organisation’s sign-in can’t be accepted. Please start \
         again from here.\nTry again\nReference for your help desk:"
    );
    let line = journal::of(id).unwrap_or_else(|| panic!("no line for {id}"));
    assert!(line.field("code") == code || line.field("failures").contains(code), "{line:?}");
}

async fn is_a_stranger(browser: &Browser, world: &World) {
    browser.open(&world.sp("app").at("/optional")).await;
    browser.says("nobody").await;
}

#[tokio::test]
async fn the_same_response_posted_twice_is_refused() {
    let Some(browser) = Browser::start(Scripts::DontRun).await else { return };
    let world = small();
    let (acs, response) = (world.sp("app").acs(), answer(&browser, &world).await);
    browser.press_continue().await;
    browser.says("signed in: Ada Lovelace").await;

    let Some(thief) = Browser::start(Scripts::DontRun).await else { return };
    thief.post_from_elsewhere(&acs, &[("SAMLResponse", &response)]).await;
    is_refused(&thief, "replay.request_answered").await;
    thief.picture("response-refused").await;
    is_a_stranger(&thief, &world).await;
    // The person who signed in still is.
    browser.open(&world.sp("app").at("/private")).await;
    browser.says("signed in: Ada Lovelace").await;
    browser.is_content().await;
}

#[tokio::test]
async fn a_response_with_one_attribute_changed_is_refused() {
    let Some(browser) = Browser::start(Scripts::DontRun).await else { return };
    let world = small();
    let response = answer(&browser, &world).await;
    let forged = altered(&response, ">staff<", ">admin<");
    let script = "document.querySelector('input[name=SAMLResponse]').value = arguments[0]";
    browser.driver.execute(script, vec![forged.into()]).await.unwrap();
    browser.press_continue().await;
    is_refused(&browser, "signature.digest_mismatch").await;
    is_a_stranger(&browser, &world).await;
    browser.is_content().await;
}

#[tokio::test]
async fn a_login_started_at_one_identity_provider_is_not_answered_by_another() {
    let Some(browser) = Browser::start(Scripts::DontRun).await else { return };
    let idps = vec![IdpPlan::new("honest"), IdpPlan::new("rogue")];
    let world = World::new(Hosting::Loopback, idps, vec![SpPlan::new("app")]);
    let sp = world.sp("app");

    browser.open(&sp.at("/private")).await;
    browser.reads("Choose where you sign in").await;
    browser.picture("choose-identity-provider").await;
    browser.driver.find(By::PartialLinkText("Honest")).await.unwrap().click().await.unwrap();
    browser.is_at(&world.idp("honest").url).await;
    browser.log_in(ADA, PASSWORD).await;
    let genuine = browser.hidden("SAMLResponse").await;
    let xml = decode(&genuine);
    let (_, rest) = xml.split_once("InResponseTo=\"").unwrap();
    let (id, _) = rest.split_once('"').unwrap();

    let rogue = Answer::new(world.idp("rogue"), sp, Some(id), now()).signed_by(world.idp("rogue"));
    browser.post_from_elsewhere(&sp.acs(), &[("SAMLResponse", &encode(rogue))]).await;
    is_refused(&browser, "request.idp_mismatch").await;
    is_a_stranger(&browser, &world).await;
    browser.is_content().await;
}

#[tokio::test]
async fn a_login_counts_only_in_the_browser_that_started_it() {
    let Some(attacker) = Browser::start(Scripts::DontRun).await else { return };
    let world = small();
    let response = answer(&attacker, &world).await;

    let Some(victim) = Browser::start(Scripts::Run).await else { return };
    victim.post_from_elsewhere(&world.sp("app").acs(), &[("SAMLResponse", &response)]).await;
    victim.reads("This sign-in was started elsewhere").await;
    victim.picture("other-browser").await;
    is_a_stranger(&victim, &world).await;
    // A cookie of another login doesn't help either.
    let response = answer(&attacker, &world).await;
    victim.open(&world.sp("app").at("/private")).await;
    victim.reads("Sign in").await;
    victim.post_from_elsewhere(&world.sp("app").acs(), &[("SAMLResponse", &response)]).await;
    victim.reads("This sign-in was started elsewhere").await;
    is_a_stranger(&victim, &world).await;
    victim.is_content().await;
}
