//! The store, compared with the simplest possible one.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Mutex;
use std::time::Duration;

use saml_benches::{Failure, paired};
use saml_store::{Entry, MemoryStore, Namespace, Store, StoreInstant};

const TIME: Duration = Duration::from_secs(1);
/// Live entries while measuring.
const ENTRIES: usize = 10_000;
const NAMESPACE: Namespace = Namespace::new("bench");

pub fn run() -> Result<(), Failure> {
    println!("store, {ENTRIES} live entries\n{:<51}{:>11}{:>11}{:>9}", "", "floor µs", "ours µs", "× floor");
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let now = StoreInstant::from_unix_millis(1_795_176_000_000);
    let later = now.saturating_add(Duration::from_secs(600));
    let store = MemoryStore::new();
    let map = Mutex::new(HashMap::new());
    let keys: Vec<String> = (0..ENTRIES).map(|index| format!("_{index:040x}")).collect();
    for key in &keys {
        let entry = Entry { namespace: NAMESPACE, key, value: vec![0; 200], expires_at: later };
        let _new = runtime.block_on(store.insert_if_absent(entry, now))?;
        locked(&map, |map| map.insert(key.clone(), vec![0_u8; 200]));
    }
    let key = "_4fee3b046395c4e751011e97f8900b5273d56685";

    let pair = paired(
        TIME,
        || {
            locked(&map, |map| map.insert(key.to_owned(), vec![0; 200]));
            black_box(locked(&map, |map| map.remove(key)));
        },
        || {
            runtime.block_on(async {
                let entry = Entry { namespace: NAMESPACE, key, value: vec![0; 200], expires_at: later };
                let _new = black_box(store.insert_if_absent(entry, now).await);
                black_box(store.take(NAMESPACE, key, now).await)
            })
        },
    );
    line("a login on its last hop: insert_if_absent, then take", pair);

    let present = keys.first().map_or(key, String::as_str);
    let pair = paired(
        TIME,
        || locked(&map, |map| map.get(present).cloned()),
        || runtime.block_on(store.get(NAMESPACE, present, now)),
    );
    line("a session: get", pair);
    println!();
    Ok(())
}

type Map = HashMap<String, Vec<u8>>;

/// A `HashMap` under a lock: it neither expires nor is it bounded.
fn locked<T>(map: &Mutex<Map>, operation: impl FnOnce(&mut Map) -> T) -> Option<T> {
    map.lock().ok().map(|mut map| operation(&mut map))
}

fn line(name: &str, pair: saml_benches::Pair) {
    println!("{name:<51}{:>11.3}{:>11.3}{:>9.2}", pair.floor.micros(), pair.subject.micros(), pair.ratio);
}
