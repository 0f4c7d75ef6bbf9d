use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, http::Method};
use async_trait::async_trait;
use saml_core::base::VerdictCode;
use saml_core::validation::Verdict;
use saml_store::{EngineFailure, Entry, Insertion, MemoryStore, Replacement, StoreError, StoreInstant};

use super::*;
use crate::event::{EndCause, Event, Refused};

/// A store that fails, or never answers.
#[derive(Clone, Copy)]
enum Broken {
    Fails,
    Hangs,
}

impl Broken {
    async fn answer<T>(self) -> Result<T, StoreError> {
        match self {
            Self::Fails => Err(StoreError::Unavailable(EngineFailure::from("secret detail"))),
            Self::Hangs => std::future::pending().await,
        }
    }
}

#[async_trait]
impl Store for Broken {
    async fn insert_if_absent(&self, _: Entry<'_>, _: StoreInstant) -> Result<Insertion, StoreError> {
        self.answer().await
    }

    async fn put(&self, _: Entry<'_>, _: StoreInstant) -> Result<(), StoreError> {
        self.answer().await
    }

    async fn replace(&self, _: Entry<'_>, _: &[u8], _: StoreInstant) -> Result<Replacement, StoreError> {
        self.answer().await
    }

    async fn get(&self, _: Namespace, _: &str, _: StoreInstant) -> Result<Option<Vec<u8>>, StoreError> {
        self.answer().await
    }

    async fn take(&self, _: Namespace, _: &str, _: StoreInstant) -> Result<Option<Vec<u8>>, StoreError> {
        self.answer().await
    }

    async fn remove(&self, _: Namespace, _: &str, _: StoreInstant) -> Result<(), StoreError> {
        self.answer().await
    }
}

fn operated(name: &str, store: Arc<dyn Store>) -> Operated {
    Operated { entity_id: EntityId::try_from(name).unwrap(), counts: Counts::default(), store }
}

async fn ask(providers: Vec<Operated>, method: Method, path: &str) -> (StatusCode, String) {
    let app = init_service(App::new().configure(operation(providers))).await;
    let reply = call_service(&app, TestRequest::with_uri(path).method(method).to_request()).await;
    assert_eq!(reply.headers().get(CACHE_CONTROL).map(|value| value.as_bytes()), Some(&b"no-store"[..]));
    let status = reply.status();
    let body = to_bytes(reply.into_body()).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[actix_web::test]
async fn a_program_whose_store_fails_lives_and_is_not_ready() {
    let well = operated("urn:well", Arc::new(MemoryStore::new()));
    let ill = operated("urn:ill", Arc::new(Broken::Fails));
    assert_eq!(ask(vec![well.clone()], Method::GET, "/ready").await, (StatusCode::OK, "ready\n".to_owned()));
    for path in ["/live", "/ready", "/metrics"] {
        assert_eq!(ask(vec![well.clone()], Method::HEAD, path).await.0, StatusCode::OK, "{path}");
    }
    let both = vec![well, ill];
    let (status, body) = ask(both.clone(), Method::GET, "/ready").await;
    assert_eq!((status, body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "store.unavailable urn:ill\n"));
    assert_eq!(ask(both.clone(), Method::GET, "/live").await.0, StatusCode::OK);
    let (_, metrics) = ask(both, Method::GET, "/metrics").await;
    assert!(metrics.contains("saml_store_up{entity=\"urn:well\"} 1\n"), "{metrics}");
    assert!(metrics.contains("saml_store_up{entity=\"urn:ill\"} 0\n"), "{metrics}");
}

#[actix_web::test]
async fn a_store_that_does_not_answer_is_waited_for_so_long() {
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    // However many there are, of one store and of several.
    let shared: Arc<dyn Store> = Arc::new(Broken::Hangs);
    let ill = (0..20).map(|number| operated(&format!("urn:{number}"), Arc::new(Broken::Hangs)));
    let ill = ill.chain((20..40).map(|number| operated(&format!("urn:{number}"), Arc::clone(&shared))));
    let (status, body) = ask(ill.collect(), Method::GET, "/ready").await;
    assert_eq!((status, body.lines().count()), (StatusCode::SERVICE_UNAVAILABLE, 40), "{body}");
    assert!(body.lines().all(|line| line.starts_with("store.unavailable urn:")), "{body}");
    assert_eq!(began.elapsed().as_secs(), STORE_DEADLINE.as_secs());
}

#[actix_web::test]
async fn events_are_counted_by_name_and_code_and_by_nothing_that_strangers_choose() {
    let (one, other) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
    let providers = vec![operated("urn:a\"", one), operated("urn:b", other)];
    for provider in &providers {
        let code = VerdictCode::new("signature.invalid");
        provider.counts.count(&Event::refused(Refused::Login, code, &Verdict::default()));
        provider.counts.count(&Event::LoginStarted);
    }
    let second = providers[1].counts.clone();
    second.count(&Event::LoginStarted);
    second.count(&Event::SessionEnded { cause: EndCause::OneTooMany });
    second.count_audit_failure();
    let (status, metrics) = ask(providers, Method::GET, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    for line in [
        "# TYPE saml_events counter",
        "saml_events_total{entity=\"urn:a\\\"\",event=\"login-started\",code=\"\"} 1",
        "saml_events_total{entity=\"urn:b\",event=\"login-started\",code=\"\"} 2",
        "saml_events_total{entity=\"urn:b\",event=\"login-refused\",code=\"signature.invalid\"} 1",
        "saml_events_total{entity=\"urn:b\",event=\"session-ended\",code=\"one-too-many\"} 1",
        "saml_audit_failures_total{entity=\"urn:b\"} 1",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    assert_eq!(metrics.matches("# TYPE saml_events").count(), 1, "{metrics}");
}
