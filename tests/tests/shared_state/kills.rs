//! Nodes and servers that are killed in the middle of a race: never a second acceptance, no acknowledged session lost.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use saml_sp::{ServiceProvider, StartLogin};
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::flow::id_of;
use saml_tests::message::now;
use saml_tests::world::{Hosting, Idp, IdpPlan, Sp, SpPlan, World};

use crate::engine::{Engine, Kind};
use crate::node::{Dice, Login, Plan, Running, node};

/// Logins of a round.
const LOGINS: usize = 12;

pub fn metadata(idp: &Idp) -> String {
    String::from_utf8(idp.provider.metadata_xml().unwrap()).unwrap()
}

/// What is killed.
#[derive(Clone, Copy, Debug)]
enum Victim {
    Node,
    Server,
    Both,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_over_a_file_that_is_killed_lets_nothing_be_accepted_twice() {
    rounds(Some(Engine::start(Kind::File).await), Victim::Node, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_over_redis_that_is_killed_lets_nothing_be_accepted_twice() {
    rounds(Engine::redis().await, Victim::Node, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_killed_lets_nothing_be_accepted_twice() {
    rounds(Engine::redis().await, Victim::Server, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_and_a_node_that_are_killed_let_nothing_be_accepted_twice() {
    rounds(Engine::redis().await, Victim::Both, 20).await;
}

async fn rounds(engine: Option<Engine>, victim: Victim, rounds: usize) {
    let Some(mut engine) = engine else { return };
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("app").unsigned()]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    println!("seed {seed}");
    let mut dice = Dice(u64::from(seed));
    let mut seen = Seen::default();
    for round in 0..rounds {
        let here = node(&metadata(idp), &engine.address()).await;
        let mut logins = Vec::new();
        for _ in 0..LOGINS {
            logins.push(begun(&here, idp, sp).await);
        }
        let plan = Plan { address: engine.address(), metadata: metadata(idp), logins };
        let path = engine.file("plan.json");
        std::fs::write(&path, serde_json::to_vec(&plan).unwrap()).unwrap();
        let running = [0, 1].map(|_| Running::start(&path, u64::try_from(dice.below(1 << 30)).unwrap()));
        // Some are killed before they have begun, most in the middle of it.
        tokio::time::sleep(Duration::from_millis(u64::try_from(dice.below(300)).unwrap())).await;
        let said = end(running, victim, &mut engine, &mut dice).await;
        let here = node(&metadata(idp), &engine.address()).await;
        seen.check(&plan, &said, &here)
            .await
            .unwrap_or_else(|what| panic!("seed {seed}, round {round}: {what}"));
    }
    println!("{seen:?}");
    assert!(seen.by_nodes > rounds, "the nodes were killed too early: {seen:?}");
    assert!(seen.afterwards > 0, "the nodes were killed too late: {seen:?}");
}

async fn begun(node: &ServiceProvider, idp: &Idp, sp: &Sp) -> Login {
    let (browser, at) = (Token::random().unwrap(), now());
    let started = node.start_login(StartLogin::new(&browser), at).await.unwrap();
    let answer = Answer::new(idp, sp, Some(&id_of(started.outgoing)), at).signed_by(idp);
    Login { answer, browser: browser.expose().to_owned(), cookie: started.logins }
}

/// Kills who is to be killed, lets the others go on for a moment, and returns what all nodes said.
async fn end(
    [one, other]: [Running; 2],
    victim: Victim,
    engine: &mut Engine,
    dice: &mut Dice,
) -> Vec<String> {
    let moment = Duration::from_millis(u64::try_from(dice.below(60)).unwrap());
    let mut said = Vec::new();
    match victim {
        Victim::Node => {
            said.extend(one.kill());
            tokio::time::sleep(moment).await;
        }
        Victim::Server => {
            engine.kill_server();
            engine.start_server().await;
            tokio::time::sleep(moment).await;
            said.extend(one.kill());
        }
        Victim::Both => {
            engine.kill_server();
            said.extend(one.kill());
            engine.start_server().await;
            tokio::time::sleep(moment).await;
        }
    }
    said.extend(other.kill());
    said
}

/// What was seen in all rounds.
#[derive(Debug, Default)]
struct Seen {
    /// Logins that the nodes accepted and said so.
    by_nodes: usize,
    /// Those that were accepted afterwards.
    afterwards: usize,
    /// Those that were accepted and nobody heard of it.
    unheard: usize,
}

impl Seen {
    /// Posts each answer again, twice, and looks for the sessions that were acknowledged.
    async fn check(&mut self, plan: &Plan, said: &[String], here: &ServiceProvider) -> Result<(), String> {
        let mut accepted = vec![0; plan.logins.len()];
        for line in said {
            let words: Vec<&str> = line.split(' ').collect();
            let [what, number, rest] = words[..] else { continue };
            accepted[number.parse::<usize>().unwrap()] += 1;
            if what == "session" {
                let session = here.session(&Token::received(rest).unwrap(), now()).await.unwrap();
                session.ok_or_else(|| format!("an acknowledged session is lost: {number}"))?;
            }
        }
        self.by_nodes += accepted.iter().sum::<usize>();
        for (number, login) in plan.logins.iter().enumerate() {
            for _ in 0..2 {
                match login.end_at(here).await {
                    Ok(_session) => {
                        accepted[number] += 1;
                        self.afterwards += 1;
                    }
                    Err((code, false)) if code == "replay.request_answered" => {}
                    Err((code, _)) => return Err(format!("login {number}: {code}")),
                }
            }
            match accepted[number] {
                0 => self.unheard += 1,
                1 => {}
                times => return Err(format!("login {number} was accepted {times} times: {said:?}")),
            }
        }
        Ok(())
    }
}
