//! People press Back and Reload.

use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::driver::{Browser, Scripts};

#[tokio::test]
async fn back_and_reload_after_a_login_do_no_harm() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let sp = world.sp("app");
    browser.open(&sp.at("/")).await;
    browser.open(&sp.at("/private")).await;
    browser.log_in(ADA, PASSWORD).await;
    browser.says("signed in: Ada Lovelace").await;

    browser.driver.refresh().await.unwrap();
    browser.says("signed in: Ada Lovelace").await;
    // The login page is used up, and says so.
    browser.driver.back().await.unwrap();
    browser.reads("This sign-in is over").await;
    browser.is_at(&world.idp("idp").url).await;
    browser.picture("sign-in-over").await;
    browser.driver.back().await.unwrap();
    browser.says("a public page").await;
    browser.driver.forward().await.unwrap();
    browser.driver.forward().await.unwrap();
    browser.says("signed in: Ada Lovelace").await;
    browser.is_content().await;
}
