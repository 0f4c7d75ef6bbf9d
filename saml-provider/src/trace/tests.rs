use std::sync::Mutex;

use async_trait::async_trait;
use saml_core::base::{SamlInstant, Secret};

use super::*;
use crate::audit::{AuditError, AuditSink};
use crate::event::{CorrelationId, Event};

fn entity() -> EntityId {
    EntityId::try_from("urn:a").unwrap()
}

fn key() -> Arc<PersonKey> {
    Arc::new(PersonKey::new(Secret::new(vec![7; 32])).unwrap())
}

fn ada() -> Person {
    let attributes = [("mail".to_owned(), vec!["ada@example.org".to_owned()])];
    Person::new("ada".to_owned()).with_name_id("ada's name").with_attributes(attributes)
}

fn occurrence() -> Occurrence {
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    Occurrence::new(Event::LoginCompleted, CorrelationId::random(), now).about(Some(ada()))
}

/// Keeps what it gets.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Occurrence>>>);

#[async_trait]
impl AuditSink for Kept {
    async fn write(&self, entity_id: &EntityId, occurrence: &Occurrence) -> Result<(), AuditError> {
        assert_eq!(*entity_id, entity());
        self.0.lock().unwrap().push(occurrence.clone());
        Ok(())
    }
}

/// Can't write, or never answers.
struct Broken {
    answers: bool,
}

#[async_trait]
impl AuditSink for Broken {
    async fn write(&self, _: &EntityId, _: &Occurrence) -> Result<(), AuditError> {
        if !self.answers {
            std::future::pending::<()>().await;
        }
        Err(AuditError::new("no space left for ada"))
    }
}

#[tokio::test]
async fn a_sink_has_values_only_if_it_is_configured_to() {
    let event = occurrence();
    for values in [false, true] {
        let audit = |kept: Kept| {
            if values { Audit::from(kept).with_attribute_values() } else { kept.into() }
        };
        let kept = Kept::default();
        Trace::new(entity(), key(), Some(audit(kept.clone()))).write(&event).await.unwrap();
        let kept = kept.0.lock().unwrap().pop().unwrap();
        let person = kept.person.clone().unwrap();
        assert_eq!(
            (person.name_id.as_deref(), person.attributes[0].0.as_str()),
            (Some("ada's name"), "mail")
        );
        assert_eq!(!person.attributes[0].1.is_empty(), values);
        let json = crate::audit::to_json(&entity(), &kept);
        assert_eq!((json.contains("ada's name"), json.contains("ada@example.org")), (true, values), "{json}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_written_refuses_or_is_counted() {
    for (answers, found) in [(true, "an error of the sink"), (false, "no answer within 5 s")] {
        let strict = Trace::new(entity(), key(), Some(Broken { answers }.into()));
        let failed = strict.write(&occurrence()).await.unwrap_err();
        assert_eq!((failed.found, strict.counts().audit_failures()), (found, 1));
        strict.note(&occurrence()).await;
        assert_eq!(strict.counts().audit_failures(), 2, "what can't be held up is counted too");
        let lenient = Trace::new(entity(), key(), Some(Audit::from(Broken { answers }).may_fail()));
        lenient.write(&occurrence()).await.unwrap();
        assert_eq!(lenient.counting_on(&strict).counts().audit_failures(), 2);
    }
}

#[test]
fn a_person_has_one_tag_under_one_key() {
    let tag = key().tag(&ada()).unwrap();
    assert_eq!(key().tag(&ada()).unwrap(), tag);
    assert_eq!(tag.len(), 22);
    assert_ne!(key().tag(&Person::new("bob".to_owned())).unwrap(), tag);
    assert_ne!(PersonKey::random().unwrap().tag(&ada()).unwrap(), tag);
    assert!(PersonKey::new(Secret::new(vec![7; 31])).is_err());
    assert_eq!(format!("{:?} {:?}", key(), ada()), "PersonKey(…) Person(…)");
}
