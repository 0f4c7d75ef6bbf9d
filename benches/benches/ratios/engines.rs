//! The engines that outlive the process, compared with the bare statements and scripts, and what an entry takes in them.

#[path = "engines/bare_file.rs"]
mod bare_file;
#[path = "engines/bare_server.rs"]
mod bare_server;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use saml_benches::{Failure, Pair, paired, paired_by_wall};
use saml_store::{
    Entry, FileStore, Insertion, MemoryStore, Namespace, RedisStoreOptions, Sealed, SealingKey, SealingKeys,
    Store, StoreInstant,
};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use self::bare_file::BareFile;
use self::bare_server::Server;

const TIME: Duration = Duration::from_secs(2);
const PLACE: Namespace = Namespace::new("bench.engines");
/// Callers at once: as many operations are in a group, or on a connection.
const CALLERS: usize = 64;
/// Octets of a value.
const VALUE: usize = 200;
/// Entries whose place is measured.
const ENTRIES: usize = 10_000;
/// The goal: at least so many operations for a hundred of the floor, in the same time.
const WANTED: f64 = 70.0;

pub fn run() -> Result<(), Failure> {
    println!(
        "engines, {CALLERS} callers at once, by the clock on the wall\n{:<51}{:>11}{:>11}{:>9}",
        "", "floor µs", "ours µs", "of floor"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut places = Vec::new();
    places.extend(file(&runtime)?);
    places.extend(server(&runtime)?);
    sealed(&runtime)?;
    for (engine, octets) in places {
        println!(
            "{:<51}{octets:>11} octets",
            format!("an entry of {VALUE} octets and a key of 41: {engine}")
        );
    }
    println!();
    Ok(())
}

/// The name of an engine, and how many octets an entry takes in it. `None` if it was left out.
type Taken = Option<(&'static str, u64)>;

fn keys(number: usize) -> Vec<String> {
    (0..number).map(|index| format!("_{index:040x}")).collect()
}

fn instants() -> Result<Instants, Failure> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = StoreInstant::from_unix_millis(i64::try_from(since.as_millis())?);
    Ok((now, now.saturating_add(Duration::from_secs(600))))
}

/// Now, and when an entry expires.
type Instants = (StoreInstant, StoreInstant);

/// All callers insert at once, each its own key, and then all take.
async fn insert_and_take<S: Store + 'static>(
    store: &Arc<S>,
    keys: &[String],
    (now, later): Instants,
) -> Result<(), Failure> {
    insert(store, keys, (now, later)).await?;
    let mut callers = JoinSet::new();
    for key in keys {
        let (store, key) = (Arc::clone(store), key.clone());
        callers.spawn(async move { store.take(PLACE, &key, now).await });
    }
    while let Some(taken) = callers.join_next().await {
        taken??.ok_or("an entry is gone")?;
    }
    Ok(())
}

async fn insert<S: Store + 'static>(
    store: &Arc<S>,
    keys: &[String],
    (now, later): Instants,
) -> Result<(), Failure> {
    let mut callers = JoinSet::new();
    for key in keys {
        let (store, key) = (Arc::clone(store), key.clone());
        callers.spawn(async move {
            let entry = Entry { namespace: PLACE, key: &key, value: vec![0; VALUE], expires_at: later };
            store.insert_if_absent(entry, now).await
        });
    }
    while let Some(inserted) = callers.join_next().await {
        if inserted?? == Insertion::AlreadyPresent {
            return Err("an entry is there already".into());
        }
    }
    Ok(())
}

/// Inserts what is measured, as many at once as there are callers.
async fn fill<S: Store + 'static>(store: &Arc<S>, instants: Instants) -> Result<(), Failure> {
    for some in keys(ENTRIES).chunks(CALLERS) {
        insert(store, some, instants).await?;
    }
    Ok(())
}

/// A folder that goes with the measurement.
struct Folder(PathBuf);

