//! Steps of a login that tests share.

use crate::client::{Client, Reply, encode};
use crate::journal;
use crate::message;
use crate::step::step;
use crate::world::{Sp, World};
use saml_core::base::{Limits, SamlInstant};
use saml_core::bindings::post::{self, PostMessage};
use saml_sp::{AcceptedLogin, BrowserCookies, LoginRefusal, Outgoing, StartLogin};
use saml_store::Token;

/// A browser in which a login began.
#[derive(Debug)]
pub struct Browser {
    pub token: Token,
    pub logins: String,
}

impl Browser {
    /// Its cookies, as it sends them.
    pub fn cookies(&self) -> BrowserCookies<'_> {
        BrowserCookies { browser: Some(&self.token), logins: Some(&self.logins) }
    }
}

/// Starts a login as an application would that asks for something in particular: the URL to go to. The browser keeps
/// the cookies.
pub fn start(world: &World, client: &mut Client, ask: impl FnOnce(&mut StartLogin<'_>)) -> String {
    let sp = &world.sps[0];
    let token = Token::random().unwrap();
    let mut login = StartLogin::new(&token);
    ask(&mut login);
    let started = step(sp.provider.start_login(login, message::now())).unwrap();
    client.set_own_cookie(&sp.url, sp.name, "browser", token.expose());
    client.set_own_cookie(&sp.url, sp.name, "logins", &started.logins);
    let Outgoing::Redirect(url) = started.outgoing else { panic!("the identity provider takes redirects") };
    url
}

/// The ID of a request that was started at this instant and nobody has answered.
pub fn request_id(sp: &Sp, idp: Option<&str>, at: SamlInstant) -> (String, Browser) {
    started(sp, idp, at).unwrap()
}

/// The same, unless it can't be started.
pub fn started(sp: &Sp, idp: Option<&str>, at: SamlInstant) -> Result<(String, Browser), LoginRefusal> {
    let token = Token::random().unwrap();
    let login = StartLogin { idp, ..StartLogin::new(&token) };
    begun(sp, login, at).map(|(id, logins)| (id, Browser { token, logins }))
}

/// The ID of a request, and what its browser has to keep.
pub fn begun(sp: &Sp, login: StartLogin<'_>, at: SamlInstant) -> Result<(String, String), LoginRefusal> {
    let started = step(sp.provider.start_login(login, at))?;
    Ok((id_of(started.outgoing), started.logins))
}

/// The ID of a request on its way.
pub fn id_of(outgoing: Outgoing) -> String {
    let Outgoing::Redirect(url) = outgoing else { panic!("the identity provider takes redirects") };
    let query = url.split_once('?').unwrap().1;
    let message = saml_core::bindings::redirect::decode(query, &Limits::MESSAGE).unwrap();
    let request = message.receive::<saml_core::protocol::AuthnRequest>(&Limits::MESSAGE).unwrap();
    request.message().claimed_id().unwrap().to_owned()
}

/// An answer arrives at the service provider's state machine.
pub fn receive(sp: &Sp, xml: &[u8], at: SamlInstant) -> Result<AcceptedLogin, LoginRefusal> {
    step(sp.provider.receive_response(posted(xml), at))
}

/// A message as it comes in a form.
pub fn posted(xml: &[u8]) -> PostMessage {
    let body = format!("SAMLResponse={}", encode(&message::encode(xml)));
    post::decode(Some("application/x-www-form-urlencoded"), body.as_bytes(), &Limits::MESSAGE).unwrap()
}

/// The code of a refusal in the log.
pub fn code(reply: &Reply) -> String {
    let id = reply.correlation_id().unwrap_or_else(|| panic!("no refusal: {} {}", reply.status, reply.body));
    journal::of(id).unwrap_or_else(|| panic!("no line for {id}")).field("code").to_owned()
}

/// All broken rules of a refusal, as the log has them.
pub fn failures(reply: &Reply) -> String {
    let id = reply.correlation_id().unwrap_or_else(|| panic!("no refusal: {} {}", reply.status, reply.body));
    journal::of(id).unwrap_or_else(|| panic!("no line for {id}")).field("failures").to_owned()
}
