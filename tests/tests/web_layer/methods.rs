//! Each endpoint of both roles, by every method.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use saml_sp::web::route::{Head, Methods, Route};
use saml_store::{Entry, Insertion, MemoryStore, Namespace, Replacement, Store, StoreError, StoreInstant};
use saml_tests::client::{Client, encode};
use saml_tests::question::{question, redirect_url};
use saml_tests::raw;
use saml_tests::world::{ADA, Hosting, IdpPlan, SpPlan, World};

use crate::code;

/// A memory that counts what changes it.
#[derive(Default)]
struct Counting {
    store: MemoryStore,
    changes: Arc<AtomicUsize>,
}

impl Counting {
    fn count(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait::async_trait]
impl Store for Counting {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.count();
        self.store.insert_if_absent(entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.count();
        self.store.put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        self.count();
        self.store.replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(namespace, key, now).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.count();
        self.store.take(namespace, key, now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.count();
        self.store.remove(namespace, key, now).await
    }
}

fn counted_world() -> (World, Arc<AtomicUsize>) {
    let changes = Arc::new(AtomicUsize::new(0));
    let store = || Counting { changes: Arc::clone(&changes), ..Counting::default() };
    let sp = SpPlan::new("app").storing(store()).treated(|policy| policy.idp_initiated = true);
    let idp = IdpPlan::new("idp").storing(store());
    (World::new(Hosting::Https, vec![idp], vec![sp]), changes)
}

/// Both roles: the origin and the table of its endpoints.
fn roles(world: &World) -> [(String, Vec<Route>); 2] {
    [
        (world.sp("app").url.clone(), saml_sp::web::ROUTES.to_vec()),
        (world.idp("idp").url.clone(), saml_idp::web::ROUTES.to_vec()),
    ]
}

fn path(route: Route) -> String {
    format!("/saml{}", route.path.replace("{file}", "pages.css"))
}

#[test]
fn where_an_address_exists_another_method_is_told_so() {
    let (world, changes) = counted_world();
    for (origin, routes) in roles(&world) {
        for route in routes {
            let mut allowed = match route.methods {
                Methods::Get => vec!["GET"],
                Methods::Post => vec!["POST"],
                Methods::GetAndPost => vec!["GET", "POST"],
            };
            if route.head != Head::NotAllowed {
                allowed.push("HEAD");
            }
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get"]
            {
                let before = changes.load(Ordering::SeqCst);
                let reply = raw::ask(world.address(&origin), method, &path(route), &[], b"");
                let name = format!("{method} {} at {origin}", route.path);
                if allowed.contains(&method) {
                    assert!(![404, 405].contains(&reply.status), "{name}: {}", reply.status);
                    continue;
                }
                assert_eq!(reply.status, 405, "{name}");
                assert_eq!(reply.header("allow").unwrap(), route.allow().to_str().unwrap(), "{name}");
                if method != "HEAD" {
                    assert_eq!(code(&reply), "http.method_not_allowed", "{name}");
                }
                assert_eq!(changes.load(Ordering::SeqCst), before, "{name} has an effect");
                let mut listed: Vec<&str> = reply.header("allow").unwrap().split(", ").collect();
                listed.sort_unstable();
                allowed.sort_unstable();
                assert_eq!(listed, allowed, "{name}");
            }
        }
    }
}

/// Whatever GET would do with it, HEAD is answered without a body and leaves everything as it was.
#[test]
fn head_has_no_body_and_no_effect() {
    let (world, changes) = counted_world();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let mut client = world.client();
    // A browser with a session at both, a login on its last hop, and a request under way.
    let _page = world.sign_in(&mut client);
    let mut other = world.client();
    let again = world.answer_for(&mut other, ADA);
    let last_hop = other.press(&again.form(), &again.url).location().unwrap();
    let request = redirect_url(&question(sp, idp, saml_tests::message::now()), sp, idp, None);
    let waiting = client.get(&request).location().unwrap();
    let start = idp.at(&format!("/saml/start?sp={}", encode(&sp.entity_id())));

    for (origin, routes) in roles(&world) {
        for route in routes.into_iter().filter(|route| route.head != Head::NotAllowed) {
            let plain = format!("{origin}{}", path(route));
            let url = match (route.path, origin == sp.url) {
                ("/login", true) => format!("{plain}?return_to=%2Fprivate"),
                ("/complete", true) => last_hop.clone(),
                ("/sso", false) => request.clone(),
                ("/continue", false) => waiting.clone(),
                ("/start", false) => start.clone(),
                _ => plain,
            };
            let before = changes.load(Ordering::SeqCst);
            let reply = head(&world, if url == last_hop { &other } else { &client }, &url);
            assert_eq!((reply.status, reply.text().as_str()), (200, ""), "{url}");
            for absent in ["location", "set-cookie"] {
                assert_eq!(reply.header(absent), None, "{url}");
            }
            assert_eq!(
                changes.load(Ordering::SeqCst),
                before,
                "{url}: something was started, taken or ended"
            );
            if route.head == Head::AsGet {
                let got = client.get(&url);
                for name in ["content-type", "content-length", "etag", "cache-control"] {
                    assert!(got.header(name).is_some(), "{name} of {url}");
                    assert_eq!(reply.header(name), got.header(name), "{name} of {url}");
                }
            }
        }
    }
    // All of it still goes on by GET.
    assert_eq!(other.get(&last_hop).status, 303);
    assert!(client.get(&waiting).body.contains("name=\"SAMLResponse\""));
}

fn head(world: &World, client: &Client, url: &str) -> raw::RawReply {
    let (origin, path) = url.split_at(url.find(".org").unwrap() + 4);
    let host = origin.split_once("://").unwrap().1;
    let cookies: Vec<String> = client
        .cookie_names(host)
        .into_iter()
        .map(|name| format!("{name}={}", client.cookie(host, name).unwrap()))
        .collect();
    let cookies = format!("cookie: {}", cookies.join("; "));
    raw::ask(world.address(origin), "HEAD", path, &[cookies.as_bytes(), b"accept: text/html"], b"")
}

/// An address that is in no table does not exist.
#[test]
fn nothing_answers_beside_the_tables() {
    let world = World::small();
    for (origin, routes) in roles(&world) {
        for path in ["", "/", "/x", "/metadata/", "/acs/", "/sso/", "/ACS", "//acs", "/assets", "/assets/"] {
            if routes.iter().any(|route| route.path == path) {
                continue;
            }
            for method in ["GET", "POST", "PUT"] {
                let reply = raw::ask(world.address(&origin), method, &format!("/saml{path}"), &[], b"");
                assert_eq!((reply.status, code(&reply).as_str()), (404, "http.not_found"), "{method} {path}");
            }
        }
    }
}