impl Folder {
    fn new(parent: &Path) -> Result<Self, Failure> {
        let path = parent.join(format!("saml-benches-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left = std::fs::remove_dir_all(&self.0);
    }
}

fn file(runtime: &Runtime) -> Result<Taken, Failure> {
    const MEMORY: &str = "/dev/shm";
    if !Path::new(MEMORY).is_dir() {
        println!("left out: the file engine: there is no {MEMORY}, where files are in memory");
        return Ok(None);
    }
    let folder = Folder::new(Path::new(MEMORY))?;
    let (keys, (now, later)) = (keys(CALLERS), instants()?);
    let bare = BareFile::new(&folder.0.join("bare"))?;
    let store = Arc::new(FileStore::open(folder.0.join("ours"))?);
    // An operation that fails is quick and would look fast, so each side must succeed once before it is timed.
    bare.insert_and_take(&keys, &[0; VALUE], later.unix_millis())?;
    runtime.block_on(insert_and_take(&store, &keys, (now, later)))?;
    let before = store.work();
    let pair = paired_by_wall(
        TIME,
        || bare.insert_and_take(&keys, &[0; VALUE], later.unix_millis()),
        || runtime.block_on(insert_and_take(&store, &keys, (now, later))),
    );
    line("file in memory, groups: insert_if_absent, then take", pair);
    let work = store.work();
    let (operations, groups) = (work.operations - before.operations, (work.groups - before.groups).max(1));
    println!(
        "{:<51}{:>11} operations in a group, each of which waits for the disk once",
        "",
        operations / groups
    );

    let many = Arc::new(FileStore::open(folder.0.join("many"))?);
    runtime.block_on(fill(&many, (now, later)))?;
    drop(Arc::into_inner(many));
    let octets = std::fs::metadata(folder.0.join("many"))?.len();
    Ok(Some(("file", octets / u64::try_from(ENTRIES)?)))
}

fn server(runtime: &Runtime) -> Result<Taken, Failure> {
    let folder = Folder::new(&std::env::temp_dir())?;
    let Some(server) = Server::start(&folder.0)? else {
        println!("left out: the Redis engine: redis-server is not there; `.ci/setup test` installs it");
        return Ok(None);
    };
    let (keys, (now, later)) = (keys(CALLERS), instants()?);
    let bare = runtime.block_on(server.connect())?;
    let options = RedisStoreOptions::parse(&format!("redis+unix://{}", server.socket.display()))?;
    let store = Arc::new(runtime.block_on(options.connect(now))?);
    runtime.block_on(bare.insert_and_take(&keys, &[0; VALUE]))?;
    runtime.block_on(insert_and_take(&store, &keys, (now, later)))?;
    let pair = paired_by_wall(
        TIME,
        || runtime.block_on(bare.insert_and_take(&keys, &[0; VALUE])),
        || runtime.block_on(insert_and_take(&store, &keys, (now, later))),
    );
    line("Redis, one connection: insert_if_absent, then take", pair);
    let before = runtime.block_on(bare.memory())?;
    runtime.block_on(fill(&store, (now, later)))?;
    let octets = runtime.block_on(bare.memory())?.saturating_sub(before);
    Ok(Some(("Redis", octets / u64::try_from(ENTRIES)?)))
}

/// Compares the memory engine alone with the sealed one: the difference is the processor time that sealing takes.
fn sealed(runtime: &Runtime) -> Result<(), Failure> {
    let (instants, keys) = (instants()?, SealingKeys::new(&SealingKey::random()?, SealingKey::random()?)?);
    let plain = Arc::new(MemoryStore::new());
    let sealed = Arc::new(Sealed::new(Arc::new(MemoryStore::new()), keys));
    let names = self::keys(CALLERS);
    let pair = paired(
        TIME,
        || runtime.block_on(insert_and_take(&plain, &names, instants)),
        || runtime.block_on(insert_and_take(&sealed, &names, instants)),
    );
    let added = each(pair.subject.micros() - pair.floor.micros());
    println!("{:<51}{added:>11.2} µs more for an operation", "sealed, over the memory engine");
    Ok(())
}

/// Of a turn in which each caller has two operations, what one of them took.
fn each(micros: f64) -> f64 {
    micros / f64::from(u32::try_from(2 * CALLERS).unwrap_or(u32::MAX))
}

fn line(name: &str, pair: Pair) {
    let (floor, ours) = (each(pair.floor.micros()), each(pair.subject.micros()));
    let reached = 100.0 / pair.ratio;
    let verdict = if reached < WANTED { "  below what is wanted" } else { "" };
    println!("{name:<51}{floor:>11.2}{ours:>11.2}{reached:>8.0} %{verdict}");
}
