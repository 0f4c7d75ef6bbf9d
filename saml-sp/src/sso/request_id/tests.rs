use saml_provider::SystemRandom;
use saml_store::MemoryStore;

use super::*;
use crate::sso::tests::{entity, key_in};

fn now() -> SamlInstant {
    SamlInstant::from_unix_millis(1_800_000_000_999).unwrap()
}

/// The service provider, its identity provider, and the key in its store.
struct Scene {
    store: MemoryStore,
    key: StateKey,
    sp: EntityId,
    idp: EntityId,
}

impl Scene {
    fn new() -> Self {
        let (store, sp) = (MemoryStore::new(), entity("https://sp.example.com"));
        Self { key: key_in(&store, &sp), store, sp, idp: entity("https://idp.example.com") }
    }

    fn parties(&self) -> Parties<'_> {
        Parties { key: &self.key, sp: &self.sp, idp: &self.idp }
    }

    fn facts(&self, wishes: Wishes) -> RequestFacts {
        RequestFacts::new(wishes, Duration::from_secs(900), now(), &mut SystemRandom).unwrap()
    }

    fn id(&self) -> String {
        self.facts(NONE).id(self.parties()).unwrap().to_string()
    }
}

const NONE: Wishes = Wishes { force_authn: false, is_passive: false, contexts: None };

fn opened(id: &str, parties: Parties<'_>) -> Option<WaitingRequest> {
    ReceivedId::received(id)?.open(parties).unwrap()
}

// ENTRA-07.
#[test]
fn an_id_says_what_its_request_said() {
    let scene = Scene::new();
    for force_authn in [false, true] {
        for is_passive in [false, true] {
            for contexts in [None, Some([0; 8]), Some([7; 8])] {
                let facts = scene.facts(Wishes { force_authn, is_passive, contexts });
                let id = facts.id(scene.parties()).unwrap();
                assert!(id.as_str().len() <= 100 && MessageId::is_like_ours(id.as_str()), "{id}");
                let request = opened(id.as_str(), scene.parties()).unwrap();
                assert_eq!(request, WaitingRequest { id: id.clone(), idp: scene.idp.clone(), facts });
                let pending = request.to_pending();
                let issued_at = SamlInstant::from_unix(1_800_000_000).unwrap();
                let expires_at = SamlInstant::from_unix(1_800_000_900).unwrap();
                assert_eq!((pending.issued_at, pending.expires_at), (issued_at, expires_at));
                assert_eq!((pending.id, pending.force_authn), (id, force_authn));
            }
        }
    }
    // Of two requests with the same wishes at the same instant.
    assert_ne!(scene.facts(NONE).name(), scene.facts(NONE).name());
    assert_ne!(scene.id(), scene.id());
}

#[test]
fn instants_and_lifetimes_at_the_extremes_do_not_wrap() {
    let scene = Scene::new();
    let instant = |seconds| SamlInstant::from_unix(seconds).unwrap();
    let last = SamlInstant::try_from("9999-12-31T23:59:59Z").unwrap();
    let days_194 = i64::from(MOST_SECONDS);
    for (at, lifetime, issued_at, expires_at) in [
        (instant(0), Duration::ZERO, instant(0), instant(0)),
        (instant(-5), Duration::from_secs(9), instant(0), instant(9)),
        (instant(1 << 32), Duration::from_millis(1_001), instant(1 << 32), instant((1 << 32) + 2)),
        (instant(0), Duration::MAX, instant(0), instant(days_194)),
        (instant(0), Duration::from_secs(1 << 24), instant(0), instant(days_194)),
        (last, Duration::from_secs(900), last, last.saturating_add(Duration::from_secs(900))),
    ] {
        let facts = RequestFacts::new(NONE, lifetime, at, &mut SystemRandom).unwrap();
        let id = facts.id(scene.parties()).unwrap();
        let pending = opened(id.as_str(), scene.parties()).unwrap().to_pending();
        assert_eq!((pending.issued_at, pending.expires_at), (issued_at, expires_at), "{at} {lifetime:?}");
    }
}

