//! A form survives the end of the session.

use saml_tests::client::own_cookie;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::driver::{Browser, Scripts};

/// Without scripts: everything is links and buttons.
#[tokio::test]
async fn a_form_that_was_posted_when_the_session_was_gone_is_kept() {
    for scripts in [Scripts::Run, Scripts::DontRun] {
        let Some(browser) = Browser::start(scripts).await else { return };
        let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
        let sp = world.sp("app");
        let pressed = async || {
            if scripts == Scripts::DontRun {
                browser.press_continue().await;
            }
        };
        browser.open(&sp.at("/orders")).await;
        browser.log_in(ADA, PASSWORD).await;
        pressed().await;
        browser.find("input[name=subject]").await.send_keys("Zwölf & \"mehr\"").await.unwrap();
        browser.find("textarea").await.send_keys("one\ntwo").await.unwrap();
        browser.driver.delete_cookie(own_cookie(&sp.url, "app", "session")).await.unwrap();
        browser.find("button").await.click().await.unwrap();
        browser.reads("Your form was not sent yet").await;
        browser.picture("form-kept").await;

        // In a hurry: nobody is signed in yet.
        browser.find("main form button").await.click().await.unwrap();
        browser.reads("Your form was not sent yet").await;

        let first = browser.driver.window().await.unwrap();
        browser.find("main a.button").await.click().await.unwrap();
        browser.to_other_window(&first).await;
        pressed().await;
        browser.reads("You are signed in").await;
        browser.picture("form-signed-in").await;
        browser.driver.close_window().await.unwrap();
        browser.driver.switch_to_window(first).await.unwrap();

        browser.find("main form button").await.click().await.unwrap();
        browser.reads("Send your form").await;
        browser.find("summary").await.click().await.unwrap();
        browser.says("Zwölf & \"mehr\"").await;
        browser.picture("form-ready").await;
        browser.find("main form button").await.click().await.unwrap();
        browser
            .says(
                "ordered by Ada Lovelace: /orders?page=2 \
                 [subject=Zw%C3%B6lf+%26+%22mehr%22&note=one%0D%0Atwo]",
            )
            .await;
        browser.is_content().await;
    }
}

/// A page of another site posts the same form, with the cookies that a browser gives it: it is not kept.
#[tokio::test]
async fn a_form_of_another_site_is_not_kept() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let sp = world.sp("app");
    browser.post_from_elsewhere(&sp.at("/orders"), &[("subject", "forged")]).await;
    browser.says("urn:saml:problem:sign-in-required").await;
}
