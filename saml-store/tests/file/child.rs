//! This program as a child of a test: what it does there, and how it is started.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;

use saml_store::{
    Entry, FileStore, Insertion, Namespace, RecordName, Records, Store, StoreInstant, conformance,
};

const ROLE: &str = "SAML_STORE_TEST_ROLE";
const PATH: &str = "SAML_STORE_TEST_PATH";
const NAME: &str = "SAML_STORE_TEST_NAME";
/// How a line begins that a child says to its test.
const SAID: &str = "said: ";

pub const NOW: StoreInstant = StoreInstant::from_unix_millis(1_795_176_000_000);
pub const PLACE: Namespace = Namespace::new("test.child");

/// What a child does.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Writes, and says each step that was acknowledged, until it is killed.
    Write,
    /// The same with records.
    WriteRecords,
    /// Has many callers write at once when it is told to begin, entries and records, and says how many groups they were.
    Group,
    /// Competes with others once it was told to begin, and says what it won.
    Compete,
    /// Opens the file, and says what came of it.
    Open,
    /// Stores until there is no room, takes some back, and says what came of it.
    Fill,
}

impl Role {
    const ALL: [(&'static str, Self); 6] = [
        ("write", Self::Write),
        ("write-records", Self::WriteRecords),
        ("group", Self::Group),
        ("compete", Self::Compete),
        ("open", Self::Open),
        ("fill", Self::Fill),
    ];

    fn name(self) -> &'static str {
        let own =
            |role: &&(&'static str, Self)| std::mem::discriminant(&role.1) == std::mem::discriminant(&self);
        Self::ALL.iter().find(own).unwrap().0
    }
}

/// Not a test but the program that children run; it passes where it is not one.
#[test]
fn does_as_it_is_told() {
    let Ok(role) = env::var(ROLE) else { return };
    let (_, role) = Role::ALL.into_iter().find(|(name, _)| *name == role).unwrap();
    let path = env::var_os(PATH).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        match role {
            Role::Write => {
                let store = Arc::new(FileStore::open(&path).unwrap());
                say("opened");
                let error = conformance::write_until_killed(store, NOW, |line| say(&line)).await.unwrap_err();
                say(&format!("failed: {error}"));
            }
            Role::WriteRecords => {
                let store = Arc::new(FileStore::open(&path).unwrap());
                say("opened");
                let written = conformance::records::write_until_killed(store, |line| say(&line)).await;
                say(&format!("failed: {}", written.unwrap_err()));
            }
            Role::Group => group(Path::new(&path)).await,
            Role::Compete => compete(Path::new(&path)).await,
            Role::Open => match FileStore::open(&path) {
                Ok(_store) => say("opened"),
                Err(error) => say(error.code()),
            },
            Role::Fill => fill(Path::new(&path)).await,
        }
    });
}

/// Waits until the test has let it begin.
fn ready() {
    say("ready");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

/// Callers at once, and how often each of them writes.
const CALLERS: usize = 64;
const WRITES: usize = 10;

async fn group(path: &Path) {
    let store = Arc::new(FileStore::open(path).unwrap());
    // The first commit writes the head of the log, too.
    store.put(long("first"), NOW).await.unwrap();
    let before = store.work();
    ready();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let store = store.clone();
        callers.spawn(async move {
            for number in 0..WRITES {
                let key = format!("{caller} {number}");
                let entry = Entry { value: vec![b'v'; 100], ..long(&key) };
                assert_eq!(store.insert_if_absent(entry, NOW).await.unwrap(), Insertion::Inserted);
                let at = RecordName { namespace: PLACE, owner: &caller.to_string(), name: &key };
                assert_eq!(store.insert_record(at, vec![b'v'; 100]).await.unwrap(), Insertion::Inserted);
            }
        });
    }
    callers.join_all().await;
    let work = store.work();
    say(&(work.groups - before.groups).to_string());
    say(&(work.operations - before.operations).to_string());
    // What closing the file costs is no cost of a group.
    ready();
}

async fn compete(path: &Path) {
    let store = FileStore::open(path).unwrap();
    ready();
    for won in conformance::compete(&store, &env::var(NAME).unwrap(), NOW).await.unwrap() {
        say(&won);
    }
    say("done");
}

fn long(key: &str) -> Entry<'_> {
    let expires_at = NOW.saturating_add(std::time::Duration::from_secs(60));
    Entry { namespace: PLACE, key, value: vec![b'v'; 10_000], expires_at }
}

async fn fill(path: &Path) {
    let store = FileStore::open(path).unwrap();
    let mut stored = 0;
    let refused = loop {
        let key = stored.to_string();
        match store.put(long(&key), NOW).await {
            Ok(()) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 10_000, "there is always room");
    };
    say(refused.code());
    say(&format!("stored {stored}"));
    for number in 0..stored {
        let there = store.get(PLACE, &number.to_string(), NOW).await;
        assert!(there.is_ok_and(|value| value.is_some()), "{number} was acknowledged");
    }
    // What is refused leaves everything as it was, time after time.
    let key = stored.to_string();
    for _ in 0..3 {
        say(store.put(long(&key), NOW).await.unwrap_err().code());
        assert_eq!(store.get(PLACE, &key, NOW).await.unwrap(), None);
    }
    store.check().unwrap();
    say("whole");
}

/// Tells the test, at once and past the harness.
fn say(text: &str) {
    std::io::stderr().write_all(format!("{SAID}{text}\n").as_bytes()).unwrap();
}

/// A child that runs.
pub struct Started {
    pub process: Child,
    heard: BufReader<ChildStderr>,
}

/// Starts a child. `shell` are words that come before its command, which does as `exec "$@"` does.
pub fn start(role: Role, path: &Path, name: &str, shell: &[&str]) -> Started {
    let program = env::current_exe().unwrap();
    let own = [program.as_os_str(), OsStr::new("child::does_as_it_is_told"), OsStr::new("--exact")];
    let words: Vec<&OsStr> = shell.iter().map(OsStr::new).chain(own).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env(ROLE, role.name()).env(PATH, path).env(NAME, name);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let heard = BufReader::new(process.stderr.take().unwrap());
    Started { process, heard }
}

impl Started {
    /// The next line that the child said; none once it has ended.
    pub fn next(&mut self) -> Option<String> {
        loop {
            let mut line = Vec::new();
            self.heard.read_until(b'\n', &mut line).unwrap();
            let whole = line.strip_suffix(b"\n")?;
            let text = String::from_utf8_lossy(whole).into_owned();
            match text.strip_prefix(SAID) {
                Some(said) => return Some(said.to_owned()),
                None => eprintln!("{text}"),
            }
        }
    }

    /// Lets the child begin.
    pub fn begin(&mut self) {
        self.process.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// Kills the child as `kill -9` does. Returns what it had said by then and was not yet heard.
    pub fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.rest()
    }

    /// All that it says until it ends.
    pub fn rest(mut self) -> Vec<String> {
        let mut said = Vec::new();
        while let Some(line) = self.next() {
            said.push(line);
        }
        let mut left = Vec::new();
        self.heard.read_to_end(&mut left).unwrap();
        self.process.wait().unwrap();
        said
    }
}
