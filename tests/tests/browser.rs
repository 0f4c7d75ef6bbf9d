//! People log in with a real browser: Debian's Chromium, driven over WebDriver.
//!
//! Every page is photographed into `artefacts/browser`, and no page may make the browser complain.

#[path = "../../examples/examples/existing_application/application/mod.rs"]
mod application;
#[path = "browser/attacks.rs"]
mod attacks;
#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/existing_application.rs"]
mod existing_application;
#[path = "browser/history.rs"]
mod history;
#[path = "browser/kept_form.rs"]
mod kept_form;
#[path = "browser/languages.rs"]
mod languages;
#[path = "browser/login.rs"]
mod login;
#[path = "browser/logout.rs"]
mod logout;
#[path = "browser/nginx.rs"]
mod nginx;
#[path = "browser/pages.rs"]
mod pages;
