//! Steps that the tests of a login share.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use saml_core::base::{EntityId, SamlInstant};
use saml_provider::record::{Records, StateKey};
use saml_store::MemoryStore;

/// A step that waits for nothing: the memory store is at hand.
pub(super) fn at_once<T>(step: impl Future<Output = T>) -> T {
    match pin!(step).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits"),
    }
}

pub(super) fn entity(name: &str) -> EntityId {
    EntityId::try_from(name).unwrap()
}

/// The key of this owner in this store.
pub(super) fn key_in(store: &MemoryStore, owner: &EntityId) -> StateKey {
    let now = SamlInstant::from_unix(1_800_000_000).unwrap();
    at_once(Records::of(owner, store).state_key(crate::remembered::ANSWERED.namespace(), now)).unwrap()
}
