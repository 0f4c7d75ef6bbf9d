//! What the roles read from a store that somebody else may have written to.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use saml_sp::BrowserCookies;
use saml_store::{
    Entry, Insertion, MemoryStore, Namespace, Replacement, Store, StoreError, StoreInstant, Token,
};
use saml_tests::message::now;
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

use crate::{Ledger, bound, peak};

/// A namespace, and what is read there.
type Told = (&'static str, Vec<u8>);

/// A store in which something else stands than was written: in one namespace, whatever the key.
#[derive(Clone)]
struct Foreign {
    store: Arc<MemoryStore>,
    told: Arc<Mutex<Option<Told>>>,
}

impl Foreign {
    fn new() -> Self {
        Self { store: Arc::new(MemoryStore::new()), told: Arc::default() }
    }

    /// From now on a record of `owner` with this content is read in `namespace`.
    fn tell(&self, namespace: &'static str, owner: &str, content: &str) {
        let octets = format!("\u{1}{owner}\n{content}").into_bytes();
        *self.told.lock().unwrap() = Some((namespace, octets));
    }

    fn told(&self, namespace: Namespace) -> Option<Vec<u8>> {
        let told = self.told.lock().unwrap();
        told.as_ref().filter(|(known, _)| *known == namespace.as_str()).map(|(_, octets)| octets.clone())
    }
}

#[async_trait]
impl Store for Foreign {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.store.insert_if_absent(entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.store.put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        self.store.replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match self.told(namespace) {
            Some(octets) => Ok(Some(octets)),
            None => self.store.get(namespace, key, now).await,
        }
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match self.told(namespace) {
            Some(octets) => Ok(Some(octets)),
            None => self.store.take(namespace, key, now).await,
        }
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.store.remove(namespace, key, now).await
    }
}

const SESSION: &str = "{\"idp\":\"i\",\"name_id\":null,\"attributes\":[@],\"session_index\":null,\
    \"authn_context\":null,\"authn_instant\":1,\"created_at\":1,\"expires_at\":99999999999}";

/// A record with a place for more, and what may stand there again and again.
struct Shape {
    namespace: &'static str,
    record: String,
    piece: &'static str,
}

fn shapes() -> Vec<Shape> {
    let shape = |namespace, record: &str, piece| Shape { namespace, record: record.to_owned(), piece };
    let values = "{\"name\":\"a\",\"name_format\":null,\"friendly_name\":null,\"values\":[@]}";
    let completed = format!("{{\"begun\":{{\"AtIdp\":{{\"return_to\":\"/\"}}}},\"session\":{SESSION}}}");
    let principal = "{\"principal\":{\"user_name\":\"ada\",\"attributes\":[@]},\"authn_instant\":1,\
        \"expires_at\":99999999999,\"session_index\":\"_s\"}";
    vec![
        shape("sp.session", &SESSION.replace('@', values), "\"\","),
        shape(
            "sp.session",
            SESSION,
            "{\"name\":\"\",\"name_format\":null,\"friendly_name\":null,\"values\":[]},",
        ),
        shape(
            "sp.session",
            &SESSION
                .replace("{\"idp\"", "{\"x\":[@],\"idp\"")
                .replace("\":[@],\"session_index", "\":[],\"session_index"),
            "[],",
        ),
        shape(
            "sp.session",
            &SESSION.replace("\"name_id\":null", "\"name_id\":[@]").replace("s\":[@],", "s\":[],"),
            "\"\\u0000\\n\",",
        ),
        shape("sp.completed-login", &completed.replace('@', values), "\"\","),
        shape(
            "sp.completed-login",
            &completed,
            "{\"name\":\"\",\"name_format\":null,\"friendly_name\":null,\"values\":[]},",
        ),
        shape(
            "sp.completed-login",
            "{\"begun\":{\"Here\":{\"request\":\"a\",\"contexts\":null,\"class_refs\":[@]}}}",
            "\"\",",
        ),
        shape("idp.session", principal, "{\"name\":\"\",\"friendly_name\":null,\"values\":[]},"),
    ]
}

/// Whatever stands there, and however much of it.
#[test]
fn a_record_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let store = Foreign::new();
    let world = World::new(
        Hosting::Https,
        vec![IdpPlan::new("idp").storing(store.clone())],
        vec![SpPlan::new("app").storing(store.clone())],
    );
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let token = Token::random().unwrap();
    let runtime = actix_web::rt::System::new();
    for shape in shapes() {
        let owner = if shape.namespace.starts_with("sp.") { sp.entity_id() } else { idp.entity_id() };
        // As long as it may be, and longer than any record is.
        for octets in [4_000, 16_000, 250_000, 1_000_000, 8_000_000] {
            let pieces = shape.piece.repeat(octets / shape.piece.len());
            let content = shape.record.replace('@', pieces.trim_end_matches(','));
            store.tell(shape.namespace, &owner, &content);
            let read = async {
                match shape.namespace {
                    "sp.session" => drop(sp.provider.session(&token, now()).await),
                    "sp.completed-login" => {
                        drop(sp.provider.complete_login(&token, BrowserCookies::default(), now()).await);
                    }
                    "idp.session" => drop(idp.provider.session(&token, now()).await),
                    other => panic!("nobody reads {other}"),
                }
            };
            let (taken, ()) = peak(|| runtime.block_on(read));
            let values = if octets > 1_000_000 { 0 } else { content.matches(',').count() };
            ledger.measured += 1;
            let case = format!("{octets} octets of {} in {}", shape.piece, shape.namespace);
            ledger.require(&case, taken, bound(values, content.len()));
        }
    }
    ledger.close(40);
}
