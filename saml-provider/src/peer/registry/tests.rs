use super::*;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    name: EntityId,
    keys: u8,
}

impl Peer for Known {
    fn entity_id(&self) -> &EntityId {
        &self.name
    }
}

/// Knows everybody whose name is listed; fails for `broken`. Says what it is told to say for the name `liar`.
#[derive(Debug)]
struct Index(Vec<&'static str>);

#[async_trait]
impl PeerSource<Known> for Index {
    async fn find(&self, entity_id: &EntityId) -> Result<Option<Arc<Known>>, PeerSourceError> {
        match entity_id.as_str() {
            "broken" => Err(PeerSourceError("no connection".into())),
            "liar" => Ok(Some(Arc::new(known("honest", 9)))),
            name => Ok(self.0.contains(&name).then(|| Arc::new(known(name, 9)))),
        }
    }

    async fn find_by_source_id(&self, id: &SourceId) -> Result<Option<Arc<Known>>, PeerSourceError> {
        let found = self.0.iter().find(|name| source_id(&entity(name)) == *id);
        Ok(found.map(|name| Arc::new(known(name, 9))))
    }
}

fn entity(name: &str) -> EntityId {
    EntityId::try_from(name).unwrap()
}

fn known(name: &str, keys: u8) -> Known {
    Known { name: entity(name), keys }
}

fn registry(names: &[&str]) -> Registry<Known> {
    let mut registry = Registry::default();
    for name in names {
        registry.add(known(name, 1)).unwrap();
    }
    registry
}

async fn keys_of(registry: &Registry<Known>, name: &str) -> Option<u8> {
    let by_name = registry.find(&entity(name)).await.unwrap();
    let by_source_id = registry.find_by_source_id(&source_id(&entity(name))).await.unwrap();
    assert_eq!(by_name, by_source_id, "{name}");
    by_name.map(|peer| peer.keys)
}

#[tokio::test]
async fn a_peer_is_found_by_its_name_and_by_the_hash_of_it() {
    let registry = registry(&["a", "b"]);
    assert_eq!(keys_of(&registry, "b").await, Some(1));
    assert_eq!(keys_of(&registry, "B").await, None);
    let vector = source_id(&entity("https://idp.example.org/SAML2"));
    assert_eq!(data_encoding::HEXLOWER.encode(&vector), "c878f3fd685c833eb03a3b0e1daa329d47338205");
}

#[tokio::test]
async fn two_of_one_name_are_refused_and_the_first_stays() {
    let mut registry = registry(&["a"]);
    assert_eq!(registry.add(known("a", 2)), Err(AlreadyKnown(entity("a"))));
    registry.disable(&entity("a"));
    assert_eq!(registry.add(known("a", 2)), Err(AlreadyKnown(entity("a"))));
    registry.enable(&entity("a"));
    assert_eq!(keys_of(&registry, "a").await, Some(1));
}

#[tokio::test]
async fn what_is_disabled_is_unknown_until_it_is_enabled_whoever_knows_it() {
    let mut registry = registry(&["a"]).with_source(Arc::new(Index(vec!["a", "far"])));
    assert_eq!(keys_of(&registry, "far").await, Some(9));
    for name in ["a", "far"] {
        registry.disable(&entity(name));
        registry.disable(&entity(name));
        assert_eq!(keys_of(&registry, name).await, None);
        assert!(registry.all().all(|peer| peer.name != entity(name)));
    }
    registry.replace(known("a", 2));
    assert_eq!(keys_of(&registry, "a").await, None, "new metadata enables nobody");
    for name in ["a", "far"] {
        registry.enable(&entity(name));
    }
    assert_eq!(keys_of(&registry, "a").await, Some(2));
    assert_eq!(keys_of(&registry, "far").await, Some(9));
    registry.remove(&entity("a"));
    assert_eq!(keys_of(&registry, "a").await, Some(9), "the source knows it still");
    registry.remove(&entity("nobody"));
}

#[tokio::test]
async fn a_source_that_fails_is_an_error_and_one_that_answers_with_another_peer_is_not_believed() {
    let registry = registry(&[]).with_source(Arc::new(Index(vec![])));
    let error = registry.find(&entity("broken")).await.unwrap_err();
    assert_eq!(error.code().as_str(), "peer.source_unavailable");
    assert_eq!(registry.find(&entity("liar")).await.unwrap(), None);
}

/// A cursor names a place, so that peers which come and go between two pages neither repeat nor hide others.
#[test]
fn pages_hold_each_peer_once_whatever_comes_and_goes() {
    let mut registry = registry(&["a", "b", "c", "d"]);
    let names = |page: &PeerPage<Known>| -> Vec<String> {
        page.peers.iter().map(|peer| peer.name.to_string()).collect()
    };
    let first = registry.page(PeerCursor::default(), 2);
    assert_eq!((names(&first), first.source_may_know_more), (vec!["a".to_owned(), "b".to_owned()], false));
    registry.remove(&entity("a"));
    registry.disable(&entity("c"));
    registry.add(known("e", 1)).unwrap();
    let second = registry.page(first.next.unwrap(), 2);
    assert_eq!((names(&second), second.next), (vec!["d".to_owned(), "e".to_owned()], None));
    assert!(registry.page(PeerCursor::from_u64(99), 2).peers.is_empty());
}

#[test]
fn the_only_peer_is_one_that_nobody_knows_another_beside() {
    assert_eq!(registry(&["a"]).only().map(|peer| peer.name.clone()), Some(entity("a")));
    assert_eq!(registry(&["a", "b"]).only(), None);
    assert_eq!(registry(&[]).only(), None);
    assert_eq!(registry(&["a"]).with_source(Arc::new(Index(vec![]))).only(), None);
}

/// A request keeps the registry that it began with, and its body may take its time: what is disabled meanwhile is not
/// found in it any more, even if it is enabled again before the body is there.
#[tokio::test]
async fn who_is_disabled_or_gone_is_so_for_requests_that_began_before() {
    let ends: [fn(&mut Registry<Known>); 3] = [
        |now| now.disable(&entity("a")),
        |now| now.remove(&entity("a")),
        |now| assert_eq!(now.end_those_missing_in(&registry(&["b"])), [entity("a")]),
    ];
    for end in ends {
        let began_with = registry(&["a", "b"]);
        let mut now = began_with.clone();
        now.replace(known("a", 2));
        assert_eq!(keys_of(&began_with, "a").await, Some(1), "other keys are for those who begin later");
        end(&mut now);
        assert_eq!(keys_of(&began_with, "a").await, None);
        assert_eq!(began_with.page(PeerCursor::default(), 9).peers.len(), 1);
        assert_eq!(began_with.all().count(), 1);
        now.replace(known("a", 3));
        now.enable(&entity("a"));
        assert_eq!(keys_of(&began_with, "a").await, None, "not by being enabled");
        assert_eq!(keys_of(&began_with, "b").await, Some(1));
    }
    let mut now = registry(&["a"]);
    now.disable(&entity("a"));
    now.enable(&entity("a"));
    assert_eq!(keys_of(&now, "a").await, Some(1));
}
