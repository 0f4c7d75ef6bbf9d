//! Wrong passwords count for those who guess, and not against people in their own browsers.

use std::path::PathBuf;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use saml_idp::{ClientAddress, IdentityProviderConfig};
use saml_store::FileStore;
use saml_tests::client::{Client, Reply, Request};
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

fn world(store: Watched, change: fn(&mut IdentityProviderConfig)) -> World {
    let idp = IdpPlan::new("idp").storing(store).configured(move |config| {
        config.client_address = ClientAddress::ProxyHeader("x-real-ip".to_owned());
        change(config);
    });
    World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")])
}

/// A try in this browser, from this address.
fn attempt(world: &World, client: &mut Client, password: &str, address: &str) -> Reply {
    let login = client.visit(&world.sp("app").at("/private"));
    let form = login.form().with("user_name", ADA).with("password", password);
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.send(&Request::form(&form.action, &fields).with("x-real-ip", address))
}

/// Forgets the session and the browser's token, as when both are over.
fn overnight(world: &World, client: &Client) -> Client {
    let idp = world.idp("idp");
    let known = client.own_cookie(&idp.url, idp.name, "known").unwrap().to_owned();
    let mut client = world.client();
    client.set_own_cookie(&idp.url, idp.name, "known", &known);
    client
}

#[test]
fn ten_wrong_passwords_shut_the_door_of_others_and_not_of_the_browser_that_signed_in_before() {
    let world = world(Watched::new(), |_config| ());
    let mut own = world.client();
    assert_eq!(attempt(&world, &mut own, PASSWORD, "192.0.2.1").status, 200);
    let mut own = overnight(&world, &own);
    for number in 0..10 {
        let from = format!("198.51.100.{number}");
        assert_eq!(attempt(&world, &mut world.client(), "wrong", &from).status, 403);
    }
    assert_eq!(attempt(&world, &mut world.client(), PASSWORD, "192.0.2.1").status, 429);
    assert_eq!(attempt(&world, &mut own, "wrong", "192.0.2.1").status, 403);
    let answer = attempt(&world, &mut own, PASSWORD, "192.0.2.1");
    assert!(answer.body.contains("name=\"SAMLResponse\""), "{}", answer.body);
    // Ten of the own don't shut it, either.
    let mut own = overnight(&world, &own);
    for _ in 0..10 {
        assert_eq!(attempt(&world, &mut own, "wrong", "192.0.2.1").status, 403);
    }
    assert_eq!(attempt(&world, &mut own, PASSWORD, "192.0.2.1").status, 200);
}

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("saml-known-{test}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn open(&self) -> Watched {
        Watched::over(FileStore::open(self.0.join("state")).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn counts_and_known_browsers_survive_a_restart_and_are_the_same_on_every_node() {
    let folder = Folder::new("restart");
    let nodes = [world(folder.open(), |_config| ()), world(folder.open(), |_config| ())];
    let mut own = nodes[0].client();
    assert_eq!(attempt(&nodes[0], &mut own, PASSWORD, "192.0.2.1").status, 200);
    for number in 0..10 {
        let node = &nodes[number % 2];
        assert_eq!(attempt(node, &mut node.client(), "wrong", &format!("198.51.100.{number}")).status, 403);
    }
    let known = own.own_cookie("https://idp.example.org", "idp", "known").unwrap().to_owned();
    let knows_both = |world: &World| {
        assert_eq!(attempt(world, &mut world.client(), PASSWORD, "192.0.2.1").status, 429);
        let mut own = world.client();
        own.set_own_cookie("https://idp.example.org", "idp", "known", &known);
        assert_eq!(attempt(world, &mut own, PASSWORD, "192.0.2.1").status, 200);
    };
    nodes.iter().for_each(knows_both);
    drop(nodes);
    knows_both(&world(folder.open(), |_config| ()));
}

#[test]
fn a_flood_of_passwords_is_told_to_come_back_while_all_else_is_served() {
    const FLOOD: usize = 40;
    let world = world(Watched::new(), |config| config.password_queue = 1);
    let (idp, is_over) = (world.idp("idp"), AtomicBool::new(false));
    let start = Barrier::new(FLOOD + 1);
    let (replies, served) = std::thread::scope(|scope| {
        let flood: Vec<_> = (0..FLOOD)
            .map(|number| {
                let (world, start) = (&world, &start);
                scope.spawn(move || {
                    let mut client = world.client();
                    let login = client.visit(&world.sp("app").at("/private"));
                    let user = format!("nobody {number}");
                    let form = login.form().with("user_name", &user).with("password", "wrong");
                    start.wait();
                    client.press(&form, &login.url)
                })
            })
            .collect();
        start.wait();
        let served = scope.spawn(|| {
            let mut served = 0;
            while !is_over.load(Ordering::SeqCst) || served == 0 {
                assert_eq!(world.client().get(&idp.at("/saml/metadata")).status, 200);
                assert!(
                    world.client().visit(&world.sp("app").at("/private")).body.contains("name=\"password\"")
                );
                served += 1;
            }
            served
        });
        let replies: Vec<Reply> = flood.into_iter().map(|one| one.join().unwrap()).collect();
        is_over.store(true, Ordering::SeqCst);
        (replies, served.join().unwrap())
    });
    let busy: Vec<_> = replies.iter().filter(|reply| reply.status == 503).collect();
    assert!(!busy.is_empty() && busy.len() < FLOOD, "{} busy, {served} served", busy.len());
    for reply in &busy {
        assert_eq!(reply.header("retry-after"), Some("5"));
        assert!(reply.body.contains("Many people are signing in just now"), "{}", reply.body);
        // What was typed is there, and the request waits.
        assert!(reply.form().value("user_name").starts_with("nobody "));
    }
    assert!(replies.iter().all(|reply| [403, 503].contains(&reply.status)));
    assert_eq!(attempt(&world, &mut world.client(), PASSWORD, "192.0.2.1").status, 200);
}
