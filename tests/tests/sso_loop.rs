//! Login through both state machines and their web layers, without a browser.

#[path = "sso_loop/cookies_and_headers.rs"]
mod cookies_and_headers;
#[path = "sso_loop/idp_initiated.rs"]
mod idp_initiated;
#[path = "sso_loop/known_browsers.rs"]
mod known_browsers;
#[path = "sso_loop/login_form.rs"]
mod login_form;
#[path = "sso_loop/one_answer.rs"]
mod one_answer;
#[path = "sso_loop/requests.rs"]
mod requests;
#[path = "sso_loop/return_path.rs"]
mod return_path;
#[path = "sso_loop/sealed_requests.rs"]
mod sealed_requests;
#[path = "sso_loop/session_life.rs"]
mod session_life;
#[path = "sso_loop/sessions.rs"]
mod sessions;
#[path = "sso_loop/shares.rs"]
mod shares;
#[path = "sso_loop/store.rs"]
mod store;
#[path = "sso_loop/strangers.rs"]
mod strangers;
#[path = "sso_loop/tenants.rs"]
mod tenants;
#[path = "sso_loop/waiting.rs"]
mod waiting;
#[path = "sso_loop/what_was_asked_for.rs"]
mod what_was_asked_for;
