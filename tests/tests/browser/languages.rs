//! People read the pages in their language.

use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::driver::{Browser, Scripts};

#[tokio::test]
async fn who_reads_german_signs_in_and_out_in_german() {
    let Some(browser) = Browser::start_reading("de-AT,de,en", Scripts::Run).await else { return };
    let idps = vec![IdpPlan::new("idp"), IdpPlan::new("other")];
    let world = World::new(Hosting::Loopback, idps, vec![SpPlan::new("app")]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));

    browser.open(&sp.at("/private")).await;
    browser.reads("Wählen Sie aus, wo Sie sich anmelden").await;
    browser.picture("german-chooser").await;
    browser.find("a.choice").await.click().await.unwrap();
    browser.reads("Anmelden").await;
    browser.picture("german-login").await;

    let password = browser.find("#password").await;
    let reveal = browser.find("#reveal").await;
    assert_eq!(reveal.text().await.unwrap(), "Passwort anzeigen");
    reveal.click().await.unwrap();
    assert_eq!(reveal.text().await.unwrap(), "Passwort verbergen");
    assert_eq!(password.prop("type").await.unwrap().as_deref(), Some("text"));
    reveal.click().await.unwrap();
    assert_eq!(reveal.text().await.unwrap(), "Passwort anzeigen");

    browser.log_in(ADA, "wrong").await;
    browser.says("Der Benutzername oder das Passwort ist nicht richtig.").await;
    browser.picture("german-login-wrong").await;
    browser.log_in(ADA, PASSWORD).await;
    browser.says("signed in: Ada Lovelace").await;

    browser.open(&idp.at("/saml/home")).await;
    browser.reads("Guten Tag, Ada Lovelace").await;
    browser.picture("german-home").await;
    browser.find("header form button").await.click().await.unwrap();
    browser.reads("Sie sind hier abgemeldet").await;
    browser.picture("german-idp-signed-out").await;
    browser.open(&sp.at("/sign-out")).await;
    browser.find("button").await.click().await.unwrap();
    browser.reads("Sie sind hier abgemeldet").await;
    browser.picture("german-sp-signed-out").await;
    browser.open(&sp.at("/saml/nothing")).await;
    browser.reads("Diese Seite gibt es nicht").await;
    browser.says("Kennung für den Support:").await;
    browser.picture("german-not-found").await;
    browser.is_content().await;
}

#[tokio::test]
async fn without_scripts_the_way_on_is_german_too() {
    let Some(browser) = Browser::start_reading("de", Scripts::DontRun).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    browser.open(&world.sp("app").at("/private")).await;
    browser.log_in(ADA, PASSWORD).await;
    browser.says("Falls es nicht von selbst weitergeht").await;
    browser.picture("german-continue").await;
    browser.press_continue().await;
    browser.says("signed in: Ada Lovelace").await;
    browser.is_content().await;
}