#[test]
fn an_id_that_was_changed_is_not_ours() {
    let scene = Scene::new();
    let contexts = hash_of(&scene.key, &[AuthnContextClassRef::X509]).unwrap();
    let wishes = Wishes { force_authn: true, is_passive: false, contexts };
    let id = scene.facts(wishes).id(scene.parties()).unwrap().to_string();
    assert!(opened(&id, scene.parties()).is_some());
    let digits = id.strip_prefix('_').unwrap();
    let octets = HEXLOWER.decode(digits.as_bytes()).unwrap();
    for at in 0..octets.len() {
        for bit in 0..8 {
            let mut changed = octets.clone();
            changed[at] ^= 1 << bit;
            let changed = format!("_{}", HEXLOWER.encode(&changed));
            assert_eq!(opened(&changed, scene.parties()), None, "octet {at}, bit {bit}");
        }
    }
    for length in 0..id.len() {
        let (begin, rest) = id.split_at(length);
        assert_eq!(opened(begin, scene.parties()), None, "cut to {length}");
        assert_eq!(opened(rest, scene.parties()).is_some(), length == 0, "cut by {length}");
        assert_eq!(opened(&format!("_{rest}"), scene.parties()).is_some(), length == 1, "cut by {length}");
    }
    for longer in [format!("{id}0"), format!("{id}00"), format!("_{id}"), format!("_00{digits}")] {
        assert_eq!(opened(&longer, scene.parties()), None, "{longer}");
    }
    for spelling in [id.to_uppercase(), digits.to_owned(), format!(" {id}"), id.replacen('_', "-", 1)] {
        assert_eq!(opened(&spelling, scene.parties()), None, "{spelling}");
    }
    // Each digit alone: a mark on an ID can't be evaded by another spelling of it.
    for (at, digit) in id.char_indices().filter(|(_, digit)| digit.is_ascii_lowercase()) {
        let mut spelling = id.clone();
        spelling.replace_range(at..=at, &digit.to_ascii_uppercase().to_string());
        assert_eq!(opened(&spelling, scene.parties()), None, "{spelling}");
    }
}

#[test]
fn an_id_is_of_one_service_provider_for_one_identity_provider_with_one_key() {
    let scene = Scene::new();
    let (ours, id) = (scene.parties(), scene.id());
    assert!(opened(&id, ours).is_some());
    let elsewhere = entity("https://other.example.com");
    assert_eq!(opened(&id, Parties { idp: &elsewhere, ..ours }), None, "another identity provider");
    assert_eq!(opened(&id, Parties { sp: &elsewhere, ..ours }), None, "another service provider's name");
    let tenant = key_in(&scene.store, &elsewhere);
    assert_eq!(opened(&id, Parties { key: &tenant, ..ours }), None, "another tenant's key in the same store");
    let emptied = key_in(&MemoryStore::new(), &scene.sp);
    assert_eq!(opened(&id, Parties { key: &emptied, ..ours }), None, "the store was emptied");
    let again = key_in(&scene.store, &scene.sp);
    assert!(opened(&id, Parties { key: &again, ..ours }).is_some(), "another node with the same store");
    // Names that run into each other.
    let (sp, idp) = (entity("https://sp.example.com/https"), entity("://idp.example.com"));
    let (sp_before, idp_before) = (entity("https://sp.example.com/"), entity("https://idp.example.com"));
    let id = scene.facts(NONE).id(Parties { sp: &sp_before, idp: &idp_before, ..ours }).unwrap();
    assert_eq!(opened(id.as_str(), Parties { sp: &sp, idp: &idp, ..ours }), None);
}

#[test]
fn flags_of_another_version_are_not_ours() {
    let scene = Scene::new();
    let mut facts = scene.facts(NONE).octets();
    facts[FACTS_OCTETS - CONTEXTS_OCTETS - 1] |= 8;
    let octets = [facts.as_slice(), &mac_of(&facts, scene.parties()).unwrap()].concat();
    assert_eq!(opened(&format!("_{}", HEXLOWER.encode(&octets)), scene.parties()), None);
}

#[test]
fn the_hash_of_contexts_is_that_of_one_list() {
    use AuthnContextClassRef::{Password, X509};
    let scene = Scene::new();
    let hash = |list: &[AuthnContextClassRef]| hash_of(&scene.key, list).unwrap();
    assert_eq!(hash(&[]), None);
    assert_eq!(hash(&[X509, Password]), hash(&[X509, Password]));
    let joined = AuthnContextClassRef::from_uri(&format!("{}{}", X509.uri(), Password.uri()));
    for other in [vec![], vec![X509], vec![Password, X509], vec![X509, Password, Password], vec![joined]] {
        assert_ne!(hash(&other), hash(&[X509, Password]), "{other:?}");
    }
}
