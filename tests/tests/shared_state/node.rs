//! A node of the service provider, in this process or in one of its own.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use saml_sp::{BrowserCookies, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::Token;
use saml_tests::flow::posted;
use saml_tests::message::now;
use serde::{Deserialize, Serialize};

use crate::engine::open;

const PLAN: &str = "SAML_NODE_PLAN";
const SEED: &str = "SAML_NODE_SEED";
/// How a line begins that a node says to its test.
const SAID: &str = "said: ";

/// What a node has to do.
#[derive(Serialize, Deserialize)]
pub struct Plan {
    /// The store.
    pub address: String,
    /// The identity provider's.
    pub metadata: String,
    /// The logins that it is to end.
    pub logins: Vec<Login>,
}

/// A login that began, its answer, and the cookies of its browser.
#[derive(Serialize, Deserialize)]
pub struct Login {
    pub answer: Vec<u8>,
    pub browser: String,
    pub cookie: String,
}

impl Login {
    /// Signs the person in at this node, as far as that goes: the token of the accepted answer's session.
    ///
    /// # Errors
    /// The code of the refusal, and whether the answer had been accepted before it.
    pub async fn end_at(&self, node: &ServiceProvider) -> Result<Token, (String, bool)> {
        let refused =
            |accepted| move |refusal: saml_sp::LoginRefusal| (refusal.code().as_str().to_owned(), accepted);
        let accepted = node.receive_response(posted(&self.answer), now()).await.map_err(refused(false))?;
        let browser = Token::received(&self.browser).unwrap();
        let cookies = BrowserCookies { browser: Some(&browser), logins: Some(&self.cookie) };
        let signed_in = node.complete_login(&accepted.token, cookies, now()).await.map_err(refused(true))?;
        Ok(signed_in.token)
    }
}

/// A node over the store at this address.
pub async fn node(metadata: &str, address: &str) -> ServiceProvider {
    let config = ServiceProviderConfig::new("https://app.example.org").unwrap();
    let idp = IdpPeer::from_metadata(metadata.as_bytes().to_vec(), IdpPeerPolicy::default()).unwrap();
    ServiceProvider::builder(config).identity_provider(idp).store(open(address).await).build().unwrap()
}

/// Numbers from a seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Not a test but the program that a node of its own runs; it passes where it is not one.
#[tokio::test]
async fn does_as_it_is_planned() {
    let Ok(plan) = env::var(PLAN) else { return };
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan).unwrap()).unwrap();
    let mut dice = Dice(env::var(SEED).unwrap().parse().unwrap());
    let node = node(&plan.metadata, &plan.address).await;
    say("begun");
    // Until it is killed: of most logins it is told that others ended them.
    loop {
        let number = dice.below(plan.logins.len());
        match plan.logins[number].end_at(&node).await {
            Ok(session) => say(&format!("session {number} {}", session.expose())),
            Err((code, true)) => say(&format!("accepted {number} {code}")),
            Err((code, false)) if code.starts_with("store.") => {
                tokio::time::sleep(Duration::from_millis(1)).await
            }
            Err(_refused) => {}
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{SAID}{line}").and_then(|()| out.flush()).unwrap();
}

/// A node in a process of its own.
pub struct Running(Child);

impl Running {
    /// Starts one, which goes through the logins in an order that the seed chooses.
    pub fn start(plan: &Path, seed: u64) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "node::does_as_it_is_planned", "--nocapture"]);
        command.env(PLAN, plan).env(SEED, seed.to_string());
        Self(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Kills it, and returns all that it said.
    pub fn kill(mut self) -> Vec<String> {
        self.0.kill().unwrap();
        let said = BufReader::new(self.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        let said = said.filter_map(|line| Some(line.strip_prefix(SAID)?.to_owned())).collect();
        self.0.wait().unwrap();
        said
    }
}
