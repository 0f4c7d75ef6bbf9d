//! People sign in.

use saml_cli::demo::{PASSWORD, USER_NAME};
use saml_sp::{Outgoing, StartLogin};
use saml_store::Token;
use saml_tests::client::own_cookie;
use saml_tests::message::now;
use saml_tests::served::Served;
use saml_tests::world::{self, ADA, Hosting, IdpPlan, SpPlan, World};
use thirtyfour::{Cookie, Key};

use crate::driver::{Browser, Scripts};

#[tokio::test]
async fn one_password_opens_two_applications() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let (_served, [idp, orchard, harbour]) = Served::demo();

    browser.open(&orchard).await;
    browser.picture("app-landing").await;
    browser.find("main a.button").await.click().await.unwrap();
    browser.reads("Sign in").await;
    browser.is_at(&idp).await;
    assert!(browser.text().await.contains("to continue to Orchard"));
    browser.picture("login").await;

    browser.log_in(USER_NAME, PASSWORD).await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_at(&orchard).await;
    browser.picture("app-signed-in").await;

    browser.find("a.choice.other").await.click().await.unwrap();
    browser.reads("See where every crate is right now").await;
    browser.is_at(&harbour).await;
    browser.picture("other-app-landing").await;
    browser.find("main a.button").await.click().await.unwrap();
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_at(&harbour).await;
    browser.picture("other-app-signed-in").await;
    browser.is_content().await;
}

#[tokio::test]
async fn a_wrong_password_says_so_and_the_right_one_then_works() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let (_served, [idp, orchard, _]) = Served::demo();

    browser.open(&format!("{orchard}/saml/login")).await;
    browser.log_in(USER_NAME, "wrong horse").await;
    let alert = browser.find("[role=alert]").await.text().await.unwrap();
    assert_eq!(alert, "The user name or the password isn’t right. Check both and try again.");
    browser.picture("login-wrong").await;
    // An unknown user and a wrong password look the same.
    browser.log_in("nobody", PASSWORD).await;
    assert_eq!(browser.find("[role=alert]").await.text().await.unwrap(), alert);
    assert!(
        browser.cookie(&own_cookie(&idp, "demo-idp", "session")).await.is_none(),
        "a session for a wrong password"
    );
    browser.open(&orchard).await;
    browser.reads("Know what is ripe before the pickers do").await;

    browser.open(&format!("{orchard}/saml/login")).await;
    browser.is_at(&idp).await;
    browser.log_in(USER_NAME, "wrong horse").await;
    browser.find("[role=alert]").await;
    // The typed name is still there; only the password is asked for again.
    assert_eq!(browser.find("#user_name").await.value().await.unwrap().unwrap(), USER_NAME);
    browser.log_in(USER_NAME, PASSWORD).await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_at(&orchard).await;
    browser.is_content().await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let (_served, [_, orchard, _]) = Served::demo();

    browser.open(&format!("{orchard}/saml/login")).await;
    browser.reads("Sign in").await;
    let focus = async || browser.driver.active_element().await.unwrap();
    assert_eq!(focus().await.id().await.unwrap().as_deref(), Some("user_name"), "where typing goes at once");
    focus().await.send_keys(USER_NAME + Key::Tab).await.unwrap();
    // The button that shows the password may stand in between.
    if focus().await.id().await.unwrap().as_deref() != Some("password") {
        focus().await.send_keys(Key::Tab + "").await.unwrap();
    }
    focus().await.send_keys(PASSWORD + Key::Enter).await.unwrap();
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_content().await;
}

#[tokio::test]
async fn without_scripts_a_person_presses_continue() {
    let Some(browser) = Browser::start(Scripts::DontRun).await else { return };
    let (_served, [idp, orchard, harbour]) = Served::demo();

    browser.open(&format!("{orchard}/saml/login")).await;
    browser.reads("Sign in").await;
    assert!(!browser.text().await.contains("Show password"), "a button that would do nothing");
    browser.picture("login-without-scripts").await;
    browser.log_in(USER_NAME, PASSWORD).await;
    browser.find("input[name=SAMLResponse]").await;
    browser.is_at(&idp).await;
    browser.picture("continue-without-scripts").await;
    browser.press_continue().await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_at(&orchard).await;

    browser.open(&format!("{harbour}/saml/login")).await;
    browser.press_continue().await;
    browser.reads("Hello, Ada Lovelace").await;
    browser.is_at(&harbour).await;
    browser.is_content().await;
}

// NET-05.
#[tokio::test]
async fn two_tabs_sign_in_at_the_same_time() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let (_served, [_, orchard, harbour]) = Served::demo();
    let driver = &browser.driver;

    let first = driver.window().await.unwrap();
    browser.open(&format!("{orchard}/saml/login?return_to=%2F%3Ftab%3D1")).await;
    browser.reads("Sign in").await;
    let second = driver.new_tab().await.unwrap();
    driver.switch_to_window(second.clone()).await.unwrap();
    browser.open(&format!("{orchard}/saml/login?return_to=%2F%3Ftab%3D2")).await;
    browser.reads("Sign in").await;
    let third = driver.new_tab().await.unwrap();
    driver.switch_to_window(third.clone()).await.unwrap();
    browser.open(&format!("{harbour}/saml/login")).await;
    browser.reads("Sign in").await;

    for (tab, end) in
        [(first, format!("{orchard}/?tab=1")), (third, harbour), (second, format!("{orchard}/?tab=2"))]
    {
        driver.switch_to_window(tab).await.unwrap();
        browser.log_in(USER_NAME, PASSWORD).await;
        browser.reads("Hello, Ada Lovelace").await;
        browser.is_at(&end).await;
    }
    browser.is_content().await;
}

#[tokio::test]
async fn an_identity_provider_that_is_asked_by_post_answers_too() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let without_redirect = |xml: String| {
        let (head, rest) = xml
            .split_once(
                "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\"",
            )
            .unwrap();
        format!("{head}{}", rest.split_once("/>").unwrap().1)
    };
    let sp = SpPlan::new("app").reading_idp_metadata_as(without_redirect);
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![sp]);

    browser.open(&world.sp("app").at("/private")).await;
    browser.reads("Sign in").await;
    browser.log_in(ADA, world::PASSWORD).await;
    browser.says("signed in: Ada Lovelace").await;
    browser.is_at(&world.sp("app").at("/private")).await;
    browser.is_content().await;
}

/// The application asks for a fresh proof, as it would before something grave.
#[tokio::test]
async fn force_authn_asks_for_the_password_though_a_session_exists() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    browser.open(&sp.at("/private")).await;
    browser.log_in(ADA, world::PASSWORD).await;
    browser.says("signed in: Ada Lovelace").await;

    let token = Token::random().unwrap();
    browser
        .driver
        .add_cookie(Cookie::new(own_cookie(&sp.url, "app", "browser"), token.expose()))
        .await
        .unwrap();
    let start = StartLogin { force_authn: true, ..StartLogin::new(&token) };
    let started = sp.provider.start_login(start, now()).await.unwrap();
    let logins = Cookie::new(own_cookie(&sp.url, "app", "logins"), started.logins.as_str());
    browser.driver.add_cookie(logins).await.unwrap();
    let Outgoing::Redirect(url) = started.outgoing else { unreachable!() };
    browser.open(&url).await;
    browser.reads("Sign in").await;
    browser.is_at(&idp.url).await;
    browser.log_in(ADA, world::PASSWORD).await;
    browser.says("a public page").await;
    browser.is_at(&sp.at("/")).await;
    browser.is_content().await;
}
